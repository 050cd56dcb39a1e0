/// A shape as lines of `name=value`, version 1:
///
///     steps=1                     version of these lines
///     frame=emit:first until: leading:       then `matches`, when those of other rules are read
///     all=1                       `emit: all`; left out: another
///     sealed=1                    `prefer: latest` or `lag`; left out: neither
///     timeouts=1                  `timeout: emit`; left out: no
///     sees=1                      every event of a key is looked at; left out: those that fit no name may be passed over
///     ends=1                      an attempt ends where it first accepts; left out: not always
///     stream=auth                 one line each; none at all: every stream but `matches`
///     named=fail user             a name in use, and its key's parts, separated by tabs; one line each
///     apart=fail ok               no event can satisfy both; one line each
///     choice=0 2 0                word, branches needed, bits of those that can be empty; one line each
///     begin=to:0 fail -> do:0=1   edges that start an attempt
///     place=                      states in order of index, each followed by its edges
///     tie=c 1 1 0+1 strict        what ties edges of the state to each other; one line each
///     way=to:1 ok -> if:0>=3      edges: state reached (left out: acceptance), look, guards, updates
///
/// Operations are a word, a sign and a number: guards `>=`, `<`, `!` (branch is open), `*` (enough branches are complete); updates `=`,
/// `+` (one more, at most), `:` (first branch), `|` (one more branch), `@` (time of the event). Lines that a reader does not know are
/// passed over; a version that it does not know is refused.
extension RuleShape {
    private static let version = 1
    private static let signs: [(text: String, operation: AutomatonProgram.CountOperation)] = [
        (">=", .atLeast), ("<", .below), ("!", .branchOpen), ("*", .complete), ("=", .set), ("+", .increment), (":", .setBranch),
        ("|", .addBranch), ("@", .startGroup),
    ]

    /// The lines, in order.
    public var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [("steps", String(Self.version)), ("frame", frame)]
        if emitsAll { fields.append(("all", "1")) }
        if isSealed { fields.append(("sealed", "1")) }
        if emitsTimeouts { fields.append(("timeouts", "1")) }
        if seesEveryEvent { fields.append(("sees", "1")) }
        if endsAtAccept { fields.append(("ends", "1")) }
        fields += (streams ?? []).map { ("stream", $0) }
        fields += keys.sorted { $0.key < $1.key }.map { ("named", "\($0.key) \($0.value)") }
        fields += apart.map { "\($0.first) \($0.second)" }.sorted().map { ("apart", $0) }
        fields += choices.sorted { $0.key < $1.key }.map { ("choice", "\($0.key) \($0.value.needed) \($0.value.emptyBranches)") }
        fields += start.map { ("begin", Self.text(of: $0)) }
        for state in states {
            fields.append(("place", ""))
            fields += state.ties.map { ("tie", $0) }
            fields += state.edges.map { ("way", Self.text(of: $0)) }
        }
        return fields
    }

    /// Reads lines; other names may stand between them. Nil when they are no shape, or one of a later version.
    public init?(fields: some Sequence<(name: String, value: String)>) {
        self.init()
        var isKnown = false
        for (name, value) in fields {
            switch name {
            case "steps":
                guard let version = Int(value), version <= Self.version else { return nil }
                isKnown = true
            case "frame": frame = value
            case "all": emitsAll = value == "1"
            case "sealed": isSealed = value == "1"
            case "timeouts": emitsTimeouts = value == "1"
            case "sees": seesEveryEvent = value == "1"
            case "ends": endsAtAccept = value == "1"
            case "stream": streams = (streams ?? []) + [value]
            case "named":
                let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { return nil }
                keys[String(parts[0])] = String(parts[1])
            case "apart":
                let parts = value.split(separator: " ")
                guard parts.count == 2 else { return nil }
                apart.insert(Pair(String(parts[0]), String(parts[1])))
            case "choice":
                let parts = value.split(separator: " ")
                guard parts.count == 3, let word = Int(parts[0]), let needed = Int64(parts[1]), let empty = UInt64(parts[2]) else {
                    return nil
                }
                choices[word] = Choice(needed: needed, emptyBranches: empty)
            case "begin":
                guard let edge = Self.edge(value), edge.target != nil else { return nil }
                start.append(edge)
            case "place": states.append(State(ties: [], edges: []))
            case "tie", "way":
                guard !states.isEmpty else { return nil }
                if name == "tie" {
                    states[states.count - 1].ties.append(value)
                } else {
                    guard let edge = Self.edge(value) else { return nil }
                    states[states.count - 1].edges.append(edge)
                }
            default: continue
            }
        }
        guard isKnown, (start + states.flatMap(\.edges)).allSatisfy({ $0.target ?? 0 < states.count }) else { return nil }
    }

    private static func text(of edge: Edge) -> String {
        var words = edge.target.map { ["to:\($0)"] } ?? []
        words += edge.look
        for (name, operations) in [("if", edge.guards), ("do", edge.updates)] where !operations.isEmpty {
            words.append("\(name):" + operations.map(text).joined(separator: ";"))
        }
        return words.joined(separator: " ")
    }

    private static func text(of operation: Operation) -> String {
        let sign = signs.first { $0.operation == operation.operation }?.text ?? ""
        return "\(operation.word)\(sign)\(operation.value)"
    }

    private static func edge(_ text: String) -> Edge? {
        var edge = Edge(target: nil, look: [], guards: [], updates: [])
        for word in text.split(separator: " ") {
            if word.hasPrefix("to:") {
                guard let target = Int(word.dropFirst(3)), target >= 0 else { return nil }
                edge.target = target
            } else if word.hasPrefix("if:") || word.hasPrefix("do:") {
                for part in word.dropFirst(3).split(separator: ";") {
                    guard let operation = operation(part) else { return nil }
                    if word.hasPrefix("if:") { edge.guards.append(operation) } else { edge.updates.append(operation) }
                }
            } else {
                edge.look.append(String(word))
            }
        }
        return edge.look.isEmpty ? nil : edge
    }

    private static func operation(_ text: Substring) -> Operation? {
        let word = text.prefix { $0.isNumber }
        let sign = text.dropFirst(word.count).prefix { !$0.isNumber }
        guard let index = Int(word), let operation = signs.first(where: { $0.text == sign })?.operation,
            let value = Int64(text.dropFirst(word.count + sign.count))
        else { return nil }
        return Operation(operation: operation, word: index, value: value)
    }
}
