/// The named groups of a regular expression that RE2 accepts.
enum NamedGroups {
    /// Their names in order: of `(?P<name>…)` and `(?<name>…)` outside of classes, escapes and `\Q…\E`.
    static func names(in expression: String) -> [String] {
        let bytes = Array(expression.utf8)
        var names: [String] = []
        var isClass = false
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: "\\Q".utf8) {
                index += 2
                while index < bytes.count, !bytes[index...].starts(with: "\\E".utf8) { index += 1 }
                index += 2
            } else if bytes[index] == UInt8(ascii: "\\") {
                index += 2
            } else if isClass {
                isClass = bytes[index] != UInt8(ascii: "]")
                // `[:alpha:]` has a bracket of its own.
                if rest.starts(with: "[:".utf8) {
                    while index < bytes.count, !bytes[index...].starts(with: ":]".utf8) { index += 1 }
                    index += 1
                }
                index += 1
            } else if bytes[index] == UInt8(ascii: "[") {
                isClass = true
                index += 1
                if index < bytes.count, bytes[index] == UInt8(ascii: "^") { index += 1 }
                // A bracket that comes first is one of the class.
                if index < bytes.count, bytes[index] == UInt8(ascii: "]") { index += 1 }
            } else if let opening = ["(?P<", "(?<"].first(where: { rest.starts(with: $0.utf8) }) {
                index += opening.utf8.count
                let name = bytes[index...].prefix { $0 != UInt8(ascii: ">") }
                names.append(String(decoding: name, as: UTF8.self))
                index += name.count
            } else {
                index += 1
            }
        }
        return names
    }
}
