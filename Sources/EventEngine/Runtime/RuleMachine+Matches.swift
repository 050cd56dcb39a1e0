/// Accepts, matches, and what a match drops (design section 4, "emit" and "skip").
extension RuleMachine {
    /// True when bindings that complete the pattern are a match: leading negations without `for`, then `having`.
    func isAcceptable(_ bindings: UnsafeMutablePointer<Binding>, attempt: UnsafeMutablePointer<Attempt>?, startEdge: Int16) -> Bool {
        if let attempt {
            let edge = automaton.start[Int(startEdge)]
            let remembered = Attempt.words(attempt)
            for index in 0..<Int(edge.leading.count) {
                let use = automaton.leading[Int(edge.leading.start) + index]
                let seen = remembered[Int(use.index)]
                let last = bindings.pointee.event.header.time
                if use.duration < 0 && seen != .min && seen >= last.subtractingSaturated(program.within) {
                    fall = .negation
                    return false
                }
            }
        }
        guard program.having >= 0 else { return true }
        var context = EvaluationContext(
            bindings: bindings, streamNames: core.streamNames, sourceNames: core.sourceNames)
        let holds = core.expressions.isTrue(program.having, &context)
        if !holds { fall = .having }
        return holds
    }

    /// Emits the attempt's accepts under `first` and `all`, applying `skip` after each; frees `accepted`. False when the
    /// attempt is gone.
    func emitAccepted(_ attempt: UnsafeMutablePointer<Attempt>, key: UnsafeMutablePointer<KeyState>, end: Int64) -> Bool {
        var isKept = true
        for (index, bindings) in accepted.enumerated() {
            if isKept && !(automaton.isAmbiguous && isRepeated(index)) {
                emit(bindings, kind: .match, end: end)
                fall = .match
                isKept = applySkip(bindings, attempt, key: key)
                if isKept && program.emit == .first {
                    remove(attempt, from: key, because: .match)
                    isKept = false
                }
            }
        }
        for bindings in accepted { release(bindings) }
        accepted.removeAll(keepingCapacity: true)
        return isKept
    }

    /// True when an accept before this one bound the same events to the same variables by another way: the two are one match.
    private func isRepeated(_ index: Int) -> Bool {
        accepted[..<index].contains { earlier in
            var left: UnsafeMutablePointer<Binding>? = earlier
            var right: UnsafeMutablePointer<Binding>? = accepted[index]
            while let one = left, let other = right, one != other {
                if one.pointee.variable != other.pointee.variable || one.pointee.event.sequence != other.pointee.event.sequence {
                    return false
                }
                left = one.pointee.previous
                right = other.pointee.previous
            }
            return left == right
        }
    }

    /// Under `emit: final`: emits decided attempts in order of start, as far as every earlier one is decided.
    func resolveDecided(_ key: UnsafeMutablePointer<KeyState>) {
        while let attempt = key.pointee.first, let candidate = decided(attempt) {
            let bindings = candidate.pointee.bindings
            bindings.pointee.references &+= 1
            emit(bindings, kind: .match, end: Int64(bitPattern: Thread.words(candidate)[0]))
            if applySkip(bindings, attempt, key: key) { remove(attempt, from: key, because: .match) }
            release(bindings)
        }
    }

    /// The candidate that nothing more preferred can beat any more; nil while the attempt is undecided.
    func decided(_ attempt: UnsafeMutablePointer<Attempt>) -> UnsafeMutablePointer<Thread>? {
        var next = attempt.pointee.threads
        while let thread = next, thread.pointee.kind == .timedOut { next = thread.pointee.next }
        guard let thread = next, thread.pointee.kind == .candidate else { return nil }
        return thread
    }

    /// Rule-level `until`: every attempt that is not decided ends.
    func dropUndecided(_ key: UnsafeMutablePointer<KeyState>) {
        removeAttempts(of: key, because: .until) { program.emit != .final || decided($0) == nil }
    }

