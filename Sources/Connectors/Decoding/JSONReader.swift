import CSIMDJSON

/// Reads JSON of a few bytes: keys of the state store, and what templates make.
package enum JSONReader {
    /// What the C callback fills.
    private final class Elements {
        /// Nil when one is no scalar.
        var values: [String?]? = []
    }

    /// True when the bytes are one JSON value of any kind.
    package static func isValue(_ bytes: [UInt8]) -> Bool { withCharacters(bytes) { fx_json_error($0, bytes.count) } == nil }

    /// The elements of an array of scalars: a text's characters, JSON of a number or truth value, nil for null. Nil when the bytes are
    /// anything else.
    package static func scalars(inArray bytes: [UInt8]) -> [String?]? {
        let elements = Elements()
        let problem = withCharacters(bytes) {
            fx_json_elements($0, bytes.count, Unmanaged.passUnretained(elements).toOpaque()) { context, kind, text, length in
                guard let context else { return }
                let elements = Unmanaged<Elements>.fromOpaque(context).takeUnretainedValue()
                let text = String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
                switch kind {
                case FX_MEMBER_TEXT: elements.values?.append(text)
                case FX_MEMBER_LITERAL: elements.values?.append(text == "null" ? nil : text)
                default: elements.values = nil
                }
            }
        }
        return problem == nil ? elements.values : nil
    }

    private static func withCharacters<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        bytes.withUnsafeBytes { body($0.baseAddress?.assumingMemoryBound(to: CChar.self)) }
    }
}
