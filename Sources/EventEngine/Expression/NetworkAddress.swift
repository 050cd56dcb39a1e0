/// An IP address, IPv4 or IPv6; an IPv4-mapped IPv6 address is the IPv4 address.
struct NetworkAddress: Equatable {
    /// The address in the low 32 or all 128 bits.
    var bits: UInt128
    /// True for IPv4.
    var isV4: Bool

    /// An address in its usual text form, IPv6 with an optional `%zone`; nil when it is none. Octets with leading
    /// zeros, which some read as octal, are refused.
    init?(_ text: UnsafeRawBufferPointer) {
        guard text.count >= 2, text.count <= 64 else { return nil }
        if text.contains(UInt8(ascii: ":")) {
            let end = text.firstIndex(of: UInt8(ascii: "%")) ?? text.count
            guard let bits = Self.parseV6(UnsafeRawBufferPointer(rebasing: text[0..<end])) else { return nil }
            isV4 = bits >> 32 == 0xFFFF
            self.bits = isV4 ? bits & 0xFFFF_FFFF : bits
        } else {
            guard let bits = Self.parseV4(text) else { return nil }
            isV4 = true
            self.bits = UInt128(bits)
        }
    }

    private static func parseV4(_ text: UnsafeRawBufferPointer) -> UInt32? {
        var result: UInt32 = 0
        var octets = 0
        var position = 0
        while true {
            let start = position
            var octet: UInt32 = 0
            while position < text.count, text[position] >= 48, text[position] <= 57, position - start < 3 {
                octet = octet * 10 + UInt32(text[position] - 48)
                position += 1
            }
            let digits = position - start
            guard digits > 0, octet <= 255, digits == 1 || text[start] != 48 else { return nil }
            result = result << 8 | octet
            octets += 1
            if octets == 4 { return position == text.count ? result : nil }
            guard position < text.count, text[position] == UInt8(ascii: ".") else { return nil }
            position += 1
        }
    }

    private static func parseV6(_ text: UnsafeRawBufferPointer) -> UInt128? {
        var bits: UInt128 = 0
        var groups = 0
        /// Groups before `::`; nil while there was none.
        var gap: Int?
        var position = 0
        if text.count >= 2, text[0] == 58 {
            guard text[1] == 58 else { return nil }
            gap = 0
            position = 2
        }
        while position < text.count {
            guard groups < 8 else { return nil }
            let start = position
            var group: UInt32 = 0
            while position < text.count, position - start < 4, let digit = hexadecimal(text[position]) {
                group = group << 4 | digit
                position += 1
            }
            if position < text.count, text[position] == UInt8(ascii: ".") {
                guard groups <= 6, let v4 = parseV4(UnsafeRawBufferPointer(rebasing: text[start...])) else { return nil }
                bits = bits << 32 | UInt128(v4)
                groups += 2
                break
            }
            guard position > start else { return nil }
            bits = bits << 16 | UInt128(group)
            groups += 1
            if position == text.count { break }
            guard text[position] == 58 else { return nil }
            position += 1
            guard position < text.count else { return nil }
            if text[position] == 58 {
                guard gap == nil else { return nil }
                gap = groups
                position += 1
            }
        }
        guard let gap else { return groups == 8 ? bits : nil }
        guard groups < 8 else { return nil }
        let behind = groups - gap
        guard behind > 0 else { return gap == 0 ? 0 : bits << UInt128(16 * (8 - gap)) }
        let low = bits & ((UInt128(1) << UInt128(16 * behind)) - 1)
        let high = bits >> UInt128(16 * behind)
        return gap == 0 ? low : high << UInt128(16 * (8 - gap)) | low
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 48...57: UInt32(byte - 48)
        case 65...70: UInt32(byte - 55)
        case 97...102: UInt32(byte - 87)
        default: nil
        }
    }
}
