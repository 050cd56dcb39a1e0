extension PatternMapping {
    /// What became of a key's attempts.
    public struct Outcome: Sendable, Equatable {
        /// The key's bytes for the new rule; nil when nothing of it is left.
        public var bytes: [UInt8]?
        /// Attempts that go on.
        public var kept = 0
        /// Attempts that do not.
        public var dropped = 0
    }

    /// The key's partial matches as the new rule has them: bytes that `Shard.restore` takes with deadlines to be found anew.
    public func map(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> Outcome {
        var mapper = KeyMapper(self, bytes)
        return try mapper.map()
    }
}

/// Writes the bytes of one key (`SnapshotFormat`) anew for a changed pattern. What stands before the bindings stays as it is.
private struct KeyMapper {
    /// A way through both patterns by which a binding can have been reached.
    private struct Walk {
        let place: Int
        let variable: Int
        /// Counts of the new pattern, with times.
        let counts: [UInt64]
        let startEdge: Int
        let newStartEdge: Int
        /// Index of the walk of the binding before.
        let previous: Int?
        let event: Int
        /// Index among the new bindings, once it has one.
        var binding: Int?
    }

    private struct NewBinding {
        let event: Int
        let previous: Int?
        let variable: Int
        let state: Int
    }

    private struct OldThread {
        let binding: Int
        let state: Int
        let startEdge: Int
        let kind: Thread.Kind
        let isUntouched: Bool
        let words: [UInt64]
    }

    private struct NewThread {
        let walk: Int
        let kind: Thread.Kind
        let isUntouched: Bool
        let words: [UInt64]
    }

    /// Of one binding; more are told apart by nothing that is known.
    private static let mostWalks = 64

    private let mapping: PatternMapping
    private let bytes: UnsafeRawBufferPointer
    private var reader: SnapshotReader
    private var times: [Int64] = []
    private var walks: [Walk] = []
    /// Of each binding.
    private var walksOfBinding: [Range<Int>] = []
    private var bindings: [NewBinding] = []
    private var outcome = PatternMapping.Outcome()

    init(_ mapping: PatternMapping, _ bytes: UnsafeRawBufferPointer) {
        self.mapping = mapping
        self.bytes = bytes
        reader = SnapshotReader(bytes)
    }

    mutating func map() throws(SnapshotError) -> PatternMapping.Outcome {
        _ = try SnapshotHeader(&reader)
        var remembers = false
        for _ in mapping.layout.leading where try reader.fixed(Int64.self) != .min { remembers = true }
        _ = try reader.varint()
        try readEvents()
        let head = UnsafeRawBufferPointer(rebasing: bytes[..<reader.position])
        for number in 0..<(try reader.count()) { try readBinding(number) }
        var attempts = SnapshotWriter()
        for _ in 0..<(try reader.count()) { try mapAttempt(into: &attempts) }
        guard reader.isAtEnd else { throw .inconsistent("bytes behind its end") }
        guard outcome.kept > 0 || remembers else { return outcome }
        var writer = SnapshotWriter()
        writer.raw(head)
        writer.varint(bindings.count)
        for binding in bindings {
            writer.varint(binding.event)
            writer.varint(binding.previous.map { $0 + 1 } ?? 0)
            writer.varint(binding.variable)
            writer.varint(binding.state)
        }
        writer.varint(outcome.kept)
        writer.raw(attempts.bytes)
        outcome.bytes = Array(writer.bytes)
        return outcome
    }

    private mutating func readEvents() throws(SnapshotError) {
        let arena = SnapshotArena()
        for _ in 0..<(try reader.count()) {
            times.append(try reader.fixed(Int64.self))
            for _ in 0..<3 { _ = try reader.fixed(UInt64.self) }
            _ = try reader.fixed(Int32.self)
            if reader.version == 1 { _ = try reader.text() } else { _ = try reader.varint() }
            let raw = try reader.text()
            for _ in 0..<(try reader.count()) {
                if reader.version == 1 { _ = try reader.text() } else { _ = try reader.varint() }
                _ = try reader.value(raw: raw, arena: arena)
            }
            arena.removeAll()
        }
    }

    /// Finds the ways by which a binding can have been reached.
    private mutating func readBinding(_ number: Int) throws(SnapshotError) {
        let event = try reader.index(below: times.count, "event of a binding")
        let previous = try reader.index(below: number + 1, "previous binding")
        _ = try reader.index(below: mapping.layout.variables.count, "variable")
        let state = try reader.index(below: mapping.layout.states.count, "step")
        let first = walks.count
        if previous == 0 {
            for begin in mapping.begins where mapping.places[begin.step.place].state == state {
                let counts = Array(repeating: UInt64(0), count: mapping.newCountWords)
                add(begin.step, counts, edges: (begin.old, begin.new), previous: nil, event: event)
            }
        } else {
            for index in walksOfBinding[previous - 1] {
                let before = walks[index]
                for step in mapping.places[before.place].steps[state] ?? [] where walks.count - first < Self.mostWalks {
                    add(step, before.counts, edges: (before.startEdge, before.newStartEdge), previous: index, event: event)
                }
            }
        }
        walksOfBinding.append(first..<walks.count)
    }

    private mutating func add(_ step: PatternMapping.Step, _ counts: [UInt64], edges: (Int, Int), previous: Int?, event: Int) {
        walks.append(
            Walk(
                place: step.place, variable: step.variable,
                counts: step.updates.reduce(into: counts) { $1.apply(to: &$0, time: times[event]) }, startEdge: edges.0,
                newStartEdge: edges.1, previous: previous, event: event))
    }

    private mutating func mapAttempt(into writer: inout SnapshotWriter) throws(SnapshotError) {
        let start = try reader.fixed(UInt64.self)
        let startTime = try reader.fixed(Int64.self)
        let deadline = try reader.fixed(Int64.self)
        var leading: [Int64] = []
        for _ in mapping.layout.leading { leading.append(try reader.fixed(Int64.self)) }
        var threads: [NewThread] = []
        var goesOn = true
        for _ in 0..<(try reader.count()) {
            let thread = try readThread()
            guard let walk = walk(of: thread), let words = words(of: thread, walk) else {
                goesOn = goesOn && mapping.isIndependent
                continue
            }
            // A thread that awaits nothing any more is dead in the new pattern too.
            let isDead = thread.kind == .live && words[..<mapping.newMaskWords].allSatisfy { $0 == 0 }
            if isDead { continue }
            threads.append(NewThread(walk: walk, kind: thread.kind, isUntouched: thread.isUntouched, words: words))
        }
        guard goesOn, threads.contains(where: { $0.kind != .timedOut }) else {
            outcome.dropped += 1
            return
        }
        outcome.kept += 1
        writer.fixed(start)
        writer.fixed(startTime)
        writer.fixed(deadline)
        for time in leading { writer.fixed(time) }
        writer.varint(threads.count)
        for thread in threads {
            writer.varint(binding(of: thread.walk))
            writer.varint(mapping.places[walks[thread.walk].place].newState)
            writer.varint(walks[thread.walk].newStartEdge)
            writer.byte(thread.kind.rawValue)
            writer.byte(thread.isUntouched ? 1 : 0)
            for word in thread.words { writer.fixed(word) }
        }
    }

    private mutating func readThread() throws(SnapshotError) -> OldThread {
        let binding = try reader.index(below: walksOfBinding.count, "binding of a thread")
        let state = try reader.index(below: mapping.layout.states.count, "state")
        let startEdge = try reader.index(below: mapping.layout.startEdges, "start edge")
        guard let kind = Thread.Kind(rawValue: try reader.byte()) else { throw .inconsistent("kind of a thread") }
        let isUntouched = try reader.byte() == 1
        var words: [UInt64] = []
        for _ in 0..<(2 * mapping.layout.maskWords + mapping.layout.countWords) { words.append(try reader.fixed(UInt64.self)) }
        return OldThread(binding: binding, state: state, startEdge: startEdge, kind: kind, isUntouched: isUntouched, words: words)
    }

    /// The one way by which a thread has come where it is; nil when there is none, or more that differ.
    private func walk(of thread: OldThread) -> Int? {
        var counts = Array(thread.words[(2 * mapping.layout.maskWords)...])
        for word in mapping.groupWords { counts[word] = 0 }
        let found = walksOfBinding[thread.binding].filter { index in
            let place = mapping.places[walks[index].place]
            return walks[index].startEdge == thread.startEdge && place.state == thread.state && place.counts == counts
        }
        guard let first = found.first else { return nil }
        let isOne = found.allSatisfy { index in
            mapping.places[walks[index].place].newState == mapping.places[walks[first].place].newState
                && walks[index].counts == walks[first].counts && walks[index].newStartEdge == walks[first].newStartEdge
        }
        return isOne ? first : nil
    }

    /// The words of the thread in the new pattern; nil when it cannot go on.
    private func words(of thread: OldThread, _ walk: Int) -> [UInt64]? {
        let place = mapping.places[walks[walk].place]
        let oldWords = mapping.layout.maskWords
        var masks = [UInt64](repeating: 0, count: 2 * mapping.newMaskWords)
        func set(_ edge: Int, _ part: Int) { masks[part * mapping.newMaskWords + edge >> 6] |= 1 << UInt64(edge & 63) }
        let isUnseen = thread.isUntouched && mapping.knowsUnseen
        switch (thread.kind, place.likeness) {
        case (.live, .same), (.live, .fewer):
            guard place.canWait || isUnseen else { return nil }
            for part in 0...1 {
                for (old, new) in place.edges where thread.words[part * oldWords + old >> 6] >> UInt64(old & 63) & 1 == 1 { set(new, part) }
            }
        case (.live, .other):
            guard isUnseen, mapping.isIndependent || !place.canAccept else { return nil }
            for edge in place.fresh {
                set(edge, 0)
                set(edge, 1)
            }
        case (.candidate, .same): masks[0] = thread.words[0]
        case (.timedOut, .same): break
        case (.candidate, _), (.timedOut, _): return nil
        }
        return masks + walks[walk].counts
    }

    /// The new binding at the end of a walk.
    private mutating func binding(of walk: Int) -> Int {
        var chain: [Int] = []
        var next: Int? = walk
        while let index = next, walks[index].binding == nil {
            chain.append(index)
            next = walks[index].previous
        }
        for index in chain.reversed() {
            let walk = walks[index]
            walks[index].binding = bindings.count
            bindings.append(
                NewBinding(
                    event: walk.event, previous: walk.previous.flatMap { walks[$0].binding }, variable: walk.variable,
                    state: mapping.places[walk.place].newState))
        }
        return walks[walk].binding ?? 0
    }
}
