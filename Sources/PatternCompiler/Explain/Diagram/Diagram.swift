import RuleLanguage

/// The automaton as boxes and arrows, before any picture language.
struct Diagram {
    /// A box.
    struct Node {
        /// What it stands for.
        enum Kind { case start, step, match }
        let kind: Kind
        /// `2 ok` of a step.
        let name: String
        /// The predicate of a step.
        let detail: String
    }

    /// An arrow.
    struct Edge {
        /// Index in `nodes`.
        let source: Int
        /// Index in `nodes`.
        let target: Int
        /// Place in the source's order of preference, from 1; nil when there is no other.
        let preference: Int?
        /// Link and gap.
        let link: String
        /// Conditions and effects.
        let details: [String]

        /// Preference and link in one line; may be empty.
        var head: String { [preference.map { "\($0)." } ?? "", link].filter { !$0.isEmpty }.joined(separator: " ") }
        /// What stands beside the arrow, line by line.
        var lines: [String] { (head.isEmpty ? [] : [head]) + details }
    }

    /// The rule's id and level.
    let heading: String
    /// The rule's title; empty when it has none.
    let title: String
    /// The pattern as text.
    let pattern: String
    /// Loops by number, and the state bound.
    let notes: [String]
    /// Start, steps in order of the text, match.
    private(set) var nodes: [Node]
    /// By source, then preference.
    private(set) var edges: [Edge] = []

    /// The picture of a rule.
    init(_ explanation: Explanation) {
        let rule = explanation.rule
        let expressions = ExpressionText(names: rule.events.map(\.name))
        heading = "\(TextTools.line(rule.id)) (\(rule.level.rawValue))"
        title = TextTools.line(rule.title)
        pattern = TextTools.line(PatternText(names: rule.events.map(\.name)).text(rule.pattern))
        notes = explanation.wording.legend.map { TextTools.line("\($0.key): \($0.text)") } + ["state: \(explanation.bound.summary)"]
        nodes = [Node(kind: .start, name: "start", detail: "")]
        for (index, step) in explanation.automaton.steps.enumerated() {
            let predicate = rule.events[step.variable].predicate.map(expressions.text) ?? "any event"
            nodes.append(Node(kind: .step, name: TextTools.line(explanation.name(of: index)), detail: TextTools.line(predicate)))
        }
        nodes.append(Node(kind: .match, name: "match", detail: ""))
        add(explanation.start, from: nil, explanation.wording)
        for step in explanation.automaton.steps.indices { add(explanation.follow(of: step), from: step, explanation.wording) }
    }

    private mutating func add(_ edges: [Automaton.Edge], from source: Int?, _ wording: EdgeWording) {
        for (index, edge) in edges.enumerated() {
            self.edges.append(
                Edge(
                    source: source.map { $0 + 1 } ?? 0, target: edge.target.map { $0 + 1 } ?? nodes.count - 1,
                    preference: edges.count > 1 ? index + 1 : nil, link: wording.link(edge, from: source),
                    details: wording.details(edge, from: source, inBrief: true).map { TextTools.line($0) }))
        }
    }
}
