import EventEngine

/// A mail of plain text (RFC 5322, MIME).
struct MailMessage {
    /// Longest encoded word of RFC 2047 in bytes of text: 75 characters with its frame in base64.
    private static let wordBytes = 45
    private static let lineBytes = 57
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// Addresses as configured.
    let from: String
    let recipients: [String]
    /// On one line.
    let subject: String
    let body: [UInt8]
    /// The match's id.
    let id: String
    /// Nanoseconds since 1970 UTC.
    let time: Int64

    /// The mail with line ends of SMTP. The text is in base64, so no line of it can be taken for anything else.
    var bytes: [UInt8] {
        let sender = Self.address(of: from)
        let domain = sender.lastIndex(of: "@").map { String(sender[sender.index(after: $0)...]) } ?? "localhost"
        var text = "From: \(Self.mailbox(from))\r\n"
        text += "To: \(recipients.map(Self.mailbox).joined(separator: ",\r\n "))\r\n"
        text += "Subject: \(Self.encoded(subject))\r\n"
        text += "Date: \(Self.date(time))\r\n"
        text += "Message-ID: <\(id).fluxcore@\(domain)>\r\n"
        text += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        text += "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        for start in stride(from: 0, to: body.count, by: Self.lineBytes) {
            text += Self.base64(Array(body[start..<min(start + Self.lineBytes, body.count)])) + "\r\n"
        }
        return Array(text.utf8)
    }

    /// The address of `Name <address>` or `address`.
    static func address(of mailbox: String) -> String {
        guard let open = mailbox.lastIndex(of: "<"), mailbox.hasSuffix(">") else { return mailbox }
        return String(mailbox[mailbox.index(after: open)...].dropLast())
    }

    /// `Name <address>` with the name encoded.
    private static func mailbox(_ text: String) -> String {
        guard let open = text.lastIndex(of: "<"), text.hasSuffix(">") else { return text }
        var name = text[..<open]
        while name.last == " " { name.removeLast() }
        if name.hasPrefix("\""), name.hasSuffix("\""), name.count > 1 { name = name.dropFirst().dropLast() }
        let isPlain = name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x20 }
        return (isPlain ? String(name) : words(Array(name.utf8))) + " <\(address(of: text))>"
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// A header's text as RFC 2047 has it: as it is when it is plain and short, else as encoded words.
    static func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let isPlain = bytes.allSatisfy { (0x20...0x7E).contains($0) }
        // `=?` would be read as the beginning of an encoded word.
        if isPlain, bytes.count <= 200, !text.contains("=?") { return text }
        return words(bytes)
    }

    /// Encoded words, one on each line; no character is cut in two.
    private static func words(_ bytes: [UInt8]) -> String {
        var words: [String] = []
        var start = 0
        while start < bytes.count {
            var end = min(start + wordBytes, bytes.count)
            while end < bytes.count, end > start + 1, bytes[end] & 0xC0 == 0x80 { end -= 1 }
            words.append("=?utf-8?B?" + base64(Array(bytes[start..<end])) + "?=")
            start = end
        }
        return words.joined(separator: "\r\n ")
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        var buffer = EventEngine.ByteBuffer(capacity: bytes.count * 2)
        bytes.withUnsafeBytes { Base64.append($0, to: &buffer) }
        return buffer.text
    }

    /// `Thu, 01 Jan 1970 00:00:00 +0000`.
    static func date(_ time: Int64) -> String {
        let text = Timestamp.format(time - time % Timestamp.second)
        let dayNumber = time / (86_400 * Timestamp.second)
        let parts = text.prefix { $0 != "T" }.split(separator: "-")
        let clock = text.drop { $0 != "T" }.dropFirst().prefix(8)
        guard parts.count == 3, let month = Int(parts[1]) else { return text }
        return "\(days[Int((dayNumber % 7 + 7) % 7)]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(clock) +0000"
    }
}
