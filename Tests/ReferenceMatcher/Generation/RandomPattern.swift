import RuleLanguage

/// Random patterns with every operator of section 3, valid by its rules.
struct RandomPattern {
    /// Variables for steps, negations and `until` in groups.
    let variables: [Int]
    /// The variable of leading negations: its predicate looks at one event only.
    let leadingVariable: Int
    /// Spans of what is made.
    let span: SourceSpan
    /// Nanoseconds of a second: the unit of gaps and `for`.
    static let second: Int64 = 1_000_000_000
    /// How many more steps may come.
    private var budget: Int

    /// At most about `budget` steps.
    init(variables: [Int], leadingVariable: Int, budget: Int, span: SourceSpan) {
        self.variables = variables
        self.leadingVariable = leadingVariable
        self.budget = budget
        self.span = span
    }

    /// Where a part stands, which decides what may stand there.
    private struct Place {
        /// In front of everything: an event bound here starts the attempt.
        var isStart: Bool
        /// False inside `permute` and `of`.
        var allowsNegation: Bool
        var depth: Int

        var inner: Place { Place(isStart: isStart, allowsNegation: allowsNegation, depth: depth + 1) }
    }

    /// A whole pattern.
    mutating func make(_ random: inout SeededGenerator) -> Pattern {
        let place = Place(isStart: true, allowsNegation: true, depth: 0)
        return random.chance(12) ? alternation(place, &random) : sequence(place, &random)
    }

    private mutating func alternation(_ place: Place, _ random: inout SeededGenerator) -> Pattern {
        let alternatives = (0..<random.number(2...3)).map { _ in sequence(place.inner, &random) }
        return Pattern(.alternation(alternatives), span: span)
    }

    private mutating func sequence(_ place: Place, _ random: inout SeededGenerator) -> Pattern {
        var steps: [Pattern] = []
        var links: [Link] = []
        let count = place.depth == 0 ? random.number(1...4) : random.number(1...3)
        if place.allowsNegation, random.chance(place.depth == 0 ? 8 : 6) {
            // In front of everything it is a leading one, in a group the link into the group gives its reach.
            let variable = place.isStart ? leadingVariable : random.pick(variables)
            steps.append(negation(variable, &random))
            links.append(place.isStart ? Link(.followedBy) : link(&random))
        }
        for index in 0..<count {
            if index > 0 {
                links.append(link(&random))
                if place.allowsNegation, random.chance(14) {
                    links[links.count - 1] = links[links.count - 1].withoutGap
                    steps.append(negation(random.pick(variables), &random))
                    links.append(link(&random))
                }
            }
            let isFirst = steps.isEmpty
            var next = step(Place(isStart: place.isStart && isFirst, allowsNegation: place.allowsNegation, depth: place.depth), &random)
            if place.isStart, !isFirst, steps.allSatisfy(Self.isNegation) {
                while next.isNullable || next.containsNegation {
                    next = Pattern(.event(random.pick(variables)), span: span)
                }
            }
            steps.append(next)
            if budget <= 0 { break }
        }
        if place.allowsNegation, place.depth < 2, random.chance(10), steps.contains(where: { !$0.isNullable }) {
            links.append(link(&random).withoutGap)
            steps.append(negation(random.pick(variables), &random))
        }
        return steps.count == 1 ? steps[0] : Pattern(.sequence(steps: steps, links: links), span: span)
    }

    private static func isNegation(_ pattern: Pattern) -> Bool { if case .negation = pattern.kind { true } else { false } }

    private func negation(_ variable: Int, _ random: inout SeededGenerator) -> Pattern {
        let duration = random.chance(50) ? Int64(random.number(1...4)) * Self.second : nil
        return Pattern(.negation(variable, forDuration: duration), span: span)
    }

    private func link(_ random: inout SeededGenerator) -> Link {
        var link = Link(random.pick([.followedBy, .followedBy, .followedBy, .followedByAny, .next, .next]))
        switch random.number(0...19) {
        case 0: link.minimumGap = Int64(random.number(0...2)) * Self.second
        case 1, 2: link.maximumGap = Int64(random.number(0...3)) * Self.second
        case 3:
            let minimum = random.number(0...2)
            link.minimumGap = Int64(minimum) * Self.second
            link.maximumGap = Int64(random.number(minimum...4)) * Self.second
        default: break
        }
        return link
    }

    private mutating func step(_ place: Place, _ random: inout SeededGenerator) -> Pattern {
        let body = atom(place, &random)
        guard random.chance(35), !body.isNullable else { return body }
        let minimum = random.pick([0, 0, 1, 1, 1, 2, 3])
        let maximum: Int? = random.chance(50) ? nil : random.number(max(1, minimum)...max(2, minimum + 1))
        let between = maximum == 1 || random.chance(75) ? nil : link(&random)
        return Pattern(
            .repetition(body, minimum: minimum, maximum: maximum, reluctant: random.chance(30), link: between), span: span)
    }

    private mutating func atom(_ place: Place, _ random: inout SeededGenerator) -> Pattern {
        let roll = place.depth >= 2 || budget <= 1 ? 0 : random.number(0...99)
        switch roll {
        case 70..<88:
            let body = random.chance(30) ? alternation(place.inner, &random) : sequence(place.inner, &random)
            if Self.isNegation(body) { break }
            let until = random.chance(25) ? random.pick(variables) : nil
            let within = random.chance(25) ? Int64(random.number(1...5)) * Self.second : nil
            return Pattern(.group(body, until: until, within: within), span: span)
        case 88..<94: return Pattern(.permute(branches(place, &random)), span: span)
        case 94..<100:
            let branches = branches(place, &random)
            return Pattern(.of(count: random.number(1...branches.count), branches), span: span)
        default: break
        }
        budget -= 1
        return Pattern(.event(random.pick(variables)), span: span)
    }

    private mutating func branches(_ place: Place, _ random: inout SeededGenerator) -> [Pattern] {
        let inner = Place(isStart: place.isStart, allowsNegation: false, depth: place.depth + 1)
        return (0..<random.number(2...3)).map { _ in
            let branch = random.chance(75) ? Pattern(.event(random.pick(variables)), span: span) : sequence(inner, &random)
            return branch.isNullable ? Pattern(.event(random.pick(variables)), span: span) : branch
        }
    }
}
