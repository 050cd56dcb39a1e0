/// Reads a pattern and resolves its names. Its recursion is bounded by the nesting of the text, not by its length.
struct PatternParser {
    static let maximumDepth = 100

    let rule: RuleCompilation
    let names: Namespace
    var cursor: TokenCursor
    var depth: Int
    /// Library patterns that are being read, the outermost first.
    let callers: [String]

    /// Reads `text`; nil after an error, which is reported.
    static func parse(
        _ text: DSLText, names: Namespace, rule: RuleCompilation, depth: Int = 0, callers: [String] = []
    ) -> Pattern? {
        var parser = PatternParser(rule: rule, names: names, cursor: TokenCursor(text), depth: depth, callers: callers)
        do {
            let pattern = try parser.pattern(commaSeparates: false)
            guard parser.cursor.token.kind == .end else { throw parser.unexpected("a link, `|` or the end") }
            return pattern
        } catch {
            return nil
        }
    }

    mutating func enter() throws(SyntaxStop) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw fail(.patternTooLarge, "the pattern is nested deeper than \(Self.maximumDepth)", at: cursor.span)
        }
    }

    func fail(_ code: DiagnosticCode, _ message: String, at span: SourceSpan, hint: String = "") -> SyntaxStop {
        rule.sink.error(code, message, at: span, hint: hint)
        return SyntaxStop()
    }

    func unexpected(_ wanted: String, hint: String = "") -> SyntaxStop {
        fail(.patternSyntax, "expected \(wanted), found \(cursor.description)", at: cursor.span, hint: hint)
    }

    mutating func expect(_ symbol: String, to what: String) throws(SyntaxStop) {
        guard cursor.take(symbol) else { throw unexpected("`\(symbol)` \(what)") }
    }

    /// Alternatives. With `commaSeparates` a `,` at this level ends an argument.
    mutating func pattern(commaSeparates: Bool) throws(SyntaxStop) -> Pattern {
        let start = cursor.start
        var alternatives = [try sequence(commaSeparates: commaSeparates)]
        while cursor.take("|") { alternatives.append(try sequence(commaSeparates: commaSeparates)) }
        if cursor.at("||") { throw unexpected("a link, `|` or the end", hint: "alternatives are separated by one `|`") }
        return alternatives.count == 1 ? alternatives[0] : Pattern(.alternation(alternatives), span: cursor.span(from: start))
    }

    private mutating func sequence(commaSeparates: Bool) throws(SyntaxStop) -> Pattern {
        let start = cursor.start
        var steps = [try step()]
        var links: [Link] = []
        while let contiguity = contiguity(), !(commaSeparates && contiguity == .next) {
            cursor.advance()
            var link = Link(contiguity)
            let gapStart = cursor.start
            if cursor.at("[") { link = try gap(contiguity) }
            let gapSpan = cursor.span(from: gapStart)
            let next = try step()
            if case .negation(let name, _) = next.kind, link.minimumGap != nil || link.maximumGap != nil {
                let duration = DurationText.format(link.maximumGap ?? link.minimumGap ?? 0)
                rule.sink.error(
                    .invalidGap, "a gap cannot stand on the link into a negation", at: gapSpan,
                    hint: "write `!\(rule.events[name].name) for \(duration)`")
            }
            steps.append(next)
            links.append(link)
        }
        return steps.count == 1 ? steps[0] : Pattern(.sequence(steps: steps, links: links), span: cursor.span(from: start))
    }

    /// The link that stands here.
    func contiguity() -> Link.Contiguity? {
        guard case .symbol(let symbol) = cursor.token.kind else { return nil }
        return Link.Contiguity(rawValue: symbol)
    }

    /// `[<= d]`, `[>= d]`, `[a..b]` after a link.
    mutating func gap(_ contiguity: Link.Contiguity) throws(SyntaxStop) -> Link {
        let start = cursor.start
        try expect("[", to: "to open the gap")
        var link = Link(contiguity)
        if cursor.take("<=") {
            link.maximumGap = try duration(of: "the gap")
        } else if cursor.take(">=") {
            link.minimumGap = try duration(of: "the gap")
        } else {
            link.minimumGap = try duration(of: "the gap", else: "`<=`, `>=` or a duration")
            try expect("..", to: "between the bounds of the gap")
            link.maximumGap = try duration(of: "the gap")
        }
        try expect("]", to: "to close the gap")
        if let minimum = link.minimumGap, let maximum = link.maximumGap, minimum > maximum {
            rule.sink.error(
                .invalidGap,
                "the gap's lower bound \(DurationText.format(minimum)) is above its upper bound \(DurationText.format(maximum))",
                at: cursor.span(from: start))
        }
        return link
    }

    /// A duration in nanoseconds, written out or as a parameter; not negative.
    mutating func duration(of what: String, else wanted: String = "a duration") throws(SyntaxStop) -> Int64 {
        let token = cursor.token
        switch token.kind {
        case .duration(let value):
            cursor.advance()
            return value
        case .parameter(let name):
            cursor.advance()
            let span = cursor.span(from: token.range.lowerBound)
            guard let value = names.parameters[name] else {
                rule.reportUnknownParameter(name, in: names, at: span)
                throw SyntaxStop()
            }
            if case .duration(let duration) = value, duration >= 0 { return duration }
            if case .string(let text) = value, let duration = DurationText.parse(text), duration >= 0 { return duration }
            throw fail(.unknownParameter, "parameter `\(name)` is no duration for \(what)", at: span, hint: "give it a value such as 90s")
        case .integer, .float:
            throw fail(.invalidDuration, "\(what) needs a duration with a unit", at: cursor.span, hint: "such as 90s, 10m, 1h30m")
        default: throw unexpected(wanted, hint: "such as 90s, 10m, 1h30m")
        }
    }

    /// An atom with its quantifier.
    private mutating func step() throws(SyntaxStop) -> Pattern {
        let start = cursor.start
        let atom = try atom()
        guard let quantifier = try quantifier() else {
            if cursor.at("[") {
                throw unexpected("a link", hint: "a bracketed link follows a quantifier: `b+[,]`; a gap follows a link: `->[<= 5s]`")
            }
            return atom
        }
        var link: Link?
        if cursor.take("[") {
            guard let contiguity = contiguity() else { throw unexpected("a link between iterations: `->`, `->>` or `,`") }
            cursor.advance()
            link = cursor.at("[") ? try gap(contiguity) : Link(contiguity)
            try expect("]", to: "to close the link between iterations")
        }
        let span = cursor.span(from: start)
        if case .negation = atom.kind { throw fail(.misplacedNegation, "a negation cannot be quantified", at: span) }
        if quantifier.reluctant, quantifier.minimum == quantifier.maximum {
            rule.sink.warning(
                .uselessReluctant, "a reluctant `?` after an exact quantifier changes nothing", at: cursor.source.span(quantifier.range),
                hint: "leave the `?` out")
        }
        return Pattern(
            .repetition(
                atom, minimum: quantifier.minimum, maximum: quantifier.maximum, reluctant: quantifier.reluctant, link: link), span: span)
    }
}
