/// A layout as lines of `name=value`, version 1:
///
///     layout=1                    version of these lines
///     level=high
///     within=600000000000         nanoseconds; left out: none
///     suppresses=1                left out: no
///     key=user                    label of a key part; one line each
///     variable=fail               one line each, in order of index
///     leading=c 300000000000      leading negation, nanoseconds of memory; one line each
///     words=1 2                   words of a mask, count words
///     starts=1                    edges that start an attempt
///     state=fail                  one line each, in order of index: what it bound; followed by its edges
///     edge=next:ok link:-> min:5 max:10 not:c not:d:5000 strict:e group:0:60000
///     edge=accept absence:30000 end not:c
///
/// Of an edge, `next` names the awaited variable; `accept` is acceptance, with `absence` or `end` when it waits for an absence. Durations
/// are nanoseconds. Names and words that a reader does not know are passed over; a version that it does not know is refused.
extension RuleLayout {
    /// The version that is written.
    private static let version = 1
    /// More of anything than any rule has: bounds what hostile lines make a reader allocate.
    private static let limit = 1 << 20

    /// The lines, in order.
    public var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [("layout", String(Self.version)), ("level", level)]
        if let within { fields.append(("within", String(within))) }
        if suppresses { fields.append(("suppresses", "1")) }
        fields += keyLabels.map { ("key", $0) }
        fields += variables.map { ("variable", $0) }
        fields += leading.map { ("leading", "\($0.variable) \($0.reach)") }
        fields.append(("words", "\(maskWords) \(countWords)"))
        fields.append(("starts", String(startEdges)))
        for state in states {
            fields.append(("state", state.variable))
            fields += state.edges.map { ("edge", Self.text(of: $0)) }
        }
        return fields
    }

    /// Reads lines; other names may stand between them. Nil when they are no layout, or one of a later version.
    public init?(fields: some Sequence<(name: String, value: String)>) {
        self.init()
        var found: Set<String> = []
        for (name, value) in fields {
            let words = value.split(separator: " ")
            switch name {
            case "layout": guard let version = Int(value), version <= Self.version else { return nil }
            case "level": level = value
            case "within":
                guard let duration = Int64(value), duration >= 0 else { return nil }
                within = duration
            case "suppresses": suppresses = value == "1"
            case "key": keyLabels.append(value)
            case "variable": variables.append(value)
            case "leading":
                guard words.count >= 2, let reach = Int64(words[1]) else { return nil }
                leading.append(Leading(variable: String(words[0]), reach: reach))
            case "words":
                guard words.count >= 2, let masks = Self.number(words[0]), let counts = Self.number(words[1]), masks > 0 else { return nil }
                (maskWords, countWords) = (masks, counts)
            case "starts":
                guard let count = Self.number(value) else { return nil }
                startEdges = count
            case "state": states.append(State(variable: value, edges: []))
            case "edge":
                guard !states.isEmpty, let edge = Self.edge(words) else { return nil }
                states[states.count - 1].edges.append(edge)
            default: continue
            }
            found.insert(name)
        }
        guard found.isSuperset(of: ["layout", "words", "starts", "state"]), isConsistent else { return nil }
    }

    /// Whether every edge has a bit in the masks, and every group a word in the counts.
    private var isConsistent: Bool {
        states.allSatisfy { state in
            state.edges.count <= maskWords * 64 && state.edges.allSatisfy { $0.groups.allSatisfy { $0.word < countWords } }
        }
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard let number = Int(text), number >= 0, number <= limit else { return nil }
        return number
    }

    private static func text(of edge: Edge) -> String {
        var words: [String] = []
        if let variable = edge.variable {
            words += ["next:\(variable)", "link:\(edge.contiguity.text)"]
        } else {
            words.append("accept")
        }
        if let gap = edge.minimumGap { words.append("min:\(gap)") }
        if let gap = edge.maximumGap { words.append("max:\(gap)") }
        if let absence = edge.absence { words.append("absence:\(absence)") }
        if edge.absenceToEnd { words.append("end") }
        for negation in edge.negations {
            words.append("\(negation.isStrict ? "strict" : "not"):\(negation.variable)" + (negation.duration.map { ":\($0)" } ?? ""))
        }
        words += edge.groups.map { "group:\($0.word):\($0.duration)" }
        return words.joined(separator: " ")
    }

    private static func edge(_ words: [Substring]) -> Edge? {
        var edge = Edge(
            variable: nil, contiguity: .relaxed, minimumGap: nil, maximumGap: nil, absence: nil, absenceToEnd: false, negations: [],
            groups: [])
        var isEdge = false
        for word in words {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            let number = parts.count > 1 ? Int64(parts[1]) : nil
            switch parts[0] {
            case "next" where parts.count > 1:
                edge.variable = String(parts[1])
                isEdge = true
            case "accept": isEdge = true
            case "link" where parts.count > 1:
                guard let contiguity = AutomatonProgram.Contiguity(text: parts[1]) else { return nil }
                edge.contiguity = contiguity
            case "min": edge.minimumGap = number
            case "max": edge.maximumGap = number
            case "absence": edge.absence = number
            case "end": edge.absenceToEnd = true
            case "not" where parts.count > 1, "strict" where parts.count > 1:
                edge.negations.append(
                    Negation(
                        variable: String(parts[1]), duration: parts.count > 2 ? Int64(parts[2]) : nil, isStrict: parts[0] == "strict"))
            case "group":
                guard parts.count > 2, let index = self.number(parts[1]), let duration = Int64(parts[2]) else { return nil }
                edge.groups.append(GroupEnd(word: index, duration: duration))
            default: continue
            }
        }
        return isEdge ? edge : nil
    }
}

extension AutomatonProgram.Contiguity {
    /// As patterns write it: `->`, `->>` or `,`.
    public var text: String {
        switch self {
        case .relaxed: return "->"
        case .any: return "->>"
        case .strict: return ","
        }
    }

    /// What patterns write so; nil when it is no link.
    init?(text: some StringProtocol) {
        guard let contiguity = [Self.relaxed, .any, .strict].first(where: { $0.text == text }) else { return nil }
        self = contiguity
    }
}
