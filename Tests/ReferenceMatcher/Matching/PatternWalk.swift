import RuleLanguage

/// Walks from a place in the pattern to everything that can come next, in order of preference.
struct PatternWalk {
    private var found: [Awaited] = []
    /// Names runs of loops; unique over the matcher's life.
    private var nextChoice: Int

    private init(nextChoice: Int) { self.nextChoice = nextChoice }

    /// What can come first.
    static func start(of tree: PatternTree, nextChoice: inout Int) -> [Awaited] {
        var walk = PatternWalk(nextChoice: nextChoice)
        walk.enter(tree, by: nil, [], AwaitedPath())
        nextChoice = walk.nextChoice
        return walk.found
    }

    /// What can come after a step with `frames` behind it was bound at `time`.
    static func continuation(of frames: [Frame], boundAt time: Int64, nextChoice: inout Int) -> [Awaited] {
        var walk = PatternWalk(nextChoice: nextChoice)
        walk.complete(frames.map { $0.bound(at: time) }, AwaitedPath())
        nextChoice = walk.nextChoice
        return walk.found
    }

    private mutating func enter(_ node: PatternTree, by link: Link?, _ frames: [Frame], _ path: AwaitedPath) {
        switch node.form {
        case .step(let variable):
            found.append(Awaited(target: .step(variable: variable, node: node.id, frames: frames), link: link, path: path))
        case .sequence(let steps, _):
            enter(steps[0], by: link, frames + [.sequence(node, index: 0, entry: link, passed: false)], path)
        case .alternation(let alternatives):
            for alternative in alternatives { enter(alternative, by: link, frames, path) }
        case .loop(let body, let minimum, let maximum, let reluctant, _):
            nextChoice += 1
            let choice = nextChoice
            if reluctant, minimum == 0 { goRound(choice, frames, path) }
            if maximum != 0 {
                var path = path
                if Self.restricts(node) { path.entered.append(choice) }
                enter(body, by: link, frames + [.loop(node, count: 0, choice: choice, bound: false)], path)
            }
            if !reluctant, minimum == 0 { goRound(choice, frames, path) }
        case .group(let body, _, _):
            enter(body, by: link, frames + [.group(node, first: nil)], path)
        case .branches:
            enterBranches(node, done: [], entry: link, passed: false, frames, path)
        case .negation(let variable, let duration):
            var path = path
            path.negations.append(
                PassedNegation(
                    node: node.id, variable: variable, duration: duration, reach: link?.contiguity ?? .followedBy, loopsLeft: path.left))
            complete(frames.map(\.passedNegation), path)
        }
    }

    /// The node inside the innermost frame is complete.
    private mutating func complete(_ frames: [Frame], _ path: AwaitedPath) {
        guard let innermost = frames.last else {
            let link = path.negations.last.map { Link($0.reach) }
            found.append(Awaited(target: .accept, link: link, path: path))
            return
        }
        let outer = Array(frames.dropLast())
        switch innermost {
        case .sequence(let node, let index, let entry, let passed):
            guard case .sequence(let steps, let links) = node.form else { return }
            if index + 1 == steps.count {
                complete(outer, path)
            } else {
                let frame = Frame.sequence(node, index: index + 1, entry: entry, passed: passed)
                enter(steps[index + 1], by: passed ? links[index] : entry, outer + [frame], path)
            }
        case .group: complete(outer, path)
        case .loop(let node, let count, let choice, let bound):
            completeIteration(node, count: count, choice: choice, bound: bound, outer, path)
        case .branches(let node, let done, let current, let entry, let passed):
            enterBranches(node, done: done.union([current]), entry: entry, passed: passed, outer, path)
        }
    }

    private mutating func completeIteration(
        _ node: PatternTree, count: Int, choice: Int, bound: Bool, _ outer: [Frame], _ path: AwaitedPath
    ) {
        guard case .loop(let body, let minimum, let maximum, let reluctant, let between) = node.form else { return }
        guard bound else {
            // An iteration that bound nothing stands for all that are still due, and is none where no more are due.
            if count < minimum { leave(choice, outer, path) }
            return
        }
        let done = count + 1
        if reluctant, done >= minimum { leave(choice, outer, path) }
        if maximum.map({ done < $0 }) ?? true {
            var path = path
            path.again.append(choice)
            if Self.restricts(node) { path.entered.append(choice) }
            enter(body, by: between, outer + [.loop(node, count: done, choice: choice, bound: false)], path)
        }
        if !reluctant, done >= minimum { leave(choice, outer, path) }
    }

    private mutating func enterBranches(
        _ node: PatternTree, done: Set<Int>, entry: Link?, passed: Bool, _ frames: [Frame], _ path: AwaitedPath
    ) {
        guard case .branches(let branches, let needed, let between) = node.form else { return }
        if done.count == needed { return complete(frames, path) }
        for index in branches.indices where !done.contains(index) {
            let frame = Frame.branches(node, done: done, current: index, entry: entry, passed: passed)
            enter(branches[index], by: passed ? between : entry, frames + [frame], path)
        }
    }

    private mutating func leave(_ choice: Int, _ frames: [Frame], _ path: AwaitedPath) {
        var path = path
        path.left.append(choice)
        complete(frames, path)
    }

    private mutating func goRound(_ choice: Int, _ frames: [Frame], _ path: AwaitedPath) {
        var path = path
        path.wentRound.append(choice)
        complete(frames, path)
    }

    /// Only a greedy loop of more than one iteration keeps what leaves it from taking or skipping what it takes.
    private static func restricts(_ node: PatternTree) -> Bool {
        guard case .loop(_, _, let maximum, let reluctant, _) = node.form else { return false }
        return !reluctant && (maximum ?? 2) > 1
    }
}
