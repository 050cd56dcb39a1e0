/// A text of the configuration cut at its references.
struct ReferenceText {
    enum Part {
        /// As it stands, `$${` replaced.
        case text([UInt8])
        /// Where `${…}` stands in `bytes`; without `}` at its end, where it is never closed.
        case reference(Range<Int>)
    }

    /// The text as written.
    let bytes: [UInt8]
    /// Its parts in order.
    let parts: [Part]
    private let login: Range<Int>
    private let options: Int

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var plain: [UInt8] = []
        var blank = bytes
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: "$${".utf8) {
                plain += "${".utf8
                index += 3
            } else if bytes[index...].starts(with: "${".utf8) {
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = []
                let close = bytes[index...].firstIndex(of: UInt8(ascii: "}")) ?? bytes.count
                let end = min(close + 1, bytes.count)
                parts.append(.reference(index..<end))
                for place in index..<end { blank[place] = 0 }
                index = end
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        self.bytes = bytes
        self.parts = parts
        (login, options) = Self.places(in: blank)
    }

    /// True for a reference in the login or in the options of a URL: between `://` and `@`, or behind `?`, as written.
    func isDelicate(_ reference: Range<Int>) -> Bool {
        login.contains(reference.lowerBound) || reference.lowerBound > options
    }

    /// Where the login of a URL stands and where its options begin, in bytes whose references are blank.
    private static func places(in plain: [UInt8]) -> (login: Range<Int>, options: Int) {
        guard let scheme = plain.indices.first(where: { plain[$0...].starts(with: "://".utf8) }) else { return (0..<0, .max) }
        let login = plain[scheme...].lastIndex(of: UInt8(ascii: "@")) ?? scheme
        return (scheme..<login, plain[scheme...].firstIndex(of: UInt8(ascii: "?")) ?? .max)
    }
}
