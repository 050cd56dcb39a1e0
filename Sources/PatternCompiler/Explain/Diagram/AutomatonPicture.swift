/// The automaton of a rule as boxes and arrows that have their places, for whoever draws them: pixels from the upper left
/// corner.
public struct AutomatonPicture: Sendable {
    /// A box: the start, a step or the match.
    public struct Node: Sendable {
        /// What it stands for.
        public enum Kind: String, Sendable { case start, step, match }
        /// What it stands for.
        public let kind: Kind
        /// `2 ok` of a step.
        public let name: String
        /// Name of the event that a step binds; nil of start and match.
        public let event: String?
        /// The predicate of a step.
        public let detail: String
        /// Middle of the box.
        public let x: Double, y: Double
        /// Its size.
        public let width: Double, height: Double
    }

    /// An arrow between two boxes.
    public struct Arrow: Sendable {
        /// Index of the box that it leaves, and of the one that it enters.
        public let source: Int, target: Int
        /// `d` of an SVG path.
        public let path: String
        /// Lines beside it, `lineHeight` pixels apart.
        public let lines: [String]
        /// Left end of the first line's base line.
        public let labelX: Double, labelY: Double
        /// True when it leads back to an earlier step.
        public let isBack: Bool
    }

    /// Pixels from one line of an arrow's label to the next.
    public static let lineHeight = TextMetrics.lineHeight

    /// `ID (LEVEL)`.
    public let heading: String
    /// The rule's title; empty when it has none.
    public let title: String
    /// The pattern as text.
    public let pattern: String
    /// The machine that runs it, and why.
    public let machine: String
    /// Loops by number, and the state bound.
    public let notes: [String]
    /// Start, steps in order of the text, match: the step that a thread has bound last is behind its state's index by one.
    public let nodes: [Node]
    /// Each draws one edge of the automaton or several between the same boxes.
    public let arrows: [Arrow]
    /// Extent of all of it.
    public let width: Double, height: Double

    /// The picture of a rule.
    public init(_ explanation: Explanation) {
        let diagram = Diagram(explanation)
        let layout = LayeredLayout.layout(diagram) ?? LinearLayout.layout(diagram)
        let steps = explanation.automaton.steps
        heading = diagram.heading
        title = diagram.title
        pattern = diagram.pattern
        machine = explanation.machine
        notes = diagram.notes
        width = layout.width
        height = layout.height
        nodes = zip(diagram.nodes, layout.boxes).enumerated().map { index, pair in
            let (node, box) = pair
            return Node(
                kind: node.kind == .start ? .start : node.kind == .step ? .step : .match,
                name: TextTools.line(node.name, limit: DiagramLayout.longestLine),
                event: node.kind == .step ? explanation.rule.events[steps[index - 1].variable].name : nil,
                detail: TextTools.line(node.detail, limit: DiagramLayout.longestLine), x: box.center.x, y: box.center.y,
                width: box.width, height: box.height)
        }
        arrows = layout.arrows.compactMap { arrow in
            guard let edge = arrow.edges.first.map({ diagram.edges[$0] }) else { return nil }
            return Arrow(
                source: edge.source, target: edge.target, path: SVGPath.text(arrow.shape), lines: arrow.lines, labelX: arrow.label.x,
                labelY: arrow.label.y, isBack: arrow.isBack)
        }
    }
}
