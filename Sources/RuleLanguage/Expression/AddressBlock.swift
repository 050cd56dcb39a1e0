/// Address blocks as text: `10.0.0.0/8`, `2001:db8::/32`, a single address.
enum AddressBlock {
    /// True when `text` is a block or an address of IPv4 or IPv6.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let isVersion4 = isIPv4(parts[0])
        guard isVersion4 || isIPv6(parts[0]) else { return false }
        guard parts.count == 2 else { return true }
        guard parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let bits = Int(parts[1]) else { return false }
        return bits <= (isVersion4 ? 32 : 128)
    }

    /// Leading zeros, which some read as octal, are refused, as at run time.
    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.count <= 3 && (part.utf8.count == 1 || part.first != "0") && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                    && UInt8(part) != nil
            }
    }

    /// Groups of up to four hexadecimal digits; `::` once for those left out; the last two may be written as IPv4.
    private static func isIPv6(_ text: Substring) -> Bool {
        var text = text
        var expected = 8
        if let colon = text.lastIndex(of: ":"), text[colon...].contains(".") {
            guard isIPv4(text[text.index(after: colon)...]) else { return false }
            expected = 6
            let isElided = text[..<colon].hasSuffix(":")
            text = isElided ? text[...colon] : text[..<colon]
        }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        let elisions = groups.indices.dropFirst().dropLast().filter { groups[$0].isEmpty }
        let filled = groups.filter { !$0.isEmpty }
        guard filled.allSatisfy({ $0.utf8.count <= 4 && UInt16($0, radix: 16) != nil && $0.first != "+" }) else { return false }
        if text == "::" { return true }
        if text.hasPrefix(":") != text.hasPrefix("::") || text.hasSuffix(":") != text.hasSuffix("::") || text.contains(":::") {
            return false
        }
        if text.hasPrefix("::") || text.hasSuffix("::") {
            return filled.count < expected && !(text.hasPrefix("::") && text.hasSuffix("::")) && elisions.count <= 1
        }
        return elisions.isEmpty ? groups.count == expected && filled.count == expected : elisions.count == 1 && filled.count < expected
    }
}
