extension ExpressionParser {
    /// A call; the cursor stands at its name.
    mutating func call(_ name: String) throws(SyntaxStop) -> Expression {
        try enter()
        defer { depth -= 1 }
        let start = cursor.start
        cursor.advance()
        let nameSpan = cursor.span(from: start)
        cursor.advance()
        switch name {
        case "first", "last": return try bindingReference(isFirst: name == "first", from: start)
        case "prev", "lag": return try earlierReference(name, from: start, at: nameSpan)
        case "cidr": return try cidr(from: start, at: nameSpan)
        default: break
        }
        if let aggregate = AggregateFunction(rawValue: name) { return try self.aggregate(aggregate, from: start, at: nameSpan) }
        guard let function = Function(rawValue: name) else { throw unknownFunction(name, at: nameSpan) }
        return try scalarFunction(function, from: start, at: nameSpan)
    }

    private func unknownFunction(_ name: String, at span: SourceSpan) -> SyntaxStop {
        let known =
            Function.allCases.map(\.rawValue) + AggregateFunction.allCases.map(\.rawValue) + ["first", "last", "prev", "lag", "cidr"]
        let suggestion = FunctionSignature.otherNames[name.lowercased()] ?? NameSuggestion.nearest(to: name, among: known)
        return fail(.unknownFunction, "there is no function `\(name)`", at: span, hint: suggestion.map { "did you mean `\($0)`?" } ?? "")
    }

    /// An event's name as an argument; the cursor is left behind what could be read of a path.
    private mutating func eventArgument(of function: String) throws(SyntaxStop) -> (
        variable: Int, rest: [FieldPath.Segment], meta: (name: String, range: Range<Int>)?
    ) {
        let start = cursor.start
        guard case .word = cursor.token.kind else { throw unexpected("the name of an event in `\(function)(…)`") }
        let path = try path()
        let span = cursor.span(from: start)
        guard let named = variable(of: path) else {
            let name = path.key(0) ?? ""
            if case .filter = role {
                throw fail(.notBoundYet, "`where` sees the event under test only: no `\(function)`", at: span)
            }
            if rule.order != nil || rule.scope.events.isEmpty {
                rule.sink.error(
                    .unknownEvent, "no event `\(name)` is declared", at: cursor.source.span(start..<start + name.utf8.count),
                    hint: NameSuggestion.nearest(to: name, among: rule.eventNames(in: names)).map { "did you mean `\($0)`?" }
                        ?? "`\(function)` reads the events bound to a name: `\(function)(NAME\(function == "count" ? "" : ".\(name)"))`")
            }
            throw SyntaxStop()
        }
        return (try bound(named.variable, named.name, at: span), Array(path.segments.dropFirst(named.length)), path.meta)
    }

    /// `first(a).field`, `last(a).@time`.
    private mutating func bindingReference(isFirst: Bool, from start: Int) throws(SyntaxStop) -> Expression {
        let name = isFirst ? "first" : "last"
        let argumentStart = cursor.start
        let argument = try eventArgument(of: name)
        if !argument.rest.isEmpty || argument.meta != nil {
            throw fail(
                .expressionSyntax, "`\(name)` takes the name of an event", at: cursor.span(from: argumentStart),
                hint: "write `\(name)(NAME).field`")
        }
        try expect(")", to: "after the name of the event")
        guard cursor.at(".") else { throw unexpected("`.` and a field after `\(name)(…)`") }
        var path = WrittenPath(segments: [], isQuoted: true)
        try pathTail(&path)
        let event: EventReference = isFirst ? .first(argument.variable) : .last(argument.variable)
        if let meta = path.meta {
            guard path.segments.isEmpty else {
                throw fail(.expressionSyntax, "a meta field has no parts", at: cursor.source.span(meta.range))
            }
            return try metaOf(meta, event, from: start)
        }
        return Expression(.reference(event, .field(FieldPath(path.segments))), type: .any, span: cursor.span(from: start))
    }

