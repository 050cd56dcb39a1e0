/// Hides passwords of URLs in any text: `redis://user:secret@host` becomes `redis://user:***@host`, `?password=secret` becomes
/// `?password=***`.
enum URLPassword {
    private static let mask = Array("***".utf8)

    /// The text without them. What only might be a password is hidden as well.
    static func hidden(in text: String) -> String {
        var bytes = Array(text.utf8)
        var index = 0
        while index + 2 < bytes.count {
            guard bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: "/"), bytes[index + 2] == UInt8(ascii: "/") else {
                index += 1
                continue
            }
            index = hide(in: &bytes, from: index + 3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Hides those of the URL whose authority begins at `start`; where the URL ends.
    private static func hide(in bytes: inout [UInt8], from start: Int) -> Int {
        var end = bytes[start...].firstIndex(where: endsURL) ?? bytes.count
        // A password may hold an `@` or a `/` that should have been escaped: the last `@` counts.
        if let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")),
            let colon = bytes[start..<at].firstIndex(of: UInt8(ascii: ":")), !isReference(bytes[(colon + 1)..<at])
        {
            bytes.replaceSubrange((colon + 1)..<at, with: mask)
            end += mask.count - (at - colon - 1)
        }
        let key = Array("password=".utf8)
        var index = start
        while index + key.count <= end {
            guard bytes[index...].starts(with: key) else {
                index += 1
                continue
            }
            let first = index + key.count
            let last = bytes[first..<end].firstIndex { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "#") } ?? end
            index = last
            if isReference(bytes[first..<last]) { continue }
            bytes.replaceSubrange(first..<last, with: mask)
            end += mask.count - (last - first)
            index = first + mask.count
        }
        return end
    }

    /// `${env:NAME}` says nothing of the password.
    private static func isReference(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.starts(with: "${env:".utf8) || bytes.starts(with: "${file:".utf8) else { return false }
        return bytes.firstIndex(of: UInt8(ascii: "}")) == bytes.endIndex - 1
    }

    private static func endsURL(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
    }
}
