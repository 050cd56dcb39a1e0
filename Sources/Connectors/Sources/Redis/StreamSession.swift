/// What the reader of a stream keeps from one connection to the next.
struct StreamSession {
    /// Where reading goes on from.
    struct Position {
        /// Everything before it is done with.
        var offset: UInt64
        /// The first entry that may not be.
        var id: StreamEntryID
    }

    /// True until the group was found or made, when it is to begin at the stream's end.
    var startsAtEnd = false
    /// Nil when there is none, or what the group was given behind it has been read again.
    var position: Position?
    /// The last entry that was queued, or that needs no reading.
    var last = StreamEntryID.zero
    /// The last entry that the group was given when the connection was made.
    var delivered = StreamEntryID.zero
    /// Whether `last` was read from the stream, behind the position.
    var isBehindPosition = false
    var hasClaimed = false
    var hasLookedForLoss = false
    /// To be told when everything behind the position has been read.
    var loss = StreamLoss()
    var isDown = false
    /// Entries to ask for.
    var count = 128

    init(_ start: StreamReader.Start) {
        switch start {
        case .group: break
        case .end: startsAtEnd = true
        case .position(let offset):
            position = Position(offset: offset, id: StreamEntryID(notDoneAt: offset))
            // Before the first entry nothing can have been lost.
            hasLookedForLoss = offset == 0
        case .firstEntry: position = Position(offset: 0, id: .zero)
        }
    }

    /// The entry behind which everything is still to be read; nil when only the group knows.
    var floor: StreamEntryID? {
        if let position { return max(last, position.id.predecessor) }
        return last > .zero ? last : nil
    }
}
