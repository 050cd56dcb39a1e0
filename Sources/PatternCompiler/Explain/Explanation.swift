import EventEngine
import RuleLanguage

/// What a rule becomes, for people: its automaton, the machine that runs it, its policies and how much state it can hold.
///
/// Every form is deterministic: the same rule gives the same bytes.
public struct Explanation {
    let rule: Rule
    let automaton: Automaton
    let wording: EdgeWording
    let bound: StateBound
    /// True when one event is a match and nothing has to be kept.
    let isStateless: Bool
    /// True when a predicate reads the previous event of the keyed sequence.
    let usesLag: Bool

    /// Explains a valid rule; nil when its pattern is too large to compile.
    public init?(_ rule: Rule) {
        guard let automaton = Automaton(rule.pattern) else { return nil }
        let program = AutomatonProgram(AutomatonLayout.tables(of: automaton, emit: rule.emit, within: rule.within))
        self.rule = rule
        self.automaton = automaton
        usesLag = rule.events.contains { $0.predicate.map(ExpressionCompiler.readsLag) ?? false }
        isStateless = program.isStateless && !usesLag
        wording = EdgeWording(rule, automaton: automaton)
        bound = StateBound(rule, automaton: automaton, program: program, isStateless: isStateless)
    }

    /// A report of some screens at most for the usual rule: head, policies, state, steps, and what each state awaits.
    public func text() -> String { TextReport(self).text() }

    /// The automaton in the language of Graphviz.
    public func dot() -> String { DOTWriter.text(diagram) }

    /// The automaton as a Mermaid flowchart.
    public func mermaid() -> String { MermaidWriter.text(diagram) }

    /// The automaton as a picture that stands alone: SVG 1.1 with its own style, for light and dark pages.
    public func svg() -> String { SVGWriter.text(diagram) }

    private var diagram: Diagram { Diagram(self) }

    /// The machine that runs the rule, and why.
    var machine: String {
        if isStateless { return "stateless: one event is a match, so nothing is kept" }
        if usesLag { return "register automaton: `lag` reads the event before, so each key keeps it" }
        return "register automaton: a match needs more than one event, so threads per key carry what they have bound"
    }

    /// What can start an attempt. No match is empty; under `final` an empty one is preferred to whatever comes behind it.
    var start: [Automaton.Edge] {
        guard rule.emit == .final, let empty = automaton.start.firstIndex(where: { $0.target == nil }) else {
            return automaton.start.filter { $0.target != nil }
        }
        return Array(automaton.start[..<empty])
    }

    /// What a thread awaits that has bound its last event to `step`, the preferred first.
    func follow(of step: Int) -> [Automaton.Edge] { automaton.follow[step].filter { wording.isPossible($0, from: step) } }

    /// A step's number and name, as every form shows it.
    func name(of step: Int) -> String { "\(step + 1) \(rule.events[automaton.steps[step].variable].name)" }
}

extension Explanation {
    /// The pattern of a rule and its `within`, as the rule language writes them: `fail{3,} -> ok within 10m`.
    public static func pattern(of rule: Rule) -> String {
        let pattern = PatternText(names: rule.events.map(\.name)).text(rule.pattern)
        return pattern + (rule.within.map { " within \(DurationText.format($0))" } ?? "")
    }
}
