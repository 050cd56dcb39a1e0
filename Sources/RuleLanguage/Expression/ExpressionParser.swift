/// Reads an expression, resolves its names and checks its types.
struct ExpressionParser {
    /// Where an expression stands: it decides what it may read.
    enum Role {
        /// `where`: the event under test only.
        case filter
        /// The predicate of an event variable.
        case predicate(of: Int)
        /// `having` and `select`.
        case result
    }

    static let maximumDepth = 200
    static let maximumOperators = 500

    let names: Namespace
    let role: Role
    let rule: RuleCompilation
    var cursor: TokenCursor
    var depth = 0
    /// Library events whose predicates are being inlined, the outermost first.
    var inlining: [String] = []
    /// Parameters met so far: what is constant because of one is no mistake.
    var parameterUses = 0
    private var arithmeticOperators = 0
    private var warnedConstants: Set<Int> = []

    /// Reads `text`; nil after an error, which is reported. A condition must be true or false.
    static func parse(_ text: DSLText, names: Namespace, role: Role, isCondition: Bool, rule: RuleCompilation) -> Expression? {
        var parser = ExpressionParser(text, names: names, role: role, rule: rule)
        guard let expression = try? parser.whole(isCondition: isCondition) else { return nil }
        if isCondition { parser.warnIfConstant(expression) }
        return expression
    }

    init(_ text: DSLText, names: Namespace, role: Role, rule: RuleCompilation) {
        self.names = names
        self.role = role
        self.rule = rule
        cursor = TokenCursor(text)
    }

    /// The whole text.
    mutating func whole(isCondition: Bool) throws(SyntaxStop) -> Expression {
        let expression = try disjunction()
        guard cursor.token.kind == .end else {
            throw unexpected(
                isCondition ? "an operator, `and`, `or` or the end" : "an operator or the end", hint: Self.operatorHint(cursor.token.kind))
        }
        if isCondition { try requireCondition(expression) }
        return expression
    }

    func fail(_ code: DiagnosticCode, _ message: String, at span: SourceSpan, hint: String = "") -> SyntaxStop {
        rule.sink.error(code, message, at: span, hint: hint)
        return SyntaxStop()
    }

    func unexpected(_ wanted: String, hint: String = "") -> SyntaxStop {
        fail(.expressionSyntax, "expected \(wanted), found \(cursor.description)", at: cursor.span, hint: hint)
    }

    mutating func expect(_ symbol: String, to what: String) throws(SyntaxStop) {
        guard cursor.take(symbol) else { throw unexpected("`\(symbol)` \(what)") }
    }

