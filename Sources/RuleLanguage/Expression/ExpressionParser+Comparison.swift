extension ExpressionParser {
    /// Arithmetic, and at most one comparison or text operator behind it.
    mutating func comparison() throws(SyntaxStop) -> Expression {
        let uses = parameterUses
        let left = try additive()
        guard let result = try comparison(behind: left, usesBefore: uses) else { return left }
        if case .symbol(let symbol) = cursor.token.kind, Comparison(rawValue: symbol) != nil {
            throw unexpected("`and`, `or` or the end", hint: "comparisons do not chain: write `a < b and b < c`")
        }
        return result
    }

    private mutating func comparison(behind left: Expression, usesBefore: Int) throws(SyntaxStop) -> Expression? {
        if case .symbol(let symbol) = cursor.token.kind, let comparison = Comparison(rawValue: symbol) {
            return try compare(comparison, left, usesBefore: usesBefore)
        }
        if cursor.take(word: "is") {
            let isNegated = cursor.take(word: "not")
            guard cursor.take(word: "null") else { throw unexpected("`null` or `not null` after `is`", hint: "equality is written `==`") }
            let test = Expression(.isNull(left), type: .bool, span: span(from: left))
            return isNegated ? Expression(.not(test), type: .bool, span: test.span) : test
        }
        let isNegated = cursor.at(word: "not")
        guard case .word(let word) = isNegated ? cursor.peek().kind : cursor.token.kind else {
            if isNegated { throw notWithoutOperator() }
            return nil
        }
        guard word == "in" || TextOperator(rawValue: word) != nil else {
            if isNegated { throw notWithoutOperator() }
            return nil
        }
        if isNegated { cursor.advance() }
        cursor.advance()
        let isInsensitive = cursor.take("~")
        let test = word == "in" ? try membership(of: left, isInsensitive) : try text(TextOperator(rawValue: word)!, left, isInsensitive)
        return isNegated ? Expression(.not(test), type: .bool, span: test.span) : test
    }

    private mutating func notWithoutOperator() -> SyntaxStop {
        cursor.advance()
        return unexpected("`in`, `like`, `matches`, `contains`, `startswith` or `endswith` after `not`")
    }

    private func span(from left: Expression) -> SourceSpan { left.span.union(cursor.span(from: cursor.lastEnd - 1)) }

    private mutating func compare(_ comparison: Comparison, _ first: Expression, usesBefore: Int) throws(SyntaxStop) -> Expression {
        let operatorStart = cursor.start
        cursor.advance()
        let isInsensitive = cursor.take("~")
        if isInsensitive, comparison != .equal, comparison != .notEqual {
            throw fail(.expressionSyntax, "`\(comparison.rawValue)` has no case-insensitive form", at: cursor.span(from: operatorStart))
        }
        if case .meta("lists") = cursor.token.kind {
            throw fail(.expressionSyntax, "a list cannot be compared", at: cursor.span, hint: "write `in @lists.…`")
        }
        var left = first
        var right = try additive()
        let span = left.span.union(right.span)
        left = coerced(left, to: right.type)
        right = coerced(right, to: left.type)
        if left.type == .null || right.type == .null {
            throw fail(
                .typeMismatch, "a comparison with null is never true", at: span,
                hint: comparison == .notEqual ? "write `is not null`" : "write `is null`")
        }
        if left.type != .any, right.type != .any, left.type != right.type {
            throw fail(.typeMismatch, "\(left.type.article) cannot be compared with \(right.type.article)", at: span)
        }
        let isOrder = comparison != .equal && comparison != .notEqual
        if isOrder, left.type == .bool || right.type == .bool {
            throw fail(.typeMismatch, "true and false have no order", at: span)
        }
        if isInsensitive, ![.any, .string].contains(left.type) || ![.any, .string].contains(right.type) {
            throw fail(
                .typeMismatch, "`\(comparison.rawValue)~` compares texts, not \((left.type == .any ? right : left).type.article)", at: span)
        }
        if !isInsensitive, case .literal(let a) = left.kind, case .literal(let b) = right.kind,
            let value = ConstantFolding.compare(comparison, a, b)
        {
            let folded = Expression(.literal(.bool(value)), type: .bool, span: span)
            if parameterUses == usesBefore { warnIfConstant(folded) }
            return folded
        }
        return Expression(.compare(comparison, left, right, caseInsensitive: isInsensitive), type: .bool, span: span)
    }

    /// A constant text where a time or duration is wanted, as one when it reads as one.
    private func coerced(_ expression: Expression, to type: ValueType) -> Expression {
        guard case .literal(let literal) = expression.kind, let value = Self.coerced(literal, to: type) else { return expression }
        return Expression(.literal(value), type: value.type, span: expression.span)
    }

    private static func coerced(_ literal: Literal, to type: ValueType) -> Literal? {
        guard case .string(let text) = literal else { return nil }
        switch type {
        case .time: return TimestampText.parse(text).map(Literal.time)
        case .duration: return DurationText.parse(text).map(Literal.duration)
        default: return nil
        }
    }

    private mutating func membership(of left: Expression, _ isInsensitive: Bool) throws(SyntaxStop) -> Expression {
        guard cursor.at("(") || cursor.token.kind == .meta("lists") else { throw unexpected("`(` or `@lists.NAME` after `in`") }
        var values: [Literal] = []
        for (literal, span) in try constants() {
            let value = Self.coerced(literal, to: left.type) ?? literal
            if value == .null { throw fail(.typeMismatch, "null is never equal to anything", at: span, hint: "write `… is null or …`") }
            if left.type != .any, left.type != value.type {
                throw fail(.typeMismatch, "\(left.type.article) cannot be compared with \(value.type.article)", at: span)
            }
            if isInsensitive, value.type != .string {
                throw fail(.typeMismatch, "`in~` compares texts, not \(value.type.article)", at: span)
            }
            values.append(value)
        }
        return Expression(.membership(left, values, caseInsensitive: isInsensitive), type: .bool, span: span(from: left))
    }

    private mutating func text(_ symbol: TextOperator, _ left: Expression, _ isInsensitive: Bool) throws(SyntaxStop) -> Expression {
        guard left.type == .any || left.type == .string else {
            throw fail(.typeMismatch, "`\(symbol.rawValue)` needs a text, not \(left.type.article)", at: left.span)
        }
        var patterns: [(Literal, SourceSpan)]
        if cursor.token.kind == .meta("lists") || atListOfConstants {
            patterns = try constants()
        } else {
            let right = try additive()
            if case .literal(let literal) = right.kind {
                patterns = [(literal, right.span)]
            } else {
                guard symbol != .like, symbol != .matches else {
                    throw fail(.typeMismatch, "`\(symbol.rawValue)` needs a constant text", at: right.span)
                }
                guard right.type == .any || right.type == .string else {
                    throw fail(.typeMismatch, "`\(symbol.rawValue)` needs a text, not \(right.type.article)", at: right.span)
                }
                return Expression(
                    .textDynamic(symbol, left, right, caseInsensitive: isInsensitive), type: .bool, span: left.span.union(right.span))
            }
        }
        var texts: [String] = []
        for (literal, span) in patterns {
            guard case .string(let text) = literal else {
                throw fail(.typeMismatch, "`\(symbol.rawValue)` needs a text, not \(literal.type.article)", at: span)
            }
            if symbol == .matches, let message = RegexChecker.error(in: text, caseInsensitive: isInsensitive) {
                throw fail(.invalidRegex, "RE2 does not accept this expression: \(message)", at: span)
            }
            texts.append(text)
        }
        return Expression(.text(symbol, left, patterns: texts, caseInsensitive: isInsensitive), type: .bool, span: span(from: left))
    }

    /// True at `(` of a list of constants, not of an expression in parentheses.
    private var atListOfConstants: Bool {
        guard cursor.at("(") else { return false }
        switch cursor.peek(1).kind {
        case .meta("lists"), .symbol(")"): return true
        case .string, .integer, .float, .duration, .parameter, .word("true"), .word("false"), .word("null"):
            return cursor.peek(2).kind == .symbol(",") || cursor.peek(2).kind == .symbol(")")
        default: return false
        }
    }
}
