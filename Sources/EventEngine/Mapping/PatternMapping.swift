/// Carries the attempts of a rule over to another pattern of the same rule, by the names of the steps that they have bound.
///
/// **When this is sound.** An attempt goes on when it is, thread by thread, the attempt that the new pattern would have begun with the same
/// event: every match that comes of it is then one that the new pattern has in the whole stream. Nothing but bound events is known of the
/// past, so that is decided by *places*: a place is a step that has bound an event, with the counts of the loops around it. The old and the
/// new pattern are walked side by side from the start by the names that the attempt has bound, and
///
/// 1. a place that an attempt has left, or at which it has seen an event, must await the same steps in both patterns, in the same order, by
///    the same links and behind the same negations, groups and `until`; the new one may await fewer, if nothing but `->` and `,` without
///    negations leads on: an event that was skipped fits none of the fewer either;
/// 2. at a place where no event has come since the last bound one anything may follow, unless the pattern ends there, before or now: the
///    new pattern would have matched already. A rule that passes over events that fit none of its names knows of no such place;
/// 3. no thread of the attempt, also of those that have died and left no trace, may have gone where the patterns differ. One may have, when
///    at a place on the way another step was awaited that leads there and that could have taken the same event (no two constants
///    of the two predicates exclude each other), or an earlier one (`->>`, `emit: all`). Under `emit: first` without `having` nothing
///    goes beyond the end of a pattern: an attempt that has come to it is gone;
/// 4. a thread that cannot go on takes its attempt with it, since what it would have done to the others is not known; so does a
///    candidate of `emit: final`. Under `emit: all` without `timeout: emit` threads do not depend on each other: there each goes on by
///    itself, also from the end of a pattern, and 3 does not count.
///
/// Another `emit`, rule-level `until`, leading negation or key, `prefer: latest`, `lag`, and `matches` read before or now but not both let
/// nothing go on. With other streams, events have passed that nobody looked at: then no place counts as unseen, and `,` as changed.
/// Predicates, `having`, `within`, gaps and `for` may change at the same time and mean what they mean to a rule of the same shape: what is
/// bound stays bound, deadlines are counted anew from it. `skip` and `limit` look at what was, not at what would have been.
public struct PatternMapping: Sendable {
    /// How a place of the old pattern stands to that of the new one.
    enum Likeness: Sendable {
        /// The same steps are awaited.
        case same
        /// The new pattern awaits some of them.
        case fewer
        /// Something else is awaited.
        case other
    }

    /// A way on that both patterns have, and beside which nothing can have gone where they differ.
    struct Step: Sendable {
        /// Index in `places`.
        var place: Int
        /// Index of the variable in the new rule.
        var variable: Int
        /// What the new automaton does to the counts.
        var updates: [RuleShape.Operation]
    }

    /// A step of both patterns, with counts.
    struct Place: Sendable {
        let state: Int
        /// Of the old pattern; times of groups are 0.
        let counts: [UInt64]
        let newState: Int
        let likeness: Likeness
        /// Edges that are the same, by number.
        let edges: [(old: Int, new: Int)]
        /// What the new pattern awaits here at first, by edge number.
        let fresh: [Int]
        /// Either pattern is complete here.
        let canAccept: Bool
        /// No thread without a trace can have gone where the patterns differ while one waited here.
        var canWait = true
        /// By state of the old pattern.
        var steps: [Int: [Step]] = [:]
    }

    let places: [Place]
    /// Edges that start an attempt, those of the new pattern that are the same, and the ways by them.
    let begins: [(old: Int, new: Int, step: Step)]
    /// What the old rule's bytes look like.
    let layout: RuleLayout
    /// Words of a thread that hold times in the old rule, from the first count.
    let groupWords: [Int]
    let newMaskWords: Int
    let newCountWords: Int
    /// A thread that has seen no event since its last bound one would have seen none under the new rule.
    let knowsUnseen: Bool
    /// What becomes of a thread depends on no other of its attempt.
    let isIndependent: Bool

    /// The mapping from a rule to what it has become; nil where nothing can go on.
    public init?(from layout: RuleLayout, _ old: RuleShape, to newLayout: RuleLayout, _ new: RuleShape) {
        guard old.frame == new.frame, !old.isSealed, !new.isSealed, Set(old.keys.values) == Set(new.keys.values),
            old.keys.allSatisfy({ new.keys[$0.key] ?? $0.value == $0.value }), layout.leading.count == newLayout.leading.count,
            old.fits(layout), new.fits(newLayout)
        else { return nil }
        var explorer = PlaceExplorer(old, new, counts: (layout.countWords, newLayout.countWords), variables: newLayout.variables)
        guard explorer.explore() else { return nil }
        begins = explorer.begins
        if begins.isEmpty { return nil }
        places = explorer.places
        knowsUnseen = explorer.hasSameInput && old.seesEveryEvent
        isIndependent = explorer.isIndependent
        self.layout = layout
        groupWords = old.groupWords
        newMaskWords = newLayout.maskWords
        newCountWords = newLayout.countWords
    }
}

extension RuleShape {
    /// Whether every number fits the layout.
    fileprivate func fits(_ layout: RuleLayout) -> Bool {
        let edges = start + states.flatMap(\.edges)
        return states.count == layout.states.count && start.count == layout.startEdges
            && zip(states, layout.states).allSatisfy { $0.edges.count == $1.edges.count }
            && edges.allSatisfy { ($0.guards + $0.updates).allSatisfy { $0.word < layout.countWords } }
    }
}