    /// Drops what a match of the attempt drops; false when the attempt is gone.
    private func applySkip(
        _ bindings: UnsafeMutablePointer<Binding>, _ attempt: UnsafeMutablePointer<Attempt>, key: UnsafeMutablePointer<KeyState>
    ) -> Bool {
        switch program.skip {
        case .none:
            return true
        case .toNext:
            remove(attempt, from: key, because: .match)
            return false
        case .pastLast:
            let last = bindings.pointee.event.sequence
            skippedThrough = max(skippedThrough, last)
            remove(attempt, from: key, because: .match)
            removeAttempts(of: key, because: .skip) { $0.pointee.start <= last }
            return false
        case .toFirst(let variable):
            return skip(to: boundEvent(variable, in: bindings, first: true), attempt, key: key)
        case .toLast(let variable):
            return skip(to: boundEvent(variable, in: bindings, first: false), attempt, key: key)
        }
    }

    private func skip(
        to sequence: UInt64?, _ attempt: UnsafeMutablePointer<Attempt>, key: UnsafeMutablePointer<KeyState>
    ) -> Bool {
        if let sequence, sequence != attempt.pointee.start {
            remove(attempt, from: key, because: .match)
            removeAttempts(of: key, because: .skip) { $0.pointee.start < sequence }
        } else {
            statistics.skipFallbacks += 1
            remove(attempt, from: key, because: .match)
        }
        return false
    }

    private func boundEvent(_ variable: Int32, in bindings: UnsafeMutablePointer<Binding>, first: Bool) -> UInt64? {
        var found: UInt64?
        var next: UnsafeMutablePointer<Binding>? = bindings
        while let binding = next {
            if binding.pointee.variable == variable {
                found = binding.pointee.event.sequence
                if !first { break }
            }
            next = binding.pointee.previous
        }
        return found
    }

    /// Where what is decided now stands in the order of decisions.
    private func point() -> DecisionPoint {
        let isEvent = core.phase == .event
        return DecisionPoint(
            time: core.clock, phase: core.phase, order: core.order, rule: Int32(index), part: isEvent ? core.part : 0,
            key: isEvent ? [] : Array(keyEncoder.text))
    }

    /// Hands a match, or a timed-out attempt, to the shard.
    func emit(_ bindings: UnsafeMutablePointer<Binding>, kind: Match.Kind, end: Int64) {
        if kind == .match { statistics.matches += 1 } else { statistics.timeouts += 1 }
        var chain: [UnsafeMutablePointer<Binding>] = []
        chain.reserveCapacity(Int(bindings.pointee.length))
        var next: UnsafeMutablePointer<Binding>? = bindings
        while let binding = next {
            chain.append(binding)
            next = binding.pointee.previous
        }
        chain.reverse()
        var identity = Hash128()
        identity.append(program.id)
        identity.append(program.logicHash)
        identity.append(keyEncoder.text)
        identity.append(kind.rawValue)
        var events: [Match.BoundEvent] = []
        events.reserveCapacity(chain.count)
        for binding in chain {
            let header = binding.pointee.event.header
            let id = EventIdentity.id(of: header, streamNames: core.streamNames)
            identity.append(program.variables[Int(binding.pointee.variable)].name)
            identity.append(id)
            events.append(Match.BoundEvent(variable: Int(binding.pointee.variable), id: id, raw: Array(header.raw)))
        }
        var context = EvaluationContext(
            bindings: bindings, streamNames: core.streamNames, sourceNames: core.sourceNames)
        let select = program.select.map { measure in
            (name: measure.name, value: OwnedValue(core.expressions.evaluate(measure.program, &context)))
        }
        core.expressions.reset()
        let first = chain[0].pointee
        let key = program.variables[Int(first.variable)].key.map { part in
            (label: part.label, value: OwnedValue(first.event.value(slot: part.slot)))
        }
        let match = Match(
            rule: index, kind: kind, id: identity.digest(), key: key, start: first.event.header.time, end: end, events: events,
            select: select)
        core.decisions.append(Decision(point: point(), match: match))
    }
}
