/// A record of the state store that a person can read: lines of `name=value`, in order. In values a backslash, a newline and
/// a carriage return are written as `\\`, `\n`, `\r`; a name may come more than once.
///
/// The first line is `v=VERSION`. Names that a reader does not know are passed over.
struct StateRecord: Equatable {
    /// The version that is written.
    static let version: Int64 = 1

    private(set) var fields: [(name: String, value: String)] = []

    /// A record without fields.
    init() {}

    /// Reads a record; nil when it is none, or of a later version.
    init?(_ bytes: UnsafeRawBufferPointer) {
        for line in bytes.split(separator: 10) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(decoding: line[line.startIndex..<equals], as: UTF8.self)
            fields.append((name, Self.unescape(String(decoding: line[(equals + 1)...], as: UTF8.self))))
        }
        guard fields.first?.name == "v", let version = Int64(fields[0].value), version <= Self.version else { return nil }
        fields.removeFirst()
    }

    /// The record's bytes.
    var bytes: [UInt8] {
        var text = "v=\(Self.version)\n"
        for (name, value) in fields { text += name + "=" + Self.escape(value) + "\n" }
        return Array(text.utf8)
    }

    /// The first value of a name.
    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The first value of a name, as a number.
    func number<Number: FixedWidthInteger>(_ name: String, as: Number.Type = Number.self) -> Number? { self[name].flatMap { Number($0) } }

    /// Every value of a name, in order.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// Adds a field.
    mutating func add(_ name: String, _ value: some CustomStringConvertible) { fields.append((name, value.description)) }

    static func == (left: StateRecord, right: StateRecord) -> Bool { left.bytes == right.bytes }

    private static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == UInt8(ascii: "\\") }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func unescape(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        var result = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                result.unicodeScalars.append(scalar == "n" ? "\n" : scalar == "r" ? "\r" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
