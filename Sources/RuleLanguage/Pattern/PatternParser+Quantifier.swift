extension PatternParser {
    /// A quantifier as written.
    struct Quantifier {
        let minimum: Int
        let maximum: Int?
        let reluctant: Bool
        let range: Range<Int>
    }

    static let maximumCount = 100_000

    /// The quantifier that stands here; nil when none does.
    mutating func quantifier() throws(SyntaxStop) -> Quantifier? {
        let start = cursor.start
        let bounds: (minimum: Int, maximum: Int?)
        if cursor.take("?") {
            bounds = (0, 1)
        } else if cursor.take("*") {
            bounds = (0, nil)
        } else if cursor.take("+") {
            bounds = (1, nil)
        } else if cursor.take("{") {
            bounds = try braces(from: start)
        } else {
            return nil
        }
        let reluctant = cursor.take("?")
        return Quantifier(minimum: bounds.minimum, maximum: bounds.maximum, reluctant: reluctant, range: start..<cursor.lastEnd)
    }

    private mutating func braces(from start: Int) throws(SyntaxStop) -> (minimum: Int, maximum: Int?) {
        var minimum = 0
        var maximum: Int?
        if cursor.take(",") {
            maximum = try count(of: "a quantifier")
        } else {
            minimum = try count(of: "a quantifier")
            if !cursor.take(",") {
                maximum = minimum
            } else if !cursor.at("}") {
                maximum = try count(of: "a quantifier")
            }
        }
        try expect("}", to: "to close the quantifier")
        if let maximum, maximum < minimum {
            throw fail(
                .invalidQuantifier, "the quantifier's minimum \(minimum) is above its maximum \(maximum)", at: cursor.span(from: start))
        }
        if maximum == 0 {
            throw fail(.invalidQuantifier, "a quantifier of no iterations matches nothing", at: cursor.span(from: start))
        }
        return (minimum, maximum)
    }

    /// A count, written out or as a parameter, from 0 to the greatest that is allowed.
    mutating func count(of what: String) throws(SyntaxStop) -> Int {
        let token = cursor.token
        var value: UInt64
        switch token.kind {
        case .integer(let number): value = number
        case .parameter(let name):
            guard let literal = names.parameters[name] else {
                rule.reportUnknownParameter(name, in: names, at: cursor.span)
                throw SyntaxStop()
            }
            guard case .int(let number) = literal, number >= 0 else {
                throw fail(
                    .unknownParameter, "parameter `\(name)` is no count for \(what)", at: cursor.span, hint: "give it a whole number from 0"
                )
            }
            value = UInt64(number)
        default: throw unexpected("a whole number for \(what)")
        }
        guard value <= UInt64(Self.maximumCount) else {
            throw fail(.invalidQuantifier, "\(value) is more than the \(Self.maximumCount) that \(what) may ask for", at: cursor.span)
        }
        cursor.advance()
        return Int(value)
    }
}
