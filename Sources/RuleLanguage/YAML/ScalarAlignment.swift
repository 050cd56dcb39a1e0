/// Finds for each byte of a scalar's value the byte of the file it was written with.
///
/// YAML changes white space (indentation, folding) and, in quotes, escapes; every other byte stands in the file in the same
/// order. So the value is aligned to the file by walking both; white space that YAML made up lies where the file's begins.
struct ScalarAlignment {
    private let source: [UInt8]
    private let end: Int
    private let style: YAMLNode.Scalar.Style
    private var position: Int
    private var offsets: [Int] = []

    /// Offsets in `source` of the bytes of `value` and of its end, for a scalar written in `source[start..<end]`.
    static func offsets(of value: [UInt8], in source: [UInt8], from start: Int, to end: Int, style: YAMLNode.Scalar.Style) -> [Int] {
        var alignment = ScalarAlignment(source: source, start: start, end: min(end, source.count), style: style)
        alignment.skipProperties()
        alignment.skipOpening()
        alignment.align(value)
        return alignment.offsets
    }

    private init(source: [UInt8], start: Int, end: Int, style: YAMLNode.Scalar.Style) {
        self.source = source
        self.end = end
        self.style = style
        position = min(start, end)
    }

    /// An anchor or a tag before the scalar is not part of it.
    private mutating func skipProperties() {
        while position < end, source[position] == UInt8(ascii: "&") || source[position] == UInt8(ascii: "!") {
            while position < end, !Self.isSpace(source[position]) { position += 1 }
            skipSpace()
        }
    }

    private mutating func skipOpening() {
        switch style {
        case .plain: break
        case .singleQuoted, .doubleQuoted: position += 1
        case .literal, .folded:
            while position < end, source[position] != UInt8(ascii: "\n") { position += 1 }
            position += 1
        }
        position = min(position, end)
    }

    private mutating func skipSpace() {
        while position < end {
            if Self.isSpace(source[position]) {
                position += 1
            } else if source[position] == 0xC2, position + 1 < end, source[position + 1] == 0x85 {
                position += 2
            } else if source[position] == 0xE2, position + 2 < end, source[position + 1] == 0x80, source[position + 2] & 0xFE == 0xA8 {
                position += 3
            } else {
                break
            }
        }
    }

    private mutating func align(_ value: [UInt8]) {
        offsets.reserveCapacity(value.count + 1)
        var index = 0
        while index < value.count {
            if style == .doubleQuoted, skipContinuation() { continue }
            if style == .doubleQuoted, position + 1 < end, source[position] == UInt8(ascii: "\\") {
                index += alignEscape()
                continue
            }
            let byte = value[index]
            if position < end, source[position] == byte {
                take(byte)
            } else if position < end, Self.isSpace(source[position]) {
                if Self.isSpace(byte) { offsets.append(position) }
                skipSpace()
                if !Self.isSpace(byte) { continue }
            } else {
                offsets.append(position)
            }
            index += 1
        }
        if offsets.count > value.count { offsets.removeLast(offsets.count - value.count) }
        offsets.append(position)
    }

    private mutating func take(_ byte: UInt8) {
        offsets.append(position)
        position += style == .singleQuoted && byte == UInt8(ascii: "'") ? 2 : 1
    }

    /// `\` at the end of a line joins it to the next.
    private mutating func skipContinuation() -> Bool {
        guard position + 1 < end, source[position] == UInt8(ascii: "\\"),
            source[position + 1] == UInt8(ascii: "\n") || source[position + 1] == UInt8(ascii: "\r")
        else { return false }
        position += 1
        skipSpace()
        return true
    }

    /// Takes the escape at `position`; the number of bytes it stands for.
    private mutating func alignEscape() -> Int {
        let digits =
            switch source[position + 1] {
            case UInt8(ascii: "x"): 2
            case UInt8(ascii: "u"): 4
            case UInt8(ascii: "U"): 8
            default: 0
            }
        var count = 1
        if digits > 0, position + 2 + digits <= end,
            let scalar = UInt32(String(decoding: source[(position + 2)..<(position + 2 + digits)], as: UTF8.self), radix: 16)
        {
            count = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
        } else if source[position + 1] == UInt8(ascii: "N") || source[position + 1] == UInt8(ascii: "_") {
            count = 2
        } else if source[position + 1] == UInt8(ascii: "L") || source[position + 1] == UInt8(ascii: "P") {
            count = 3
        }
        offsets += Array(repeating: position, count: count)
        position += 2 + digits
        return count
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
