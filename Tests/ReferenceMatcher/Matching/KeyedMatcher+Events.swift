import RuleLanguage

/// What one event does to attempts.
extension KeyedMatcher {
    /// What becomes of an entry at an event.
    private struct Fate {
        var takes = false
        var stays = true
    }

    /// Advances one attempt by an event.
    func advance(_ attempt: Attempt, by event: SequenceEvent) {
        var fates = [Fate](repeating: Fate(), count: attempt.entries.count)
        var seen: [Thread] = []
        for entry in attempt.entries where !seen.contains(where: { $0 === entry.thread }) {
            seen.append(entry.thread)
            let own = attempt.entries.indices.filter { attempt.entries[$0].thread === entry.thread }
            decideFates(of: own, in: attempt.entries, event, &fates)
        }
        var next: [Entry] = []
        for (entry, fate) in zip(attempt.entries, fates) {
            if fate.takes, case .step(_, let variable, _, let frames) = entry.content {
                let thread = Thread(
                    bound: entry.thread.bound + [(variable, event)], order: entry.order + [0],
                    leadingNegations: entry.thread.leadingNegations)
                next += entries(of: thread, behind: frames)
            }
            if fate.stays {
                var entry = entry
                entry.order.append(1)
                next.append(entry)
            }
        }
        attempt.entries = next
    }

    /// Starts an attempt when the event can bind a first step.
    func start(at event: SequenceEvent) {
        var entries: [Entry] = []
        for (place, item) in startItems.enumerated() {
            guard case .step(let variable, _, let frames) = item.target else { continue }
            guard satisfies(variable, event, after: []) else { continue }
            if groups(of: frames).contains(where: { $0.until.map { satisfies($0, event, after: []) } ?? false }) { continue }
            let isForbidden = item.path.negations.contains { negation in
                guard let duration = negation.duration else { return false }
                return sequence[..<event.index].contains {
                    $0.event.time >= event.event.time - duration && satisfies(negation.variable, $0, after: [])
                }
            }
            if isForbidden { continue }
            let thread = Thread(
                bound: [(variable, event)], order: [place],
                leadingNegations: item.path.negations.filter { $0.duration == nil }.map(\.variable))
            entries += self.entries(of: thread, behind: frames)
        }
        guard !entries.isEmpty else { return }
        if attempts.count >= rule.limit.attempts {
            if rule.limit.whenFull == .dropNewest { return }
            attempts.removeFirst()
        }
        attempts.append(Attempt(start: event, entries: entries))
    }

    /// What a thread awaits after its last bound event, which had `frames` behind it.
    private func entries(of thread: Thread, behind frames: [Frame]) -> [Entry] {
        let items = PatternWalk.continuation(of: frames, boundAt: thread.last.event.time, nextChoice: &nextChoice)
        return items.enumerated().map { place, item in
            let content: Entry.Content
            switch item.target {
            case .step(let variable, let node, let frames): content = .step(item, variable: variable, node: node, frames: frames)
            case .accept where item.path.negations.isEmpty: content = .accept
            case .accept:
                let deadlines = item.path.negations.map { negation in
                    negation.duration.map { thread.last.event.time + $0 } ?? rule.within.map { thread.first.event.time + $0 } ?? .max
                }
                content = .absence(item, deadline: deadlines.max() ?? .max)
            }
            return Entry(thread: thread, content: content, order: thread.order + [place])
        }
    }

