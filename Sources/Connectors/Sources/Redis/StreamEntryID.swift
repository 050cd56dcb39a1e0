/// The id of a stream entry: milliseconds and a number within them.
struct StreamEntryID: Hashable, Comparable, Sendable {
    static let zero = StreamEntryID(milliseconds: 0, sequence: 0)

    /// Numbers from here on share an offset.
    private static let lastSequence: UInt64 = 1 << 20 - 1
    /// Ids from here on share an offset, which leaves one for what lies behind it.
    private static let lastOffset = UInt64.max - 1

    var milliseconds: UInt64
    var sequence: UInt64

    /// As Redis writes it.
    var text: String { "\(milliseconds)-\(sequence)" }

    /// The entry's offset: milliseconds times 2^20, plus the number as far as it is below 2^20. Ids in order have offsets in
    /// order; only beyond a million entries in a millisecond, or after the year 2500, do entries share one.
    var offset: UInt64 {
        milliseconds >> 44 > 0 ? Self.lastOffset : min(milliseconds << 20 | min(sequence, Self.lastSequence), Self.lastOffset)
    }

    /// The greatest id before it; itself when it is the least.
    var predecessor: StreamEntryID {
        if sequence > 0 { return StreamEntryID(milliseconds: milliseconds, sequence: sequence - 1) }
        return milliseconds > 0 ? StreamEntryID(milliseconds: milliseconds - 1, sequence: .max) : self
    }

    /// The least id behind it; nil when it is the greatest.
    var successor: StreamEntryID? {
        if sequence < .max { return StreamEntryID(milliseconds: milliseconds, sequence: sequence + 1) }
        return milliseconds < .max ? StreamEntryID(milliseconds: milliseconds + 1, sequence: 0) : nil
    }

    static func < (left: StreamEntryID, right: StreamEntryID) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }
}

extension StreamEntryID {
    /// Reads `MILLISECONDS-SEQUENCE`.
    init?(_ text: UnsafeRawBufferPointer) { self.init(text: String(decoding: text, as: UTF8.self)) }

    /// Reads `MILLISECONDS-SEQUENCE`.
    init?(text: String) {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1]) else { return nil }
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    /// The least id that may not be done with when everything before an offset is. Of ids that share the offset before it
    /// some may not be, so it is the first of them.
    init(notDoneAt offset: UInt64) {
        let before = offset == 0 ? 0 : offset - 1
        let isShared = before & Self.lastSequence == Self.lastSequence || before >= Self.lastOffset
        let first = isShared ? before : offset
        self.init(milliseconds: first >> 20, sequence: first & Self.lastSequence)
    }
}
