import Connectors
import EventEngine

extension JSONWriter {
    /// JSON as it is, such as a key of the store; what is none, or has lines, as a text.
    mutating func field(_ name: String, raw: [UInt8]) {
        let isLine = !raw.contains { $0 < 0x20 }
        if isLine, JSONReader.isValue(raw) {
            field(name, json: raw)
        } else {
            field(name, String(decoding: raw, as: UTF8.self))
        }
    }
}

extension String {
    /// For a terminal: control characters, which might move the cursor, change colours or turn a text round, as `\u001b`.
    var withoutControls: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            guard Self.isControl(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