    /// Decides for the entries of one thread, `own`, which take the event and which stay.
    private func decideFates(of own: [Int], in entries: [Entry], _ event: SequenceEvent, _ fates: inout [Fate]) {
        var satisfied: Set<Int> = []
        var dropped: Set<Int> = []
        for index in own {
            guard case .step(let item, let variable, _, let frames) = entries[index].content else { continue }
            let thread = entries[index].thread
            let ended = groups(of: frames).filter { $0.until.map { satisfies($0, event, after: thread.bound) } ?? false }
            if !ended.isEmpty {
                let waitsOutside = item.link?.contiguity == .followedByAny && ended.allSatisfy { $0.first == nil }
                if !waitsOutside { dropped.insert(index) }
                continue
            }
            if mayTake(item, frames, thread, event), satisfies(variable, event, after: thread.bound) { satisfied.insert(index) }
        }
        let violated = violatedNegations(own, entries, event, satisfied)
        for index in own {
            guard let item = awaited(entries[index]) else { continue }
            let passesViolated = item.path.negations.contains { passed in violated.contains { $0.node == passed.node } }
            let iterates = item.path.again.contains { run in violated.contains { $0.loopsLeft.contains(run) } }
            if passesViolated || iterates { dropped.insert(index) }
        }
        var taking = satisfied.subtracting(dropped)
        var restricted: Set<Int> = []
        if rule.emit == .all {
            let loops = Set(taking.flatMap { awaited(entries[$0])?.path.entered ?? [] })
            for index in own {
                guard let path = awaited(entries[index])?.path else { continue }
                if !loops.isDisjoint(with: path.left + path.wentRound) { restricted.insert(index) }
            }
            taking.subtract(restricted)
        }
        for index in own {
            guard let item = awaited(entries[index]) else { continue }
            fates[index].takes = taking.contains(index)
            if dropped.contains(index) || restricted.contains(index) {
                fates[index].stays = false
                continue
            }
            let isAbsence = if case .accept = item.target { true } else { false }
            switch item.link?.contiguity ?? .followedBy {
            case .followedByAny: fates[index].stays = true
            case .followedBy: fates[index].stays = rule.emit == .all ? !fates[index].takes : taking.isEmpty
            case .next: fates[index].stays = isAbsence && (rule.emit == .all || taking.isEmpty)
            }
        }
    }

    /// The negations passed that the event violates.
    private func violatedNegations(
        _ own: [Int], _ entries: [Entry], _ event: SequenceEvent, _ satisfied: Set<Int>
    ) -> [PassedNegation] {
        var violated: [PassedNegation] = []
        for index in own {
            let thread = entries[index].thread
            for negation in awaited(entries[index])?.path.negations ?? [] {
                if let duration = negation.duration, event.event.time > thread.last.event.time + duration { continue }
                if negation.reach == .next, event.index != thread.last.index + 1 { continue }
                let isTaken = satisfied.contains { awaited(entries[$0])?.path.negations.contains { $0.node == negation.node } ?? false }
                if isTaken || !satisfies(negation.variable, event, after: thread.bound) { continue }
                violated.append(negation)
            }
        }
        return violated
    }

    /// The times that an event must keep to take the item: `within` of rule and groups, gap, and the `for` of negations passed.
    private func mayTake(_ item: Awaited, _ frames: [Frame], _ thread: Thread, _ event: SequenceEvent) -> Bool {
        let time = event.event.time
        let sinceLast = time - thread.last.event.time
        if let within = rule.within, time - thread.first.event.time > within { return false }
        if let minimum = item.link?.minimumGap, sinceLast < minimum { return false }
        if let maximum = item.link?.maximumGap, sinceLast > maximum { return false }
        for group in groups(of: frames) {
            if let within = group.within, let first = group.first, time - first > within { return false }
        }
        return item.path.negations.allSatisfy { negation in negation.duration.map { sinceLast > $0 } ?? true }
    }

    /// What the entry awaits, nil when it awaits nothing.
    private func awaited(_ entry: Entry) -> Awaited? {
        switch entry.content {
        case .step(let item, _, _, _), .absence(let item, _): item
        case .accept, .candidate: nil
        }
    }

    /// The groups that enclose a step, outermost first; `first` is when the group bound its first event.
    func groups(of frames: [Frame]) -> [(until: Int?, within: Int64?, first: Int64?)] {
        frames.compactMap { frame in
            guard case .group(let node, let first) = frame, case .group(_, let until, let within) = node.form else { return nil }
            return (until, within, first)
        }
    }
}
