import CRE2
import Glibc

/// UTF-8 texts by characters (Unicode scalars), and search in them.
enum CharacterText {
    /// Bytes of the character that starts with this byte.
    @inline(__always)
    static func width(_ lead: UInt8) -> Int { lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }

    /// How many characters a text has.
    static func count(_ text: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in text where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// The offset of the `index`-th character behind `start`; the end of the text when it has no more.
    static func offset(_ text: UnsafeRawBufferPointer, from start: Int, characters index: Int) -> Int {
        var position = start
        var left = index
        while left > 0, position < text.count {
            position += width(text[position])
            left -= 1
        }
        return min(position, text.count)
    }

    /// The character at `position`, which moves behind it; U+FFFD for what is cut off or not valid.
    static func scalar(of text: UnsafeRawBufferPointer, at position: inout Int) -> Unicode.Scalar {
        let lead = text[position]
        let width = width(lead)
        guard width > 1, position + width <= text.count else {
            position += 1
            return lead < 0x80 ? Unicode.Scalar(lead) : "\u{FFFD}"
        }
        var code = UInt32(lead) & (0x7F >> UInt32(width))
        for step in 1..<width { code = code << 6 | UInt32(text[position + step] & 0x3F) }
        position += width
        return Unicode.Scalar(code) ?? "\u{FFFD}"
    }

    /// The offset of the first place of `part` in the text at or behind `start`; nil when there is none. Linear time.
    static func find(_ part: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        guard part.count > 0 else { return start }
        guard text.count - start >= part.count, let base = text.baseAddress else { return nil }
        let hit = cre2_find(
            (base + start).assumingMemoryBound(to: CChar.self), text.count - start,
            part.baseAddress!.assumingMemoryBound(to: CChar.self), part.count)
        return hit.map { UnsafeRawPointer($0) - base }
    }

    /// True when the text starts with `part`.
    static func hasPrefix(_ text: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
        guard part.count > 0 else { return true }
        return text.count >= part.count && memcmp(text.baseAddress!, part.baseAddress!, part.count) == 0
    }

    /// True when the text ends with `part`.
    static func hasSuffix(_ text: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
        guard part.count > 0 else { return true }
        guard text.count >= part.count else { return false }
        return memcmp(text.baseAddress! + (text.count - part.count), part.baseAddress!, part.count) == 0
    }
}
