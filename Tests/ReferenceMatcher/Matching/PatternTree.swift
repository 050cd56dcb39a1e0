import RuleLanguage

/// A node of a rule's pattern with what its place in the text decides: who it is, and the links between iterations and branches.
final class PatternTree {
    /// The forms of a node; links are resolved.
    enum Form {
        case step(variable: Int)
        case sequence([PatternTree], [Link])
        case alternation([PatternTree])
        /// `between` joins one iteration to the next.
        case loop(PatternTree, minimum: Int, maximum: Int?, reluctant: Bool, between: Link)
        case group(PatternTree, until: Int?, within: Int64?)
        /// `permute` and `n of`: left when `needed` branches are complete; `between` joins one branch to the next.
        case branches([PatternTree], needed: Int, between: Link)
        case negation(variable: Int, duration: Int64?)
    }

    /// Number of the node, in the order of the text.
    let id: Int
    /// Its form.
    let form: Form

    private init(id: Int, form: Form) {
        self.id = id
        self.form = form
    }

    /// The tree of a whole pattern.
    static func build(_ pattern: Pattern) -> PatternTree {
        var nextID = 0
        return build(pattern, leadIn: nil, follow: nil, &nextID)
    }

    /// `leadIn` is the link that the text has in front of the node, nil in front of everything; `follow` the link behind it, for loops
    /// that nothing leads into.
    private static func build(_ pattern: Pattern, leadIn: Link?, follow: Link?, _ nextID: inout Int) -> PatternTree {
        let id = nextID
        nextID += 1
        let form: Form
        switch pattern.kind {
        case .event(let variable): form = .step(variable: variable)
        case .negation(let variable, let duration): form = .negation(variable: variable, duration: duration)
        case .sequence(let steps, let links):
            form = .sequence(
                steps.indices.map { index in
                    index == 0
                        ? build(steps[0], leadIn: leadIn, follow: links[0], &nextID)
                        : build(steps[index], leadIn: links[index - 1], follow: nil, &nextID)
                }, links)
        case .alternation(let alternatives):
            form = .alternation(alternatives.map { build($0, leadIn: leadIn, follow: follow, &nextID) })
        case .repetition(let body, let minimum, let maximum, let reluctant, let link):
            let between = link ?? leadIn?.withoutGap ?? follow?.withoutGap ?? Link(.followedBy)
            form = .loop(
                build(body, leadIn: leadIn, follow: follow, &nextID), minimum: minimum, maximum: maximum, reluctant: reluctant,
                between: between)
        case .group(let body, let until, let within):
            form = .group(build(body, leadIn: leadIn, follow: follow, &nextID), until: until, within: within)
        case .permute(let branches):
            form = branchForm(branches, needed: branches.count, leadIn: leadIn, &nextID)
        case .of(let count, let branches):
            form = branchForm(branches, needed: count, leadIn: leadIn, &nextID)
        }
        return PatternTree(id: id, form: form)
    }

    private static func branchForm(_ branches: [Pattern], needed: Int, leadIn: Link?, _ nextID: inout Int) -> Form {
        let between = leadIn ?? Link(.followedBy)
        return .branches(branches.map { build($0, leadIn: between, follow: nil, &nextID) }, needed: needed, between: between)
    }

    /// The variables that the pattern names, negated and `until` ones too.
    var variables: Set<Int> {
        switch form {
        case .step(let variable), .negation(let variable, _): [variable]
        case .sequence(let nodes, _), .alternation(let nodes), .branches(let nodes, _, _):
            nodes.reduce(into: []) { $0.formUnion($1.variables) }
        case .loop(let body, _, _, _, _): body.variables
        case .group(let body, let until, _): body.variables.union(until.map { [$0] } ?? [])
        }
    }
}