    mutating func enter() throws(SyntaxStop) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw fail(.expressionTooDeep, "the expression is nested deeper than \(Self.maximumDepth)", at: cursor.span)
        }
    }

    func requireCondition(_ expression: Expression) throws(SyntaxStop) {
        guard expression.type != .bool, expression.type != .any else { return }
        throw fail(
            .typeMismatch, "a condition must be true or false, this is \(expression.type.article)", at: expression.span,
            hint: expression.type == .null ? "" : "compare it with something")
    }

    private static func operatorHint(_ kind: Token.Kind) -> String {
        switch kind {
        case .symbol("="): return "equality is written `==`"
        case .symbol("&&"): return "write `and`"
        case .symbol("||"), .symbol("|"): return "write `or`"
        case .symbol("!"): return "write `not`"
        case .symbol("->"), .symbol("->>"): return "links belong into `pattern`"
        case .word(let word) where word != word.lowercased() && operatorWords.contains(word.lowercased()):
            return "write `\(word.lowercased())`"
        default: return ""
        }
    }

    /// Words that are operators or constants, and no fields.
    static let operatorWords: Set<String> = [
        "and", "or", "not", "in", "like", "matches", "contains", "startswith", "endswith", "is", "null", "true", "false",
    ]

    mutating func disjunction() throws(SyntaxStop) -> Expression {
        try enter()
        defer { depth -= 1 }
        return try chain(word: "or", Expression.Kind.or) { parser throws(SyntaxStop) in
            try parser.chain(word: "and", Expression.Kind.and) { parser throws(SyntaxStop) in try parser.negation() }
        }
    }

    private mutating func chain(
        word: String, _ make: ([Expression]) -> Expression.Kind,
        _ next: (inout ExpressionParser) throws(SyntaxStop) -> Expression
    ) throws(SyntaxStop) -> Expression {
        let start = cursor.start
        var operands = [try next(&self)]
        while cursor.take(word: word) { operands.append(try next(&self)) }
        guard operands.count > 1 else { return operands[0] }
        for operand in operands {
            try requireCondition(operand)
            warnIfConstant(operand)
        }
        return Expression(make(operands), type: .bool, span: cursor.span(from: start))
    }

    private mutating func negation() throws(SyntaxStop) -> Expression {
        let start = cursor.start
        guard cursor.take(word: "not") else { return try comparison() }
        try enter()
        defer { depth -= 1 }
        let operand = try negation()
        try requireCondition(operand)
        return Expression(.not(operand), type: .bool, span: cursor.span(from: start))
    }

    /// Warns about a condition that is a constant, unless a parameter made it one. Each place is told once.
    mutating func warnIfConstant(_ expression: Expression) {
        guard case .literal(.bool(let value)) = expression.kind, parameterUses == 0, warnedConstants.insert(expression.span.start).inserted
        else { return }
        rule.sink.warning(.constantCondition, "this condition is always \(value)", at: expression.span, hint: "leave it out")
    }

    mutating func additive() throws(SyntaxStop) -> Expression {
        var left = try multiplicative()
        while let symbol = arithmeticSymbol(of: [.add, .subtract]) {
            cursor.advance()
            left = try arithmetic(symbol, left, try multiplicative())
        }
        return left
    }

    private mutating func multiplicative() throws(SyntaxStop) -> Expression {
        var left = try unary()
        while let symbol = arithmeticSymbol(of: [.multiply, .divide, .remainder]) {
            cursor.advance()
            left = try arithmetic(symbol, left, try unary())
        }
        return left
    }

    private func arithmeticSymbol(of allowed: [Arithmetic]) -> Arithmetic? {
        guard case .symbol(let text) = cursor.token.kind, let symbol = Arithmetic(rawValue: text), allowed.contains(symbol) else {
            return nil
        }
        return symbol
    }

    /// Chains of operators make the tree as deep as they are long, so their number is bounded too.
    private mutating func arithmetic(_ symbol: Arithmetic, _ left: Expression, _ right: Expression) throws(SyntaxStop) -> Expression {
        arithmeticOperators += 1
        let span = left.span.union(right.span)
        guard arithmeticOperators <= Self.maximumOperators else {
            throw fail(.expressionTooDeep, "more than \(Self.maximumOperators) arithmetic operators in one expression", at: right.span)
        }
        guard let type = TypeRules.arithmetic(symbol, left.type, right.type) else {
            throw fail(.typeMismatch, "`\(symbol.rawValue)` does not go with \(left.type.article) and \(right.type.article)", at: span)
        }
        if let folded = ConstantFolding.arithmetic(symbol, left, right) {
            return Expression(.literal(folded), type: folded.type, span: span)
        }
        return Expression(.arithmetic(symbol, left, right), type: type, span: span)
    }

    private mutating func unary() throws(SyntaxStop) -> Expression {
        let start = cursor.start
        guard cursor.take("-") else { return try primary() }
        try enter()
        defer { depth -= 1 }
        if case .integer(let magnitude) = cursor.token.kind, magnitude <= UInt64(Int64.max) + 1 {
            cursor.advance()
            return Expression(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))), type: .number, span: cursor.span(from: start))
        }
        let operand = try unary()
        let span = cursor.span(from: start)
        switch operand.kind {
        case .literal(.int(let value)) where value != .min: return Expression(.literal(.int(-value)), type: .number, span: span)
        case .literal(.double(let value)): return Expression(.literal(.double(-value)), type: .number, span: span)
        case .literal(.duration(let value)) where value != .min: return Expression(.literal(.duration(-value)), type: .duration, span: span)
        default: break
        }
        guard [.any, .number, .duration].contains(operand.type) else {
            throw fail(.typeMismatch, "`-` needs a number or a duration, not \(operand.type.article)", at: span)
        }
        return Expression(.negate(operand), type: operand.type, span: span)
    }
}
