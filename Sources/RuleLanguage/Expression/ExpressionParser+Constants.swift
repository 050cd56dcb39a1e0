extension ExpressionParser {
    /// `(1, $x, @lists.NAME)` or `@lists.NAME`, each constant with its place.
    mutating func constants() throws(SyntaxStop) -> [(Literal, SourceSpan)] {
        if cursor.token.kind == .meta("lists") { return try list() }
        try expect("(", to: "to open the list")
        var result: [(Literal, SourceSpan)] = []
        repeat {
            result += try constantOrList()
        } while cursor.take(",")
        guard cursor.take(")") else { throw unexpected("`,` or `)` in the list of constants") }
        return result
    }

    /// One constant, or the elements of a list.
    mutating func constantOrList() throws(SyntaxStop) -> [(Literal, SourceSpan)] {
        if cursor.token.kind == .meta("lists") { return try list() }
        let start = cursor.start
        let isNegative = cursor.take("-")
        let token = cursor.token
        guard var literal = try literal() else { throw unexpected("a constant", hint: "only constants can stand in a list") }
        if isNegative {
            switch literal {
            case .int(let value) where value != .min: literal = .int(-value)
            case .double(let value): literal = .double(-value)
            case .duration(let value): literal = .duration(-value)
            default:
                throw fail(
                    .typeMismatch, "`-` needs a number or a duration, not \(literal.type.article)", at: cursor.source.span(token.range))
            }
        }
        return [(literal, cursor.span(from: start))]
    }

    /// The constant that stands here, parameters included; nil when none does.
    mutating func literal() throws(SyntaxStop) -> Literal? {
        let value: Literal
        switch cursor.token.kind {
        case .integer(let number):
            guard let signed = Int64(exactly: number) else { throw unexpected("a number of 64 bits") }
            value = .int(signed)
        case .float(let number): value = .double(number)
        case .duration(let duration): value = .duration(duration)
        case .string(let text): value = .string(text)
        case .word("true"): value = .bool(true)
        case .word("false"): value = .bool(false)
        case .word("null"): value = .null
        case .parameter(let name):
            guard let literal = names.parameters[name] else {
                rule.reportUnknownParameter(name, in: names, at: cursor.span)
                throw SyntaxStop()
            }
            parameterUses += 1
            value = literal
        default: return nil
        }
        cursor.advance()
        return value
    }

    /// `@lists.NAME` or `@lists.LIBRARY.NAME`.
    private mutating func list() throws(SyntaxStop) -> [(Literal, SourceSpan)] {
        let start = cursor.start
        cursor.advance()
        var parts: [String] = []
        while parts.count < 2, cursor.at("."), case .word(let part) = cursor.peek().kind {
            cursor.advance()
            cursor.advance()
            parts.append(part)
        }
        let span = cursor.span(from: start)
        guard !parts.isEmpty else { throw unexpected("`.` and the name of a list after `@lists`") }
        let visible = rule.scope.libraries.values.filter { rule.library($0.name, in: names) != nil }
        let found: [[Literal]]
        if parts.count == 2 {
            found = visible.filter { $0.name == parts[0] }.compactMap { $0.lists[parts[1]] }
        } else if let own = names.library?.lists[parts[0]] {
            found = [own]
        } else {
            found = visible.compactMap { $0.lists[parts[0]] }
        }
        let name = parts.joined(separator: ".")
        if found.count > 1 {
            throw fail(.unknownList, "several libraries have a list `\(name)`", at: span, hint: "write `@lists.LIBRARY.\(name)`")
        }
        guard let elements = found.first else {
            let candidates = visible.flatMap { library in library.lists.keys.flatMap { [$0, "\(library.name).\($0)"] } }
            throw fail(.unknownList, "no list `\(name)` is declared", at: span, hint: NameSuggestion.hint(for: name, among: candidates))
        }
        return elements.map { ($0, span) }
    }
}
