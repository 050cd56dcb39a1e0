import EventEngine
import RuleLanguage

/// Compiles rules one by one into a shared schema and expression pool.
struct RuleCompiler {
    private var expressions = ExpressionCompiler()
    private var keptSlots: Set<Int32> = []
    /// By rule compiled so far.
    private var gateChoices: [[[RuleProgram.Gate]]?] = []

    /// Compiles a rule whose automaton is known.
    mutating func compile(_ rule: Rule, _ automaton: Automaton) -> RuleProgram {
        let tables = AutomatonLayout.tables(of: automaton, emit: rule.emit, within: rule.within)
        var program = RuleProgram(automaton: AutomatonProgram(tables))
        program.id = rule.id
        program.level = rule.level.rawValue
        program.logicHash = LogicHash.hash(of: rule)
        program.metadataHash = LogicHash.metadata(of: rule)
        program.hasPerNameKeys = rule.hasPerNameKeys
        program.within = rule.within ?? -1
        program.until = Int32(rule.until ?? -1)
        program.emit = RuleProgram.Emit(rule.emit)
        program.skip = RuleProgram.Skip(rule.skip)
        program.prefersLatest = rule.prefer == .latest
        program.attemptLimit = rule.limit.attempts
        program.dropsNewest = rule.limit.whenFull == .dropNewest
        program.emitsTimeouts = rule.emitsTimeouts
        program.isShadow = rule.isShadow
        program.suppression = rule.suppress.map { RuleProgram.Suppression($0) }
        var kept: Set<Int32> = []
        program.variables = rule.events.map { variable($0, &kept) }
        let used = automaton.variables.union(rule.until.map { [$0] } ?? [])
        for index in program.variables.indices { program.variables[index].isUsed = used.contains(index) }
        program.keyWidth = used.map { program.variables[$0].key.count }.max() ?? 0
        program.streams = streams(of: rule, program.variables)
        if let filter = rule.filter { program.filter = expressions.compile(filter) }
        if let having = rule.having {
            program.having = expressions.compile(having)
            kept.formUnion(retained(having, isMeasure: true))
        }
        program.select = rule.select.map { measure in
            kept.formUnion(retained(measure.expression, isMeasure: true))
            return (name: measure.name, program: expressions.compile(measure.expression))
        }
        program.usesLag = rule.events.contains { $0.predicate.map(ExpressionCompiler.readsLag) ?? false }
        program.shapeHash = ShapeHash.hash(of: program, readsMatches: RuleSetCompiler.readsMatches(rule))
        program.apart = apart(rule, used)
        let choices = gateChoices(rule, automaton, used)
        program.seesEveryEvent = choices == nil || rule.filter.map { !gates($0).isEmpty } ?? false
        gateChoices.append(choices)
        program.keptSlots = kept.sorted()
        keptSlots.formUnion(kept)
        return program
    }

    /// The predicates of a rule in parts, as programs of the same pool.
    mutating func conditions(of rule: Rule) -> RuleConditions { ConditionCompiler(rule).conditions(&expressions) }

    /// The program of all rules compiled so far.
    func finish(_ programs: [RuleProgram]) -> EngineProgram {
        var programs = programs
        chooseGates(&programs)
        return EngineProgram(
            schema: expressions.schema, expressions: expressions.pool.build(), rules: programs, keptSlots: keptSlots.sorted())
    }

    private mutating func variable(_ definition: EventDefinition, _ kept: inout Set<Int32>) -> RuleProgram.Variable {
        var local: Int32 = -1
        var dependent: Int32 = -1
        if let predicate = definition.predicate {
            let parts = ExpressionCompiler.split(predicate)
            local = compile(parts.local)
            dependent = compile(parts.dependent)
            kept.formUnion(retained(predicate, isMeasure: false))
        }
        let key = definition.key.map { part in
            let slot = Int32(expressions.slot(for: part.path))
            kept.insert(slot)
            return RuleProgram.KeyPart(slot: slot, allowsNull: part.allowsNull, label: part.path.text)
        }
        let streams = definition.streams.map { Set($0.map { Int32(expressions.schema.stream(named: $0)) }) }
        return RuleProgram.Variable(
            name: definition.name, localPredicate: local, dependentPredicate: dependent, streams: streams, key: key)
    }

    /// The conjunction of predicates as one program; -1 for none.
    private mutating func compile(_ conjuncts: [Expression]) -> Int32 {
        guard let first = conjuncts.first else { return -1 }
        if conjuncts.count == 1 { return expressions.compile(first) }
        return expressions.compile(Expression(.and(conjuncts), type: .bool, span: first.span))
    }

    private mutating func retained(_ expression: Expression, isMeasure: Bool) -> Set<Int32> {
        Set(expressions.retainedSlots(expression, isHavingOrSelect: isMeasure).map(Int32.init))
    }

    /// The equality conditions that a predicate implies.
    private mutating func gates(_ predicate: Expression) -> [RuleProgram.Gate] {
        (expressions.equalityGate(predicate) ?? []).compactMap { gate in
            let constants = gate.constants.compactMap(RuleProgram.GateConstant.init)
            return constants.count == gate.constants.count ? RuleProgram.Gate(slot: Int32(gate.slot), constants: constants) : nil
        }
    }