    /// `prev(field)`, `lag(@time)`.
    private mutating func earlierReference(_ name: String, from start: Int, at nameSpan: SourceSpan) throws(SyntaxStop) -> Expression {
        let operand: Operand
        let argumentStart = cursor.start
        if case .meta(let meta) = cursor.token.kind {
            operand = .meta(try metaField(meta, at: cursor.span))
            cursor.advance()
        } else {
            let path = try path()
            if path.meta != nil || path.segments.count > 1 && variable(of: path) != nil {
                throw fail(.expressionSyntax, "`\(name)` takes a field, not one of a named event", at: cursor.span(from: argumentStart))
            }
            operand = .field(FieldPath(path.segments))
        }
        try expect(")", to: "after the field")
        let span = cursor.span(from: start)
        switch role {
        case .filter: throw fail(.notBoundYet, "`where` sees the event under test only: no `\(name)`", at: nameSpan)
        case .predicate(let current):
            if name == "prev", let order = rule.order, order.used.contains(current), !order.canBindAnything(before: current) {
                throw fail(.notBoundYet, "nothing can be bound yet when `\(rule.events[current].name)` is tested", at: span)
            }
        case .result:
            if name == "lag" { throw fail(.notBoundYet, "`lag` can only be used in `events`", at: nameSpan) }
        }
        return Expression(.reference(name == "prev" ? .previous : .lag, operand), type: operand.type, span: span)
    }

    private mutating func aggregate(_ function: AggregateFunction, from start: Int, at nameSpan: SourceSpan) throws(SyntaxStop)
        -> Expression
    {
        let name = function.rawValue
        if cursor.at(")") { throw fail(.wrongArgumentCount, "`\(name)` takes 1 argument, not 0", at: nameSpan) }
        if case .word = cursor.token.kind {} else if function == .min || function == .max { throw notAnAggregate(name, at: nameSpan) }
        if case .filter = role { throw fail(.notBoundYet, "`where` sees the event under test only: no `\(name)`", at: nameSpan) }
        if function == .min || function == .max, hasSeveralArguments { throw notAnAggregate(name, at: nameSpan) }
        let argumentStart = cursor.start
        let argument = try eventArgument(of: name)
        let argumentSpan = cursor.span(from: argumentStart)
        guard cursor.take(")") else {
            if cursor.at(",") { throw fail(.wrongArgumentCount, "`\(name)` takes 1 argument", at: nameSpan) }
            throw unexpected("`)` after the argument of `\(name)`")
        }
        let span = cursor.span(from: start)
        var operand: Operand?
        if let meta = argument.meta {
            guard argument.rest.isEmpty else {
                throw fail(.expressionSyntax, "a meta field has no parts", at: cursor.source.span(meta.range))
            }
            operand = .meta(try metaField(meta.name, at: cursor.source.span(meta.range)))
        } else if case .key = argument.rest.first {
            operand = .field(FieldPath(argument.rest))
        } else if !argument.rest.isEmpty {
            throw fail(.expressionSyntax, "a field must follow the name of the event", at: argumentSpan)
        }
        if function == .count, operand != nil {
            throw fail(
                .typeMismatch, "`count` counts events and takes the name of one", at: argumentSpan,
                hint: "`distinct(NAME.field)` counts values")
        }
        if function != .count, operand == nil {
            throw fail(.typeMismatch, "`\(name)` needs a field of the event", at: argumentSpan, hint: "write `\(name)(NAME.field)`")
        }
        if function == .sum || function == .avg, let type = operand?.type, type != .any {
            throw fail(.typeMismatch, "`\(name)` needs numbers, not \(type.article)", at: argumentSpan)
        }
        let type: ValueType = function == .min || function == .max ? operand?.type ?? .any : .number
        return Expression(.aggregate(function, event: argument.variable, operand: operand), type: type, span: span)
    }

    /// True when a `,` follows before the parenthesis that is open here closes.
    private var hasSeveralArguments: Bool {
        var open = 0
        var offset = 0
        while true {
            switch cursor.peek(offset).kind {
            case .symbol("("), .symbol("["): open += 1
            case .symbol(")"), .symbol("]"):
                if open == 0 { return false }
                open -= 1
            case .symbol(",") where open == 0: return true
            case .end: return false
            default: break
            }
            offset += 1
        }
    }

