extension YAMLNode.Scalar {
    /// The value by YAML 1.2's core schema: a plain scalar is null, a truth value or a number when it is written like one;
    /// everything else is text. An integer beyond 64 bits is a floating-point number.
    package var literal: Literal {
        guard style == .plain, !isTaggedText else { return .string(text.text) }
        switch text.text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number ?? .string(text.text)
        }
    }

    private var number: Literal? {
        let bytes = Array(text.text.utf8)
        guard let first = bytes.first, bytes.count <= 400 else { return nil }
        if first == UInt8(ascii: "0"), bytes.count > 2, bytes[1] == UInt8(ascii: "x") || bytes[1] == UInt8(ascii: "o") {
            let digits = text.text.dropFirst(2)
            guard digits.first?.isHexDigit == true else { return nil }
            return Int64(digits, radix: bytes[1] == UInt8(ascii: "x") ? 16 : 8).map(Literal.int)
        }
        let isSigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        let unsigned = String(decoding: bytes.dropFirst(isSigned ? 1 : 0), as: UTF8.self)
        let isNegative = first == UInt8(ascii: "-")
        if [".inf", ".Inf", ".INF"].contains(unsigned) { return .double(isNegative ? -.infinity : .infinity) }
        if [".nan", ".NaN", ".NAN"].contains(text.text) { return .double(.nan) }
        return Self.decimal(unsigned, isNegative: isNegative)
    }

    /// `[0-9]+`, or `([0-9]*\.)?[0-9]+` and the like with an exponent.
    private static func decimal(_ unsigned: String, isNegative: Bool) -> Literal? {
        var digits = 0
        var hasPoint = false
        var rest = Substring(unsigned)
        while let next = rest.first {
            if next.isASCII, next.isNumber {
                digits += 1
            } else if next == ".", !hasPoint {
                hasPoint = true
            } else {
                break
            }
            rest.removeFirst()
        }
        guard digits > 0 else { return nil }
        if rest.isEmpty, !hasPoint, let value = Int64((isNegative ? "-" : "") + unsigned) { return .int(value) }
        if let mark = rest.popFirst() {
            guard mark == "e" || mark == "E" else { return nil }
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            guard !rest.isEmpty, rest.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        }
        let spelled = unsigned.hasPrefix(".") ? "0" + unsigned : unsigned
        guard let value = Double(spelled) else { return nil }
        return .double(isNegative ? -value : value)
    }
}
