/// Reads the bytes of a key (`SnapshotFormat`, every version that is read) without an engine: for people who look at state.
///
/// Every index, count and word is checked against the layout, so that bytes of any origin are read or refused; what is made of
/// them is a fixed multiple of their size.
public struct SnapshotInspector {
    private let layout: RuleLayout
    private let names: SnapshotNames
    private var reader: SnapshotReader
    private let arena = SnapshotArena()
    /// Of each binding: sequence number of the first event of its chain.
    private var starts: [UInt64] = []

    /// What the bytes hold. Throws when they are not whole, of a version that is not read, or do not fit the layout.
    ///
    /// - Parameters:
    ///   - layout: of the rule whose key it is.
    ///   - names: what ids of streams and fields mean.
    public static func inspect(
        _ bytes: UnsafeRawBufferPointer, layout: RuleLayout, names: SnapshotNames
    ) throws(SnapshotError) -> KeyInspection {
        var inspector = SnapshotInspector(layout: layout, names: names, reader: SnapshotReader(bytes))
        return try inspector.key()
    }

    /// When something of a key ends by itself, from its first bytes alone: needs no layout. Nil: never, or not known
    /// (version 1).
    public static func firstDeadline(of bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> Int64? {
        var reader = SnapshotReader(bytes)
        return Self.time(try SnapshotHeader(&reader).firstDeadline ?? .max)
    }

    private init(layout: RuleLayout, names: SnapshotNames, reader: SnapshotReader) {
        self.layout = layout
        self.names = names
        self.reader = reader
    }

    private mutating func key() throws(SnapshotError) -> KeyInspection {
        let header = try SnapshotHeader(&reader)
        var key = KeyInspection(
            version: reader.version, key: try parts(of: header.key), firstDeadline: nil, lastDeadline: nil, leading: try leading(),
            lag: nil, events: [], bindings: [], attempts: [])
        let lag = try reader.varint()
        for _ in 0..<(try reader.count()) { key.events.append(try event()) }
        guard lag <= key.events.count else { throw .inconsistent("lag") }
        key.lag = lag == 0 ? nil : lag - 1
        for number in 0..<(try reader.count()) { key.bindings.append(try binding(number, of: key)) }
        for _ in 0..<(try reader.count()) { key.attempts.append(try attempt(of: key)) }
        guard reader.isAtEnd else { throw .inconsistent("bytes behind its end") }
        let (first, last) = deadlines(of: key)
        key.firstDeadline = Self.time(header.firstDeadline ?? first)
        key.lastDeadline = Self.time(header.lastDeadline ?? last)
        return key
    }

    /// As `KeyEncoder` writes them.
    private func parts(of text: UnsafeRawBufferPointer) throws(SnapshotError) -> [String?] {
        var parts: [String?] = []
        var position = 0
        while position < text.count {
            position += 1
            guard text[position - 1] != 0 else {
                parts.append(nil)
                continue
            }
            guard text[position - 1] == 1, text.count - position >= 4 else { throw .inconsistent("key") }
            let length = Int(UInt32(littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            position += 4
            guard length <= text.count - position else { throw .inconsistent("key") }
            parts.append(String(decoding: text[position..<(position + length)], as: UTF8.self))
            position += length
        }
        guard parts.count == layout.keyLabels.count else { throw .inconsistent("key") }
        return parts
    }

    private mutating func leading() throws(SnapshotError) -> [Int64?] {
        var times: [Int64?] = []
        for _ in layout.leading {
            let time = try reader.fixed(Int64.self)
            times.append(time == .min ? nil : time)
        }
        return times
    }

    private mutating func event() throws(SnapshotError) -> KeyInspection.Event {
        let time = try reader.fixed(Int64.self)
        let ingested = try reader.fixed(Int64.self)
        let offset = try reader.fixed(UInt64.self)
        let sequence = try reader.fixed(UInt64.self)
        _ = try reader.fixed(Int32.self)
        let stream = try stream()
        let raw = try reader.text()
        for _ in 0..<(try reader.count()) {
            if reader.version == 1 { _ = try reader.text() } else { _ = try reader.index(below: names.fields.count, "field") }
            _ = try reader.value(raw: raw, arena: arena)
        }
        arena.removeAll()
        return KeyInspection.Event(
            time: time, ingested: ingested, offset: offset, sequence: sequence, stream: stream, raw: Array(raw))
    }

    private mutating func stream() throws(SnapshotError) -> String? {
        if reader.version == 1 {
            let name = String(decoding: try reader.text(), as: UTF8.self)
            return name.isEmpty ? nil : name
        }
        let id = try reader.index(below: names.streams.count + 1, "stream")
        return id == 0 ? nil : names.streams[id - 1]
    }

    private mutating func binding(_ number: Int, of key: KeyInspection) throws(SnapshotError) -> KeyInspection.Binding {
        let event = try reader.index(below: key.events.count, "event of a binding")
        let previous = try reader.index(below: number + 1, "previous binding")
        let variable = try reader.index(below: layout.variables.count, "variable")
        _ = try reader.index(below: layout.states.count, "step")
        let sequence = key.events[event].sequence
        let before = previous == 0 ? 0 : key.events[key.bindings[previous - 1].event].sequence
        guard before < sequence else { throw .inconsistent("order of bindings") }
        starts.append(previous == 0 ? sequence : starts[previous - 1])
        return KeyInspection.Binding(event: event, previous: previous == 0 ? nil : previous - 1, variable: layout.variables[variable])
    }

    private mutating func attempt(of key: KeyInspection) throws(SnapshotError) -> KeyInspection.Attempt {
        let start = try reader.fixed(UInt64.self)
        let startTime = try reader.fixed(Int64.self)
        let deadline = Self.time(try reader.fixed(Int64.self))
        guard key.attempts.last?.start ?? 0 < start else { throw .inconsistent("order of attempts") }
        var attempt = KeyInspection.Attempt(
            start: start, startTime: startTime, deadline: deadline, leading: try leading(), threads: [])
        for _ in 0..<(try reader.count()) { attempt.threads.append(try thread(of: key, attempt)) }
        return attempt
    }

    private mutating func thread(
        of key: KeyInspection, _ attempt: KeyInspection.Attempt
    ) throws(SnapshotError) -> KeyInspection.Thread {
        let binding = try reader.index(below: key.bindings.count, "binding of a thread")
        guard starts[binding] == attempt.start else { throw .inconsistent("start of a thread") }
        let step = try reader.index(below: layout.states.count, "state")
        let state = layout.states[step]
        _ = try reader.index(below: layout.startEdges, "start edge")
        guard let kind = Thread.Kind(rawValue: try reader.byte()) else { throw .inconsistent("kind of a thread") }
        var thread = KeyInspection.Thread(
            binding: binding, step: step, kind: .live, awaited: [], isUntouched: try reader.byte() == 1, accepted: nil)
        var words: [UInt64] = []
        for _ in 0..<(2 * layout.maskWords + layout.countWords) { words.append(try reader.fixed(UInt64.self)) }
        switch kind {
        case .live:
            for word in 0..<(2 * layout.maskWords) {
                let first = word % layout.maskWords * 64
                let known = max(0, min(64, state.edges.count - first))
                guard known == 64 || words[word] >> UInt64(known) == 0 else { throw .inconsistent("awaited step") }
            }
            let last = key.events[key.bindings[binding].event].time
            for (index, edge) in state.edges.enumerated() where words[index >> 6] >> UInt64(index & 63) & 1 == 1 {
                guard edge.variable != nil || edge.absence != nil || edge.absenceToEnd else { throw .inconsistent("awaited step") }
                thread.awaited.append(awaited(edge, counts: words[(2 * layout.maskWords)...], last: last, startTime: attempt.startTime))
            }
        case .candidate:
            thread.kind = .candidate
            thread.accepted = words.first.map { Int64(bitPattern: $0) }
        case .timedOut: thread.kind = .timedOut
        }
        return thread
    }

    /// As `RuleMachine.expiry(of:)`.
    private func awaited(
        _ edge: RuleLayout.Edge, counts: ArraySlice<UInt64>, last: Int64, startTime: Int64
    ) -> KeyInspection.Awaited {
        let end = layout.within.map { startTime.addingSaturated($0) } ?? .max
        guard edge.variable != nil else {
            var time = edge.absence.map { last.addingSaturated($0) } ?? .min
            if edge.absenceToEnd { time = max(time, end) }
            return KeyInspection.Awaited(edge: edge, opens: nil, expires: Self.time(time))
        }
        var time = end
        if let gap = edge.maximumGap { time = min(time, last.addingSaturated(gap)) }
        for group in edge.groups {
            let start = Int64(bitPattern: counts[counts.startIndex + group.word])
            time = min(time, start.addingSaturated(group.duration))
        }
        // An absence in the middle must be over, so the next event comes later than its end.
        let absence = edge.negations.compactMap(\.duration).max().map { last.addingSaturated($0).addingSaturated(1) }
        let opens = [absence, edge.minimumGap.map { last.addingSaturated($0) }].compactMap(\.self).max()
        return KeyInspection.Awaited(edge: edge, opens: opens, expires: Self.time(time))
    }

    /// As `RuleMachine.settle` and `lastDeadline(of:)`.
    private func deadlines(of key: KeyInspection) -> (first: Int64, last: Int64) {
        let remembered = zip(key.leading, layout.leading).compactMap { time, leading in time?.addingSaturated(leading.reach) }
        let first = (key.attempts.compactMap(\.deadline) + remembered).min() ?? .max
        if key.lag != nil { return (first, .max) }
        let ends = key.attempts.map { attempt in layout.within.map { attempt.startTime.addingSaturated($0) } ?? .max }
        return (first, (ends + remembered).max() ?? .max)
    }

    private static func time(_ time: Int64) -> Int64? { time == .max ? nil : time }
}
