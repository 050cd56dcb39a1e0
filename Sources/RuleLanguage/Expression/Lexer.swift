/// Splits the text of a pattern or an expression into tokens. Never fails: what it cannot read is an `.invalid` token.
struct Lexer {
    private let bytes: [UInt8]
    private var position = 0

    /// The tokens of `text`, the last one `.end`; behind one that cannot be read no further ones, for there reading stops.
    static func tokens(of text: String) -> [Token] {
        var lexer = Lexer(bytes: Array(text.utf8))
        var tokens: [Token] = []
        while true {
            let token = lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
            if case .invalid = token.kind {
                tokens.append(Token(kind: .end, range: token.range.upperBound..<token.range.upperBound))
                return tokens
            }
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private static let symbols: [String] = [
        "->>", "->", "==", "!=", "<=", ">=", "..", "&&", "||", "<", ">", "(", ")", "[", "]", "{", "}", ",", "|", "!", "?", "*", "+", "-",
        "/", "%", ".", "~", ":", "=",
    ]
    private static let symbolBytes: [(bytes: [UInt8], text: String)] = symbols.map { (Array($0.utf8), $0) }

    private func byte(_ offset: Int = 0) -> UInt8 { position + offset < bytes.count ? bytes[position + offset] : 0 }

    private mutating func next() -> Token {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        let start = position
        guard position < bytes.count else { return Token(kind: .end, range: start..<start) }
        let kind = scan()
        return Token(kind: kind, range: start..<max(position, start + 1))
    }

    private mutating func scan() -> Token.Kind {
        let first = byte()
        if Self.isDigit(first) { return number() }
        if wordLength(at: position) > 0 { return .word(word()) }
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return text(quote: first)
        case UInt8(ascii: "`"): return quotedName()
        case UInt8(ascii: "$"), UInt8(ascii: "@"):
            position += 1
            guard wordLength(at: position) > 0 else { return .invalid("a name must follow `\(first == 0x24 ? "$" : "@")`") }
            return first == 0x24 ? .parameter(word()) : .meta(word())
        default: break
        }
        for symbol in Self.symbolBytes where symbol.bytes[0] == first && bytes[position...].starts(with: symbol.bytes) {
            position += symbol.bytes.count
            return .symbol(symbol.text)
        }
        let scalar = self.scalar(at: position)
        position += scalar.length
        return .invalid(
            "unexpected character `\(scalar.value.map { $0.value < 0x20 ? "U+00\(String($0.value, radix: 16))" : String($0) } ?? "?")`")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == 0x5F }

    /// Bytes of the name character at `index`; 0 when none stands there. Letters of any script belong to names.
    private func wordLength(at index: Int) -> Int {
        guard index < bytes.count else { return 0 }
        if bytes[index] < 0x80 { return Self.isLetter(bytes[index]) || Self.isDigit(bytes[index]) ? 1 : 0 }
        let scalar = scalar(at: index)
        return scalar.value?.properties.isAlphabetic == true ? scalar.length : 0
    }

    private mutating func word() -> String {
        let start = position
        while case let length = wordLength(at: position), length > 0 { position += length }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func scalar(at index: Int) -> (value: Unicode.Scalar?, length: Int) {
        var decoder = UTF8()
        var iterator = bytes[index...].prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return (nil, 1) }
        return (scalar, UTF8.width(scalar))
    }

    /// An integer, a floating-point number or a duration: digits with letters directly behind them are a duration.
    private mutating func number() -> Token.Kind {
        let start = position
        if byte() == 0x30, byte(1) | 0x20 == UInt8(ascii: "x") {
            position += 2
            let digits = word()
            guard let value = UInt64(digits, radix: 16) else { return .invalid("`0x\(digits)` is no number of 64 bits") }
            return .integer(value)
        }
        var isFloat = false
        while Self.isDigit(byte()) { position += 1 }
        if byte() == UInt8(ascii: "."), Self.isDigit(byte(1)) {
            isFloat = true
            position += 1
            while Self.isDigit(byte()) { position += 1 }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
            if Self.isDigit(byte(1 + sign)) {
                isFloat = true
                position += 1 + sign
                while Self.isDigit(byte()) { position += 1 }
            }
        }
        if wordLength(at: position) > 0 {
            _ = word()
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            guard let duration = DurationText.parse(text) else {
                return .invalid("`\(text)` is neither a number nor a duration; durations read 90s, 10m, 1h30m")
            }
            return .duration(duration)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isFloat {
            guard let value = Double(text), value.isFinite else { return .invalid("`\(text)` is no number of 64 bits") }
            return .float(value)
        }
        return UInt64(text).map { .integer($0) } ?? .invalid("`\(text)` is no number of 64 bits")
    }

    private mutating func quotedName() -> Token.Kind {
        position += 1
        let start = position
        while position < bytes.count, byte() != UInt8(ascii: "`") { position += 1 }
        guard position < bytes.count else { return .invalid("the closing ` is missing") }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        position += 1
        return name.isEmpty ? .invalid("an empty field name") : .quotedName(name)
    }

    private mutating func text(quote: UInt8) -> Token.Kind {
        position += 1
        var result: [UInt8] = []
        while position < bytes.count {
            let current = byte()
            position += 1
            if current == quote { return .string(String(decoding: result, as: UTF8.self)) }
            guard current == UInt8(ascii: "\\") else {
                result.append(current)
                continue
            }
            let escape = byte()
            position += 1
            switch escape {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "u"):
                let digits = String(decoding: bytes[min(position, bytes.count)...].prefix(4), as: UTF8.self)
                guard digits.utf8.count == 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
                    return .invalid("`\\u` needs four hexadecimal digits of a character")
                }
                position += 4
                result += Array(String(Character(scalar)).utf8)
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): result.append(escape)
            default:
                // Regular expressions and Windows paths are full of backslashes: one before any other character stands for itself.
                result.append(current)
                position -= 1
            }
        }
        position = bytes.count
        return .invalid("the closing quote is missing")
    }
}
