/// Reads the target of a request line.
enum RequestTarget {
    /// The segments of the path and the options of the query, decoded. Throws 400 for what is not decodable, or says something twice.
    static func read(_ target: String) throws(AdminError) -> (path: [String], query: [String: String]) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, first.hasPrefix("/") else { throw .badRequest("the target must be a path") }
        var path: [String] = []
        for segment in first.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            path.append(try decoded(segment, plusIsSpace: false))
        }
        var query: [String: String] = [:]
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(sides[0], plusIsSpace: true)
            guard query.updateValue(try decoded(sides.count > 1 ? sides[1] : "", plusIsSpace: true), forKey: name) == nil else {
                throw .badRequest("`\(name)` stands twice in the query")
            }
        }
        return (path, query)
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) throws(AdminError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+"), plusIsSpace {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    throw .badRequest("a `%` in the target is not followed by two hexadecimal digits")
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte)
            }
        }
        guard let result = String(validating: bytes, as: UTF8.self) else {
            throw .badRequest("the target is not UTF-8")
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? { Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) }
}
