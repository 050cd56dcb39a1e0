extension ExpressionParser {
    /// A constant, a path, a call or an expression in parentheses.
    mutating func primary() throws(SyntaxStop) -> Expression {
        let start = cursor.start
        if cursor.take("(") {
            var inner = try disjunction()
            guard cursor.take(")") else { throw unexpected("an operator or `)`") }
            inner.span = cursor.span(from: start)
            return inner
        }
        if let literal = try literal() { return Expression(.literal(literal), type: literal.type, span: cursor.span(from: start)) }
        switch cursor.token.kind {
        case .meta("lists"):
            throw unexpected("a value", hint: "lists stand to the right of `in`, `like` and the like")
        case .meta(let name):
            cursor.advance()
            return try meta(name, of: .current, from: start, at: cursor.span(from: start))
        case .word(let word):
            if Self.operatorWords.contains(word) { throw unexpected("a value") }
            if cursor.peek().kind == .symbol("(") { return try call(word) }
            return try resolve(try path(), from: start)
        case .quotedName: return try resolve(try path(), from: start)
        case .symbol("!"): throw unexpected("a value", hint: "write `not`")
        default: throw unexpected("a value")
        }
    }

    /// A path as written: its head, whether that is between backticks, and a meta field at its end.
    struct WrittenPath {
        var segments: [FieldPath.Segment]
        var isQuoted: Bool
        var meta: (name: String, range: Range<Int>)?

        /// The key at an index; nil when there is none.
        func key(_ index: Int) -> String? {
            guard index < segments.count, case .key(let key) = segments[index] else { return nil }
            return key
        }
    }

    /// `a.b`, `a[0]`, `` `a b`.c ``, `a.@time`; the cursor stands at its head.
    mutating func path() throws(SyntaxStop) -> WrittenPath {
        var path = WrittenPath(segments: [], isQuoted: false)
        switch cursor.token.kind {
        case .word(let name): path.segments.append(.key(name))
        case .quotedName(let name):
            path.segments.append(.key(name))
            path.isQuoted = true
        default: throw unexpected("a field")
        }
        cursor.advance()
        try pathTail(&path)
        return path
    }

    /// What follows the head of a path.
    mutating func pathTail(_ path: inout WrittenPath) throws(SyntaxStop) {
        while path.meta == nil {
            if cursor.take(".") {
                let token = cursor.token
                switch token.kind {
                case .word(let name), .quotedName(let name): path.segments.append(.key(name))
                case .integer(let number): path.segments.append(.key(String(number)))
                case .meta(let name): path.meta = (name, token.range)
                default: throw unexpected("a field after `.`")
                }
                cursor.advance()
            } else if cursor.take("[") {
                if cursor.take("*") {
                    path.segments.append(.anyElement)
                } else if case .integer(let number) = cursor.token.kind, let index = Int(exactly: number) {
                    cursor.advance()
                    path.segments.append(.element(index))
                } else {
                    throw unexpected("`*` or an index from 0")
                }
                try expect("]", to: "after the index")
            } else {
                return
            }
        }
    }

    /// The variable that a path starts with, and how many segments name it.
    func variable(of path: WrittenPath) -> (variable: Int?, length: Int, name: String)? {
        guard !path.isQuoted, let head = path.key(0) else { return nil }
        if let variable = rule.variable(named: head, in: names) { return (variable, 1, head) }
        if let library = names.library, library.events[head] != nil { return (nil, 1, head) }
        if let member = path.key(1), let library = rule.library(head, in: names), library.events[member] != nil {
            return (rule.variable(named: member, of: library.name), 2, "\(head).\(member)")
        }
        return nil
    }

    private mutating func resolve(_ path: WrittenPath, from start: Int) throws(SyntaxStop) -> Expression {
        let span = cursor.span(from: start)
        if let named = variable(of: path) {
            if path.meta == nil, named.length == 2, path.segments.count == 2, let head = path.key(0), let member = path.key(1),
                let library = rule.library(head, in: names), let event = library.events[member]
            {
                return try inline(event, of: library, at: span)
            }
            let rest = Array(path.segments.dropFirst(named.length))
            let readsField = path.meta == nil ? path.key(named.length) != nil : rest.isEmpty
            if readsField {
                let variable = try bound(named.variable, named.name, at: span)
                if let meta = path.meta { return try metaOf(meta, .last(variable), from: start) }
                return Expression(.reference(.last(variable), .field(FieldPath(rest))), type: .any, span: span)
            }
        }
        if let meta = path.meta {
            let name = path.segments.map { FieldPath([$0]).text }.joined(separator: ".")
            rule.reportUnknownEvent(name, in: names, at: span)
            _ = meta
            throw SyntaxStop()
        }
        try checkLibraryName(path, at: span)
        return Expression(.reference(.current, .field(FieldPath(path.segments))), type: .any, span: span)
    }

    /// `library.nmae`: a library's name stands before fields of that name, as an event's does, so that a slip is no field.
    private func checkLibraryName(_ path: WrittenPath, at span: SourceSpan) throws(SyntaxStop) {
        guard !path.isQuoted, path.segments.count == 2, let head = path.key(0), let member = path.key(1),
            let library = rule.library(head, in: names),
            let meant = NameSuggestion.nearest(to: member, among: Array(library.events.keys))
        else { return }
        throw fail(
            .unknownEvent, "library `\(head)` has no event `\(member)`", at: span,
            hint: "did you mean `\(head).\(meant)`? a field is written `` `\(head)`.\(member) ``")
    }

    /// A meta field that ends a path.
    mutating func metaOf(_ meta: (name: String, range: Range<Int>), _ event: EventReference, from start: Int) throws(SyntaxStop)
        -> Expression
    {
        try self.meta(meta.name, of: event, from: start, at: cursor.source.span(meta.range))
    }

    private func meta(_ name: String, of event: EventReference, from start: Int, at span: SourceSpan) throws(SyntaxStop) -> Expression {
        let field = try metaField(name, at: span)
        return Expression(.reference(event, .meta(field)), type: field.type, span: cursor.span(from: start))
    }

    /// A meta field by name.
    func metaField(_ name: String, at span: SourceSpan) throws(SyntaxStop) -> MetaField {
        if let field = MetaField(rawValue: name) { return field }
        let suggestion =
            name == "timestamp" ? "time" : NameSuggestion.nearest(to: name, among: MetaField.allCases.map(\.rawValue) + ["lists"])
        throw fail(
            .unknownMeta, "there is no meta field `@\(name)`", at: span,
            hint: suggestion.map { "did you mean `@\($0)`? a field of that name is written `` `@\(name)` ``" }
                ?? "a field of that name is written `` `@\(name)` ``")
    }

    /// A variable that is read here; an error when it cannot be bound yet.
    func bound(_ variable: Int?, _ name: String, at span: SourceSpan) throws(SyntaxStop) -> Int {
        if case .filter = role {
            throw fail(.notBoundYet, "`where` sees the event under test only, not `\(name)`", at: span)
        }
        guard let order = rule.order else { return variable ?? 0 }
        guard let variable else { throw fail(.notBoundYet, "`\(name)` is not part of the pattern and never bound", at: span) }
        guard order.bound.contains(variable) else {
            let why = order.used.contains(variable) ? "stands negated or behind `until` only" : "is not part of the pattern"
            throw fail(.notBoundYet, "`\(name)` \(why) and is never bound", at: span)
        }
        if case .predicate(let current) = role, order.used.contains(current), !order.canBind(variable, before: current) {
            throw fail(.notBoundYet, "`\(name)` cannot be bound yet when `\(rule.events[current].name)` is tested", at: span)
        }
        return variable
    }

    /// The predicate of a library's event, in place of its name.
    private mutating func inline(_ event: LibraryEvent, of library: LibraryDefinition, at span: SourceSpan) throws(SyntaxStop) -> Expression
    {
        let name = "\(library.name).\(event.name)"
        guard let text = event.text else { return Expression(.literal(.bool(true)), type: .bool, span: span) }
        guard !inlining.contains(name) else { throw fail(.expressionTooDeep, "the predicate of `\(name)` uses itself", at: span) }
        rule.remainingInlines -= 1
        guard rule.remainingInlines >= 0 else { throw fail(.expressionTooDeep, "predicates of libraries expand beyond 1000", at: span) }
        try enter()
        defer { depth -= 1 }
        var parser = ExpressionParser(text, names: Namespace(library: library, parameters: event.parameters), role: role, rule: rule)
        parser.depth = depth
        parser.inlining = inlining + [name]
        let predicate = try parser.whole(isCondition: true)
        parameterUses += parser.parameterUses
        return predicate
    }
}

extension MetaField {
    /// Its type.
    var type: ValueType {
        switch self {
        case .time, .ingested: return .time
        case .stream, .id, .source: return .string
        }
    }
}
