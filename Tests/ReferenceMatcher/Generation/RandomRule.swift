import RuleLanguage

/// Random rules: every operator and policy, over few field values, so that things happen.
public struct RandomRule {
    private let span = SourceSpan(file: SourceFile(path: "random", text: ""), start: 0, end: 0)
    /// Event types are 0 to 3: field `t`.
    private static let types = 4

    /// A rule; the same for the same numbers.
    public static func make(_ random: inout SeededGenerator) -> Rule {
        let maker = RandomRule()
        while true {
            let rule = maker.candidate(&random)
            if rule.isValidForTests { return rule }
        }
    }

    /// A rule without keys and conditions, whose names overlap: events often fit several steps.
    public static func makeOverlapping(_ random: inout SeededGenerator) -> Rule {
        let maker = RandomRule()
        while true {
            var rule = maker.candidate(&random)
            rule.filter = nil
            rule.having = nil
            rule.keyWidth = 0
            rule.hasPerNameKeys = false
            for index in rule.events.indices {
                let kinds = [random.number(0...2), random.number(0...2)]
                let tests = kinds.map { maker.compare(.equal, maker.field("t"), maker.number($0)) }
                rule.events[index].predicate = maker.node(.or(tests), .bool)
                rule.events[index].streams = nil
                rule.events[index].key = []
            }
            if rule.isValidForTests { return rule }
        }
    }

    private func candidate(_ random: inout SeededGenerator) -> Rule {
        let names = ["a", "b", "c", "d"]
        // Behind the pattern's own: `n` for leading negations and `q` for the rule's `until`, whose predicates look at one event only.
        let leading = names.count
        let until = names.count + 1
        var patterns = RandomPattern(
            variables: Array(names.indices), leadingVariable: leading, budget: random.number(1...6), span: span)
        var rule = Rule(id: "random.rule", span: span, pattern: patterns.make(&random))
        rule.events = (names + ["n", "q"]).enumerated().map { index, name in
            let isLocal = index >= leading
            let predicate = predicate(index, of: names.count, isLocal: isLocal, &random)
            return EventDefinition(name: name, predicate: predicate, span: span)
        }
        if random.chance(8) { rule.filter = compare(.notEqual, field("v"), number(random.number(0...2))) }
        if random.chance(8) { rule.events[random.number(0...names.count - 1)].streams = [random.pick(["s", "r"])] }
        setKeys(of: &rule, &random)
        let needsWithin = rule.pattern.containsUnboundedNegation
        if needsWithin || random.chance(55) { rule.within = Int64(random.number(1...8)) * RandomPattern.second }
        if random.chance(8) { rule.until = until }
        if random.chance(10) { rule.having = having(names.count, &random) }
        setPolicies(of: &rule, names.count, &random)
        return rule
    }

    private func setKeys(of rule: inout Rule, _ random: inout SeededGenerator) {
        switch random.number(0...9) {
        case 0...3: return
        case 4...7:
            let part = KeyPart(path: FieldPath([.key("k")]), allowsNull: random.chance(25))
            for index in rule.events.indices { rule.events[index].key = [part] }
        default:
            rule.hasPerNameKeys = true
            for index in rule.events.indices {
                rule.events[index].key = [KeyPart(path: FieldPath([.key(random.pick(["k", "l"]))]), allowsNull: false)]
            }
        }
        rule.keyWidth = 1
    }

    private func setPolicies(of rule: inout Rule, _ count: Int, _ random: inout SeededGenerator) {
        rule.emit = random.pick([.first, .first, .final, .all])
        switch random.number(0...6) {
        case 0, 1: rule.skip = .pastLast
        case 2: rule.skip = .toNext
        case 3, 4: rule.skip = .none
        case 5: rule.skip = .toFirst(random.number(0...count - 1))
        default: rule.skip = .toLast(random.number(0...count - 1))
        }
        if random.chance(20) { rule.prefer = .latest }
        if rule.within == nil || random.chance(15) {
            rule.limit.attempts = random.pick([1, 2, 3, 50])
            rule.limit.whenFull = random.pick([.dropOldest, .dropNewest])
        }
        rule.emitsTimeouts = random.chance(25)
    }

    // MARK: Expressions

    private func predicate(_ index: Int, of count: Int, isLocal: Bool, _ random: inout SeededGenerator) -> Expression? {
        let own = compare(.equal, field("t"), number(index % Self.types))
        switch random.number(0...19) {
        case 0: return isLocal ? own : nil
        case 1: return node(.or([own, compare(.equal, field("t"), number(random.number(0...3)))]), .bool)
        case 2: return compare(random.pick([.lessOrEqual, .greaterOrEqual]), field("t"), number(random.number(0...3)))
        case 3: return node(.not(own), .bool)
        case 4: return node(.and([own, node(.not(node(.isNull(field("v")), .bool)), .bool)]), .bool)
        case 5...11 where !isLocal: return node(.and([own, crossing(count, &random)]), .bool)
        default: return own
        }
    }

    /// A condition on what the attempt has bound.
    private func crossing(_ count: Int, _ random: inout SeededGenerator) -> Expression {
        let variable = random.number(0...count - 1)
        let v = Operand.field(FieldPath([.key("v")]))
        let other: Expression
        switch random.number(0...8) {
        case 0: other = node(.reference(.first(variable), v), .any)
        case 1, 2, 3: other = node(.reference(.last(variable), v), .any)
        case 4: other = node(.reference(.previous, v), .any)
        case 5: other = node(.reference(.lag, v), .any)
        default: other = aggregate(variable, &random)
        }
        let condition = compare(random.pick([.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]), field("v"), other)
        // Negated, it holds before the other name is bound.
        return random.chance(50) ? node(.not(condition), .bool) : condition
    }

    private func having(_ count: Int, _ random: inout SeededGenerator) -> Expression {
        let comparison = random.pick([Comparison.equal, .notEqual, .lessOrEqual, .greater])
        return compare(comparison, aggregate(random.number(0...count - 1), &random), number(random.number(0...2)))
    }

    private func aggregate(_ variable: Int, _ random: inout SeededGenerator) -> Expression {
        let function = random.pick(AggregateFunction.allCases)
        let operand: Operand? = function == .count ? nil : .field(FieldPath([.key("v")]))
        return node(.aggregate(function, event: variable, operand: operand), .number)
    }

    private func node(_ kind: Expression.Kind, _ type: ValueType) -> Expression { Expression(kind, type: type, span: span) }

    private func field(_ name: String) -> Expression { node(.reference(.current, .field(FieldPath([.key(name)]))), .any) }

    private func number(_ value: Int) -> Expression { node(.literal(.int(Int64(value))), .number) }

    private func compare(_ comparison: Comparison, _ left: Expression, _ right: Expression) -> Expression {
        node(.compare(comparison, left, right, caseInsensitive: false), .bool)
    }
}
