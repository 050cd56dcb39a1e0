/// What the event under test would do, found without doing it: `RuleMachine+Advance` and `RuleMachine+Start`, told step by step.
extension RuleMachine {
    /// Awaited steps and all that a trace asks of an attempt.
    func traced(_ attempt: UnsafeMutablePointer<Attempt>, _ steps: RemainingSteps) -> TracedAttempt {
        var threads: [TracedThread] = []
        var live: Set<UnsafeMutablePointer<Binding>> = []
        var next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            // A thread may have several records, which share what it has bound and what it awaits altogether.
            if thread.pointee.kind == .live, !live.insert(thread.pointee.bindings).inserted { continue }
            threads.append(traced(thread, attempt, steps))
        }
        return TracedAttempt(
            start: attempt.pointee.start, startTime: attempt.pointee.startTime, threads: threads, record: attempt)
    }

    private func traced(
        _ thread: UnsafeMutablePointer<Thread>, _ attempt: UnsafeMutablePointer<Attempt>, _ steps: RemainingSteps
    ) -> TracedThread {
        let words = Thread.words(thread)
        let state = automaton.states[Int(thread.pointee.state)]
        let isLive = thread.pointee.kind == .live
        let edges = (0..<(isLive ? Int(state.edges.count) : 0)).filter { words[maskWords + $0 >> 6] >> UInt64($0 & 63) & 1 == 1 }
        let kind: KeyInspection.ThreadKind
        switch thread.pointee.kind {
        case .live: kind = .live
        case .candidate: kind = .candidate
        case .timedOut: kind = .timedOut
        }
        return TracedThread(
            kind: kind, step: Int(thread.pointee.state), length: Int(thread.pointee.bindings.pointee.length),
            remaining: isLive
                ? steps.remaining(state: thread.pointee.state, edges: edges, counts: words + countsOffset) : kind == .candidate ? 0 : nil,
            last: thread.pointee.bindings.pointee.event.header.time,
            awaits: edges.map { awaited($0, of: automaton.edges[Int(state.edges.start) + $0], thread, attempt) },
            bindings: thread.pointee.bindings, words: words, startEdge: thread.pointee.startEdge, isUntouched: thread.pointee.isUntouched)
    }

    private func awaited(
        _ index: Int, of edge: AutomatonProgram.Edge, _ thread: UnsafeMutablePointer<Thread>, _ attempt: UnsafeMutablePointer<Attempt>
    ) -> TracedAwait {
        let last = thread.pointee.bindings.pointee.event.header.time
        let end = program.within < 0 ? Int64.max : attempt.pointee.startTime.addingSaturated(program.within)
        guard edge.target >= 0 else {
            var time = edge.absence >= 0 ? last.addingSaturated(edge.absence) : .min
            if edge.absenceToEnd { time = max(time, end) }
            return TracedAwait(
                edge: index, variable: -1, opens: nil, opensBehind: false, expires: time == .max ? nil : time, limit: .absence)
        }
        var time = end
        var limit = program.within < 0 ? TracedAwait.Limit.none : .within(program.within)
        if edge.maximumGap != .max, last.addingSaturated(edge.maximumGap) < time {
            time = last.addingSaturated(edge.maximumGap)
            limit = .gap(edge.maximumGap)
        }
        let counts = Thread.words(thread) + countsOffset
        for use in 0..<Int(edge.withins.count) {
            let group = automaton.withins[Int(edge.withins.start) + use]
            let bound = Int64(bitPattern: counts[Int(group.word)]).addingSaturated(group.duration)
            guard bound < time else { continue }
            time = bound
            limit = .group(group.duration)
        }
        // An absence in the middle must be over, so the event comes later than its end.
        let absence = edge.delay >= 0 ? last.addingSaturated(edge.delay) : Int64.min
        let gap = edge.minimumGap > 0 ? last.addingSaturated(edge.minimumGap) : Int64.min
        let opens = max(absence, gap)
        return TracedAwait(
            edge: index, variable: Int(edge.variable), opens: opens == .min ? nil : opens, opensBehind: absence > .min && absence >= gap,
            expires: time == .max ? nil : time, limit: limit)
    }

    /// What the event under test does to a thread; as `step` in `RuleMachine+Advance`.
    func probe(_ thread: TracedThread, of attempt: TracedAttempt, having: [Condition]) -> ThreadProbe {
        guard thread.kind == .live else { return ThreadProbe(thread: thread, edges: []) }
        let state = automaton.states[thread.step]
        let time = core.event.header.pointee.time
        let since = time &- thread.last
        var fates: [Int: EdgeProbe.Fate] = [:]
        var closed: [Int: Int] = [:]
        var satisfied: Set<Int> = []
        var taking: Set<Int> = []
        let awaited = Set(thread.awaits.map(\.edge))
        func edge(_ index: Int) -> AutomatonProgram.Edge { automaton.edges[Int(state.edges.start) + index] }
        for step in thread.awaits where step.variable >= 0 {
            let edge = edge(step.edge)
            for use in 0..<Int(edge.untils.count) {
                let until = automaton.untils[Int(edge.untils.start) + use]
                guard holds(until.variable, thread.bindings) else { continue }
                closed[step.edge] = Int(until.variable)
                if !until.survives { fates[step.edge] = .until(Int(until.variable)) }
            }
            if holds(edge.variable, thread.bindings) { satisfied.insert(step.edge) }
            let isEarly = since < edge.minimumGap || (edge.delay >= 0 && since <= edge.delay)
            if satisfied.contains(step.edge), closed[step.edge] == nil, !isEarly { taking.insert(step.edge) }
        }
        for index in 0..<Int(state.negations.count) {
            let use = automaton.negations[Int(state.negations.start) + index]
            if use.isStrict && !thread.isUntouched { continue }
            if use.duration >= 0 && since > use.duration { continue }
            guard awaited.contains(where: { isMasked($0, use.through) }), !taking.contains(where: { isMasked($0, use.behind) }),
                holds(use.variable, thread.bindings)
            else { continue }
            for step in awaited where isMasked(step, use.covers) && fates[step] == nil { fates[step] = .negation(Int(use.variable)) }
        }
        taking.subtract(fates.keys)
        if program.emit == .all {
            let greedy = taking.filter { edge($0).restricts >= 0 }
            for step in awaited where greedy.contains(where: { isMasked(step, edge($0).restricts) }) && fates[step] == nil {
                fates[step] = .displaced
            }
            taking.subtract(fates.keys)
        }
        let edges = thread.awaits.map { step in
            let edge = edge(step.edge)
            let isTaken = taking.contains(step.edge)
            let isEarly = step.variable >= 0 && (since < edge.minimumGap || (edge.delay >= 0 && since <= edge.delay))
            let fate = fates[step.edge] ?? fate(step.edge, edge, of: state, isTaken: isTaken, anyTaken: !taking.isEmpty)
            return EdgeProbe(
                awaited: step, isSatisfied: satisfied.contains(step.edge), isEarly: isEarly, closedBy: closed[step.edge], fate: fate,
                outcome: isTaken
                    ? outcome(
                        of: edge, behind: thread.bindings, counts: thread.words + countsOffset, attempt: attempt.record,
                        startEdge: thread.startEdge, having: having) : nil)
        }
        return ThreadProbe(thread: thread, edges: edges)
    }

    /// Of a step that neither `until` nor a negation drops.
    private func fate(
        _ index: Int, _ edge: AutomatonProgram.Edge, of state: AutomatonProgram.State, isTaken: Bool, anyTaken: Bool
    ) -> EdgeProbe.Fate {
        let isStrict = isMasked(index, state.strictMask)
        if isTaken { return .taken }
        if !anyTaken { return isStrict ? .strict : .stays }
        if isStrict { return .displaced }
        if program.emit == .all { return .stays }
        return isMasked(index, state.anyMask) ? .stays : .displaced
    }

    /// True when a mask of edges has that one.
    func isMasked(_ index: Int, _ mask: Int32) -> Bool {
        automaton.masks[Int(mask) + index >> 6] >> UInt64(index & 63) & 1 == 1
    }

    /// What taking the event under test by an edge leads to; as `take` and `enter` in `RuleMachine+Advance`.
    private func outcome(
        of edge: AutomatonProgram.Edge, behind bindings: UnsafeMutablePointer<Binding>?, counts: UnsafePointer<UInt64>?,
        attempt: UnsafeMutablePointer<Attempt>?, startEdge: Int16, having: [Condition]
    ) -> TakeOutcome {
        let binding = makeBinding(event: core.retainCurrent(), previous: bindings, variable: edge.variable, step: edge.target)
        defer { release(binding) }
        let updated = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, automaton.countWords))
        defer { updated.deallocate() }
        if let counts {
            updated.update(from: counts, count: automaton.countWords)
        } else {
            updated.initialize(repeating: 0, count: automaton.countWords)
        }
        apply(edge.updates, to: updated, time: core.event.header.pointee.time)
        let state = automaton.states[Int(edge.target)]
        var result = TakeOutcome()
        for index in 0..<Int(state.edges.count) {
            let next = automaton.edges[Int(state.edges.start) + index]
            if next.guards.count > 0 && !passes(next.guards, updated) { continue }
            if next.target >= 0 || next.isPendingAccept {
                result.livesOn = true
            } else if let refusal = refusal(binding, attempt: attempt, startEdge: startEdge, having: having) {
                result.refusal = refusal
            } else {
                result.accepts = true
                if program.emit != .all { break }
            }
        }
        return result
    }

    /// Why bindings that complete the pattern are no match; as `isAcceptable`. Nil: they are one.
    func refusal(
        _ bindings: UnsafeMutablePointer<Binding>, attempt: UnsafeMutablePointer<Attempt>?, startEdge: Int16, having: [Condition]
    ) -> Refusal? {
        if let attempt {
            let edge = automaton.start[Int(startEdge)]
            for index in 0..<Int(edge.leading.count) {
                let use = automaton.leading[Int(edge.leading.start) + index]
                let seen = Attempt.words(attempt)[Int(use.index)]
                let last = bindings.pointee.event.header.time
                if use.duration < 0 && seen != .min && seen >= last.subtractingSaturated(program.within) {
                    return .leading(variable: Int(automaton.leadingVariables[Int(use.index)]), time: seen)
                }
            }
        }
        var context = EvaluationContext(bindings: bindings, streamNames: core.streamNames, sourceNames: core.sourceNames)
        guard program.having >= 0, !core.expressions.isTrue(program.having, &context) else { return nil }
        return .having(results(having, &context))
    }

    /// First steps that the event under test satisfies; as `startAttempt`. `key` is nil where the rule holds nothing for it.
    func probeStarts(_ key: UnsafeMutablePointer<KeyState>?, having: [Condition]) -> [StartProbe] {
        let time = core.event.header.pointee.time
        var starts: [StartProbe] = []
        for (number, edge) in automaton.start.enumerated() where edge.target >= 0 && holds(edge.variable, nil) {
            // An attempt remembers the leading negations of the time at which it begins.
            let attempt = attempts.allocate().bindMemory(to: Attempt.self, capacity: 1)
            defer { attempts.release(UnsafeMutableRawPointer(attempt)) }
            attempt.initialize(to: Attempt(next: nil, threads: nil, start: core.sequence, startTime: time, deadline: .max))
            for index in 0..<automaton.leadingVariables.count {
                Attempt.words(attempt)[index] = key.map { KeyState.words($0)[index] } ?? .min
            }
            starts.append(
                StartProbe(
                    variable: Int(edge.variable), closed: closure(edge, attempt, time: time),
                    outcome: outcome(
                        of: edge, behind: nil, counts: nil, attempt: attempt, startEdge: Int16(truncatingIfNeeded: number), having: having))
            )
        }
        return starts
    }

    private func closure(_ edge: AutomatonProgram.Edge, _ attempt: UnsafeMutablePointer<Attempt>, time: Int64) -> StartProbe.Closed? {
        for index in 0..<Int(edge.untils.count) {
            let until = automaton.untils[Int(edge.untils.start) + index].variable
            if holds(until, nil) { return .until(Int(until)) }
        }
        for index in 0..<Int(edge.leading.count) {
            let use = automaton.leading[Int(edge.leading.start) + index]
            let seen = Attempt.words(attempt)[Int(use.index)]
            guard use.duration >= 0, seen != .min, seen >= time.subtractingSaturated(use.duration) else { continue }
            return .leading(variable: Int(automaton.leadingVariables[Int(use.index)]), time: seen, duration: use.duration)
        }
        return nil
    }

    /// What conditions come to.
    func results(_ conditions: [Condition], _ context: inout EvaluationContext) -> [ConditionResult] {
        defer { core.expressions.reset() }
        var results: [ConditionResult] = []
        for condition in conditions {
            let isTrue = core.expressions.isTrue(condition.program, &context)
            var values: [String] = []
            for operand in condition.operands {
                values.append(Self.text(of: OwnedValue(core.expressions.evaluate(operand.program, &context))))
            }
            results.append(ConditionResult(condition: condition, isTrue: isTrue, values: values))
        }
        return results
    }

    /// Most characters of a value that are shown.
    private static let valueLimit = 120

    private static func text(of value: OwnedValue) -> String {
        var buffer = ByteBuffer()
        value.encode(to: &buffer)
        let text = buffer.text
        return text.count > valueLimit ? text.prefix(valueLimit) + "…" : text
    }
}