    private func notAnAggregate(_ name: String, at span: SourceSpan) -> SyntaxStop {
        fail(
            .wrongArgumentCount, "`\(name)` aggregates a field of one event variable", at: span,
            hint: "of several values take `\(name == "min" ? "least" : "greatest")(…)`")
    }

    private mutating func arguments() throws(SyntaxStop) -> [Expression] {
        var arguments: [Expression] = []
        if cursor.take(")") { return arguments }
        repeat { arguments.append(try disjunction()) } while cursor.take(",")
        guard cursor.take(")") else { throw unexpected("`,` or `)` after an argument") }
        return arguments
    }

    private mutating func scalarFunction(_ function: Function, from start: Int, at nameSpan: SourceSpan) throws(SyntaxStop) -> Expression {
        let name = function.rawValue
        let arguments = try arguments()
        let signature = FunctionSignature.of(function)
        guard arguments.count >= signature.minimum, arguments.count <= signature.maximum ?? .max else {
            throw fail(.wrongArgumentCount, "`\(name)` takes \(signature.count) arguments, not \(arguments.count)", at: nameSpan)
        }
        for (index, argument) in arguments.enumerated() where argument.type != .any {
            let allowed = signature.arguments[min(index, signature.arguments.count - 1)]
            guard !allowed.contains(argument.type) else { continue }
            let wanted = allowed.map(\.article).sorted().joined(separator: " or ")
            throw fail(.typeMismatch, "`\(name)` needs \(wanted) here, not \(argument.type.article)", at: argument.span)
        }
        if function == .extract { try checkExtract(arguments) }
        var type = signature.result
        if function == .coalesce { type = TypeRules.common(arguments.map(\.type)) }
        if function == .if { type = TypeRules.common(arguments.dropFirst().map(\.type)) }
        return Expression(.call(function, arguments), type: type, span: cursor.span(from: start))
    }

    private func checkExtract(_ arguments: [Expression]) throws(SyntaxStop) {
        guard case .literal(.string(let pattern)) = arguments[1].kind else {
            throw fail(.typeMismatch, "`extract` needs a constant regular expression", at: arguments[1].span)
        }
        if let message = RegexChecker.error(in: pattern, caseInsensitive: false) {
            throw fail(.invalidRegex, "RE2 does not accept this expression: \(message)", at: arguments[1].span)
        }
        guard arguments.count == 3 else { return }
        guard case .literal(.int(let group)) = arguments[2].kind, group >= 0, group <= 1_000 else {
            throw fail(.typeMismatch, "`extract` needs a constant group from 0", at: arguments[2].span)
        }
    }

    private mutating func cidr(from start: Int, at nameSpan: SourceSpan) throws(SyntaxStop) -> Expression {
        let address = try disjunction()
        guard address.type == .any || address.type == .string else {
            throw fail(.typeMismatch, "`cidr` needs an address as text, not \(address.type.article)", at: address.span)
        }
        var blocks: [String] = []
        guard cursor.at(",") else {
            throw fail(.wrongArgumentCount, "`cidr` takes an address and at least one address block", at: nameSpan)
        }
        while cursor.take(",") {
            let constants = cursor.at("(") ? try self.constants() : try constantOrList()
            for (literal, span) in constants {
                guard case .string(let block) = literal, AddressBlock.isValid(block) else {
                    throw fail(.invalidCIDR, "this is no address block", at: span, hint: "such as \"10.0.0.0/8\" or \"2001:db8::/32\"")
                }
                blocks.append(block)
            }
        }
        try expect(")", to: "after the address blocks")
        return Expression(.cidr(address, blocks), type: .bool, span: cursor.span(from: start))
    }
}

extension Operand {
    /// Its type.
    var type: ValueType {
        switch self {
        case .field: return .any
        case .meta(let field): return field.type
        }
    }
}