    /// Streams that any variable reads; nil when one reads all of them.
    private func streams(of rule: Rule, _ variables: [RuleProgram.Variable]) -> Set<Int32>? {
        var union: Set<Int32> = []
        for variable in variables where variable.isUsed {
            guard let streams = variable.streams else { return nil }
            union.formUnion(streams)
        }
        return union
    }

    /// What an event must have to touch the rule: a constant of the filter, or else one of each variable. A rule in which
    /// an event that fits no variable matters (strict links, `lag`, `prefer: latest`) has the filter's only. One list for each place
    /// where a constant can be chosen; nil: any event may touch the rule.
    private mutating func gateChoices(_ rule: Rule, _ automaton: Automaton, _ used: Set<Int>) -> [[RuleProgram.Gate]]? {
        if let filter = rule.filter {
            let gates = gates(filter)
            if !gates.isEmpty { return [gates] }
        }
        let isStrict = automaton.follow.joined().contains { edge in
            edge.contiguity == .next || edge.negations.contains(where: \.isStrict)
        }
        if isStrict || rule.prefer == .latest || rule.events.contains(where: { $0.predicate.map(ExpressionCompiler.readsLag) ?? false }) {
            return nil
        }
        var choices: [[RuleProgram.Gate]] = []
        for (index, event) in rule.events.enumerated() where used.contains(index) {
            let gates = event.predicate.map { self.gates($0) } ?? []
            if gates.isEmpty { return nil }
            choices.append(gates)
        }
        return choices
    }

    /// Pairs of names in use that read no stream in common, or ask one field for different constants.
    private mutating func apart(_ rule: Rule, _ used: Set<Int>) -> [(Int, Int)] {
        let names = used.sorted()
        let gates = names.map { rule.events[$0].predicate.map { self.gates($0) } ?? [] }
        var pairs: [(Int, Int)] = []
        for (place, one) in names.enumerated() {
            for (other, name) in names.enumerated().dropFirst(place + 1) {
                let streams = (rule.events[one].streams.map(Set.init), rule.events[name].streams.map(Set.init))
                let isElsewhere = streams.0.map { first in streams.1.map(first.isDisjoint(with:)) ?? false } ?? false
                if isElsewhere || gates[place].contains(where: { gate in gates[other].contains(where: gate.excludes) }) {
                    pairs.append((one, name))
                }
            }
        }
        return pairs
    }

    /// Chooses each rule's gates: of several the one whose constants the fewest rules ask for.
    private func chooseGates(_ programs: inout [RuleProgram]) {
        var demand: [Int32: [RuleProgram.GateConstant: Int]] = [:]
        for gate in gateChoices.compactMap({ $0 }).joined().joined() {
            for constant in gate.constants { demand[gate.slot, default: [:]][constant, default: 0] += 1 }
        }
        for index in programs.indices {
            programs[index].gates = gateChoices[index]?.map { gates in
                gates.min { cost($0, demand) < cost($1, demand) } ?? gates[0]
            }
        }
    }

    private func cost(_ gate: RuleProgram.Gate, _ demand: [Int32: [RuleProgram.GateConstant: Int]]) -> Int {
        gate.constants.reduce(0) { $0 + (demand[gate.slot]?[$1] ?? 0) }
    }
}

extension RuleProgram.Gate {
    /// True when no value equals a constant of both. Constants of one kind only are compared.
    fileprivate func excludes(_ other: RuleProgram.Gate) -> Bool {
        slot == other.slot && Set(constants).isDisjoint(with: other.constants)
            && Set((constants + other.constants).map(\.kind)).count == 1
    }
}

extension RuleProgram.GateConstant {
    fileprivate var kind: Int {
        switch self {
        case .string: 0
        case .number: 1
        case .bool: 2
        }
    }

    /// Nil for constants that no gate is made of.
    fileprivate init?(_ literal: Literal) {
        switch literal {
        case .string(let text): self = .string(text)
        case .int(let int): self = .number(Double(int))
        case .double(let double): self = .number(double)
        case .bool(let bool): self = .bool(bool)
        case .null, .time, .duration: return nil
        }
    }
}

extension RuleProgram.Emit {
    fileprivate init(_ emit: Rule.Emit) {
        switch emit {
        case .first: self = .first
        case .final: self = .final
        case .all: self = .all
        }
    }
}

extension RuleProgram.Skip {
    fileprivate init(_ skip: Rule.Skip) {
        switch skip {
        case .pastLast: self = .pastLast
        case .toNext: self = .toNext
        case .none: self = .none
        case .toFirst(let variable): self = .toFirst(Int32(variable))
        case .toLast(let variable): self = .toLast(Int32(variable))
        }
    }
}

extension RuleProgram.Suppression {
    fileprivate init(_ suppression: Suppression) {
        let by = suppression.by.map { source -> RuleProgram.SuppressionSource in
            switch source {
            case .key(let part): return .key(part)
            case .measure(let measure): return .measure(measure)
            }
        }
        self.init(by: by, duration: suppression.duration, summary: suppression.summary)
    }
}
