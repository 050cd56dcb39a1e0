extension PatternParser {
    /// A library pattern with its arguments, inlined as a group; the cursor stands behind its name.
    mutating func call(_ pattern: LibraryPattern, of library: LibraryDefinition, from start: Int) throws(SyntaxStop) -> Pattern {
        let name = "\(library.name).\(pattern.name)"
        let nameSpan = cursor.span(from: start)
        var parameters = library.parameters
        let given = cursor.at("(") ? try arguments(of: pattern, named: name) : [:]
        for parameter in pattern.parameters {
            guard let value = given[parameter.name] ?? parameter.default else {
                throw fail(.wrongArgumentCount, "`\(name)` needs the argument `\(parameter.name)`", at: nameSpan)
            }
            parameters[parameter.name] = value
        }
        let span = cursor.span(from: start)
        guard !callers.contains(name) else { throw fail(.patternTooLarge, "the library pattern `\(name)` uses itself", at: span) }
        try enter()
        defer { depth -= 1 }
        let names = Namespace(library: library, parameters: parameters)
        guard let inner = PatternParser.parse(pattern.text, names: names, rule: rule, depth: depth, callers: callers + [name]) else {
            throw SyntaxStop()
        }
        return Pattern(.group(inner, until: nil, within: nil), span: span)
    }

    /// `(1, $x, gap: 30s)`: positional ones first.
    private mutating func arguments(of pattern: LibraryPattern, named name: String) throws(SyntaxStop) -> [String: Literal] {
        try expect("(", to: "to open the arguments")
        var given: [String: Literal] = [:]
        var position = 0
        while !cursor.at(")") {
            let start = cursor.start
            var parameter: String?
            if case .word(let word) = cursor.token.kind, cursor.peek().kind == .symbol(":") {
                parameter = word
                cursor.advance()
                cursor.advance()
            } else if position < pattern.parameters.count {
                parameter = pattern.parameters[position].name
                position += 1
            }
            let value = try argument()
            let span = cursor.span(from: start)
            guard let parameter else {
                throw fail(.wrongArgumentCount, "`\(name)` takes \(pattern.parameters.count) arguments", at: span)
            }
            guard pattern.parameters.contains(where: { $0.name == parameter }) else {
                let hint = NameSuggestion.hint(for: parameter, among: pattern.parameters.map(\.name))
                throw fail(.unknownParameter, "`\(name)` has no parameter `\(parameter)`", at: span, hint: hint)
            }
            guard given.updateValue(value, forKey: parameter) == nil else {
                throw fail(.wrongArgumentCount, "the argument `\(parameter)` is given twice", at: span)
            }
            guard cursor.take(",") else { break }
        }
        try expect(")", to: "to close the arguments")
        return given
    }

    private mutating func argument() throws(SyntaxStop) -> Literal {
        let isNegative = cursor.take("-")
        let value: Literal
        switch cursor.token.kind {
        case .integer(let number):
            guard let signed = Int64(exactly: number) else { throw unexpected("a number of 64 bits") }
            value = .int(isNegative ? -signed : signed)
        case .float(let number): value = .double(isNegative ? -number : number)
        case .duration(let duration): value = .duration(isNegative ? -duration : duration)
        case .string(let text) where !isNegative: value = .string(text)
        case .word("true") where !isNegative: value = .bool(true)
        case .word("false") where !isNegative: value = .bool(false)
        case .word("null") where !isNegative: value = .null
        case .parameter(let name) where !isNegative:
            guard let literal = names.parameters[name] else {
                rule.reportUnknownParameter(name, in: names, at: cursor.span)
                throw SyntaxStop()
            }
            value = literal
        default: throw unexpected("a constant as argument")
        }
        cursor.advance()
        return value
    }
}
