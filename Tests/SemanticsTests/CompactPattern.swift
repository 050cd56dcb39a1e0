import RuleLanguage

/// A small reader of patterns over one-letter names, so that tests of the semantics hang on no other part of the project.
struct CompactPattern {
    /// The letters met, in order: the rule's event variables.
    private(set) var names: [Character] = []
    private var rest: Substring
    private let span = SourceSpan(file: SourceFile(path: "test", text: ""), start: 0, end: 0)

    /// Reads `text`; `names` are the variables declared so far. Traps on what it cannot read.
    static func read(_ text: String, names: [Character] = []) -> (pattern: Pattern, names: [Character]) {
        var reader = CompactPattern(names: names, rest: text.filter { $0 != " " }[...])
        let pattern = reader.alternation()
        precondition(reader.rest.isEmpty, "cannot read: \(reader.rest)")
        return (pattern, reader.names)
    }

    private mutating func eat(_ token: String) -> Bool {
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(digits.count)
        return Int(digits)
    }

    /// `5s`: tests take one second for one nanosecond.
    private mutating func duration() -> Int64 {
        let value = number() ?? 0
        precondition(eat("s"), "a duration ends in s: \(rest)")
        return Int64(value)
    }

    private mutating func variable() -> Int {
        let name = rest.removeFirst()
        if let index = names.firstIndex(of: name) { return index }
        names.append(name)
        return names.count - 1
    }

    private mutating func alternation() -> Pattern {
        var alternatives = [sequence(commaSeparates: false)]
        while eat("|") { alternatives.append(sequence(commaSeparates: false)) }
        return alternatives.count == 1 ? alternatives[0] : Pattern(.alternation(alternatives), span: span)
    }

    private mutating func link(commaSeparates: Bool) -> Link? {
        let contiguity: Link.Contiguity
        if eat("->>") {
            contiguity = .followedByAny
        } else if eat("->") {
            contiguity = .followedBy
        } else if !commaSeparates, eat(",") {
            contiguity = .next
        } else {
            return nil
        }
        var link = Link(contiguity)
        if eat("[") {
            if eat("<=") {
                link.maximumGap = duration()
            } else if eat(">=") {
                link.minimumGap = duration()
            } else {
                link.minimumGap = duration()
                precondition(eat(".."))
                link.maximumGap = duration()
            }
            precondition(eat("]"))
        }
        return link
    }

    private mutating func sequence(commaSeparates: Bool) -> Pattern {
        var steps = [step()]
        var links: [Link] = []
        while let link = link(commaSeparates: commaSeparates) {
            links.append(link)
            steps.append(step())
        }
        return steps.count == 1 ? steps[0] : Pattern(.sequence(steps: steps, links: links), span: span)
    }

    private mutating func arguments() -> [Pattern] {
        precondition(eat("("))
        var result = [sequence(commaSeparates: true)]
        while eat(",") { result.append(sequence(commaSeparates: true)) }
        precondition(eat(")"))
        return result
    }

    private mutating func step() -> Pattern {
        let atom = atom()
        var bounds: (minimum: Int, maximum: Int?)?
        if eat("?") {
            bounds = (0, 1)
        } else if eat("*") {
            bounds = (0, nil)
        } else if eat("+") {
            bounds = (1, nil)
        } else if eat("{") {
            let minimum = number()
            if eat(",") { bounds = (minimum ?? 0, number()) } else { bounds = (minimum ?? 0, minimum) }
            precondition(eat("}"))
        }
        guard let bounds else { return atom }
        let reluctant = eat("?")
        var between: Link?
        if rest.hasPrefix("[->") || rest.hasPrefix("[,") {
            precondition(eat("["))
            between = link(commaSeparates: false)
            precondition(eat("]"))
        }
        return Pattern(
            .repetition(atom, minimum: bounds.minimum, maximum: bounds.maximum, reluctant: reluctant, link: between), span: span)
    }

    private mutating func atom() -> Pattern {
        if eat("(") {
            let body = alternation()
            let until = eat("until") ? variable() : nil
            let within = eat("within") ? duration() : nil
            precondition(eat(")"))
            return Pattern(.group(body, until: until, within: within), span: span)
        }
        if eat("permute") { return Pattern(.permute(arguments()), span: span) }
        if eat("!") {
            let negated = variable()
            return Pattern(.negation(negated, forDuration: eat("for") ? duration() : nil), span: span)
        }
        if let count = number() {
            precondition(eat("of"))
            return Pattern(.of(count: count, arguments()), span: span)
        }
        return Pattern(.event(variable()), span: span)
    }
}
