extension PatternParser {
    /// A name, a group, a call of a library pattern, `permute`, `of` or a negation.
    mutating func atom() throws(SyntaxStop) -> Pattern {
        let start = cursor.start
        if cursor.at("(") { return try group() }
        if cursor.take("!") {
            let event = try eventName()
            let duration = try negationDuration()
            try countStep(from: start)
            return Pattern(.negation(event, forDuration: duration), span: cursor.span(from: start))
        }
        if case .integer = cursor.token.kind, cursor.peek().kind == .word("of") { return try someOf() }
        if case .parameter = cursor.token.kind, cursor.peek().kind == .word("of") { return try someOf() }
        guard case .word(let word) = cursor.token.kind else { throw unexpected("a step: a name, `(`, `!`, `permute(` or `n of (`") }
        if word == "permute" {
            cursor.advance()
            let branches = try branches(of: "permute")
            return Pattern(.permute(branches), span: cursor.span(from: start))
        }
        return try named()
    }

    private mutating func negationDuration() throws(SyntaxStop) -> Int64? {
        guard cursor.take(word: "for") else { return nil }
        let span = cursor.span
        let duration = try duration(of: "the absence")
        guard duration > 0 else { throw fail(.invalidDuration, "an absence must last longer than 0s", at: span) }
        return duration
    }

    private mutating func countStep(from start: Int) throws(SyntaxStop) {
        rule.remainingSteps -= 1
        guard rule.remainingSteps >= 0 else {
            throw fail(.patternTooLarge, "the pattern has more than 20000 steps", at: cursor.span(from: start))
        }
    }

    private mutating func group() throws(SyntaxStop) -> Pattern {
        try enter()
        defer { depth -= 1 }
        let start = cursor.start
        try expect("(", to: "to open the group")
        let inner = try pattern(commaSeparates: false)
        let until = cursor.take(word: "until") ? try eventName() : nil
        var within: Int64?
        if cursor.take(word: "within") {
            let span = cursor.span
            let duration = try duration(of: "`within`")
            guard duration > 0 else { throw fail(.invalidDuration, "`within` must be longer than 0s", at: span) }
            within = duration
        }
        try expect(")", to: "to close the group")
        return Pattern(.group(inner, until: until, within: within), span: cursor.span(from: start))
    }

    private mutating func someOf() throws(SyntaxStop) -> Pattern {
        let start = cursor.start
        let count = try count(of: "`of`")
        let countSpan = cursor.span(from: start)
        cursor.advance()
        let branches = try branches(of: "of")
        guard count >= 1, count <= branches.count else {
            throw fail(.invalidQuantifier, "\(count) of \(branches.count) branches cannot be chosen", at: countSpan)
        }
        return Pattern(.of(count: count, branches), span: cursor.span(from: start))
    }

    private mutating func branches(of what: String) throws(SyntaxStop) -> [Pattern] {
        try enter()
        defer { depth -= 1 }
        try expect("(", to: "after `\(what)`")
        var branches: [Pattern] = []
        repeat {
            let branch = try pattern(commaSeparates: true)
            if let negation = branch.firstNegation {
                rule.sink.error(.misplacedNegation, "a negation cannot stand inside `\(what)`", at: negation.span)
            }
            branches.append(branch)
        } while cursor.take(",")
        try expect(")", to: "to close `\(what)`")
        return branches
    }

    /// The variable of an event's name or `library.name`.
    mutating func eventName() throws(SyntaxStop) -> Int {
        let start = cursor.start
        let name = try plainName()
        if cursor.at("."), case .word(let member) = cursor.peek().kind {
            cursor.advance()
            cursor.advance()
            let span = cursor.span(from: start)
            guard let library = rule.library(name, in: names) else { throw unknownLibrary(name, at: span) }
            guard let event = library.events[member] else {
                rule.reportUnknownEvent("\(name).\(member)", in: names, at: span)
                throw SyntaxStop()
            }
            return rule.use(event, of: library, at: span)
        }
        return event(name, at: cursor.span(from: start))
    }

    private mutating func plainName() throws(SyntaxStop) -> String {
        guard case .word(let name) = cursor.token.kind else { throw unexpected("the name of an event") }
        if ReservedWords.isReserved(name) {
            throw fail(.patternSyntax, "`\(name)` is a word of the language and cannot stand here", at: cursor.span)
        }
        cursor.advance()
        return name
    }

    private func unknownLibrary(_ name: String, at span: SourceSpan) -> SyntaxStop {
        let hint = NameSuggestion.hint(for: name, among: Array(rule.scope.libraries.keys))
        return fail(.unknownEvent, "no library `\(name)` is used here", at: span, hint: hint.isEmpty ? "add it to `use`" : hint)
    }

    /// The variable of a name without library; an unknown one is reported and stands for the first.
    private func event(_ name: String, at span: SourceSpan) -> Int {
        if let library = names.library {
            if let event = library.events[name] { return rule.use(event, of: library, at: span) }
        } else if let index = rule.variable(named: name, in: names), rule.events[index].library == nil {
            return index
        }
        rule.reportUnknownEvent(name, in: names, at: span)
        return 0
    }

    private mutating func named() throws(SyntaxStop) -> Pattern {
        let start = cursor.start
        guard case .word(let name) = cursor.token.kind else { throw unexpected("the name of an event") }
        var library = names.library
        var member = name
        var length = 1
        if cursor.peek().kind == .symbol("."), case .word(let second) = cursor.peek(2).kind {
            library = rule.library(name, in: names)
            member = second
            length = 3
        }
        let isCall = cursor.peek(length).kind == .symbol("(")
        if let library, library.events[member] == nil || isCall, let pattern = library.patterns[member] {
            for _ in 0..<length { cursor.advance() }
            return try call(pattern, of: library, from: start)
        }
        if isCall, !ReservedWords.isReserved(name) {
            for _ in 0..<length { cursor.advance() }
            let full = length == 3 ? "\(name).\(member)" : name
            let candidates = rule.scope.libraries.values.flatMap { library in library.patterns.keys.map { "\(library.name).\($0)" } }
            throw fail(
                .unknownEvent, "no pattern `\(full)` is declared", at: cursor.span(from: start),
                hint: NameSuggestion.hint(for: full, among: candidates + ["permute"]))
        }
        let index = try eventName()
        try countStep(from: start)
        return Pattern(.event(index), span: cursor.span(from: start))
    }
}
