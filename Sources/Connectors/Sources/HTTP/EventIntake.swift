import Synchronization

/// Events that are pushed to a source over HTTP, between the server that takes them and the thread that reads them: a bounded
/// queue of bytes with offsets that go on over restarts. From any thread.
///
/// What is accepted is in memory only. It is durable once a checkpoint contains it, which `isDurable` tells; until then it is kept, for a
/// source that takes the place of another in the same process.
public final class EventIntake: Sendable, Equatable {
    /// What became of an offer.
    public enum Offer: Sendable, Equatable {
        /// Taken; `end` is the offset behind it.
        case accepted(end: UInt64)
        /// The queue has no room now.
        case full
        /// More than the queue can ever hold.
        case tooLarge
        /// The source is not open yet, or does not take anything any more.
        case closed
    }

    /// What the queue holds and has seen.
    public struct Figures: Sendable {
        /// Bytes that nobody has read.
        public var waiting = 0
        /// Bytes taken since the start.
        public var accepted = 0
        /// Offers refused since the start for want of room.
        public var refused = 0
    }

    private struct State {
        /// Bytes that are in no checkpoint, or in one that has not been told of; the first begins at `start`.
        var chunks: [[UInt8]] = []
        var start: UInt64 = 0
        /// Index of the first chunk that is not read to its end, and how much of it is.
        var head = 0, consumed = 0
        /// Offset behind what was accepted; nil before the source is open.
        var end: UInt64?
        /// Everything before it was given to the service, as events or as malformed.
        var delivered: UInt64 = 0
        /// Everything before it is in a checkpoint.
        var committed: UInt64 = 0
        var isClosed = false
        var figures = Figures()

        /// Reads on at an offset that is kept, or as near behind it as there is something.
        mutating func seek(_ offset: UInt64) {
            head = 0
            consumed = 0
            var place = start
            while head < chunks.count, place + UInt64(chunks[head].count) <= offset {
                place += UInt64(chunks[head].count)
                head += 1
            }
            if head < chunks.count, offset > place { consumed = Int(offset - place) }
            figures.waiting = chunks[head...].reduce(0) { $0 + $1.count } - consumed
        }

        /// Lets go of chunks that have been read and lie before what is committed.
        mutating func forget() {
            var count = 0
            while count < head, start + UInt64(chunks[count].count) <= committed {
                start += UInt64(chunks[count].count)
                count += 1
            }
            chunks.removeFirst(count)
            head -= count
        }
    }

    /// The source's name.
    public let name: String
    /// Bytes that may wait.
    public let capacity: Int
    private let state = Mutex(State())

    /// An empty queue.
    public init(name: String, capacity: Int) {
        self.name = name
        self.capacity = capacity
    }

    /// Takes whole lines, all of them or none; a last line without end gets one.
    public func offer(_ lines: [UInt8]) -> Offer {
        var lines = lines
        if let last = lines.last, last != UInt8(ascii: "\n") { lines.append(UInt8(ascii: "\n")) }
        return state.withLock { state in
            guard var end = state.end, !state.isClosed else { return .closed }
            guard lines.count <= capacity else { return .tooLarge }
            guard state.figures.waiting + lines.count <= capacity else {
                state.figures.refused += 1
                return .full
            }
            end += UInt64(lines.count)
            state.end = end
            state.figures.waiting += lines.count
            state.figures.accepted += lines.count
            if !lines.isEmpty { state.chunks.append(lines) }
            return .accepted(end: end)
        }
    }

    /// Whether everything before `end` is in a checkpoint: no crash loses it any more.
    public func isDurable(_ end: UInt64) -> Bool { state.withLock { $0.committed >= end } }

    /// Whether everything that was accepted has been given to the service.
    public var isDelivered: Bool { state.withLock { $0.delivered >= $0.end ?? 0 } }

    /// Takes nothing any more; what waits can still be read.
    public func close() { state.withLock { $0.isClosed = true } }

    /// What it holds and has seen.
    public var figures: Figures { state.withLock { $0.figures } }

    /// Two are equal when they are the same.
    public static func == (left: EventIntake, right: EventIntake) -> Bool { left === right }

    /// Begins to take events, whose first has this offset; or, when it is open, gives once more what came from there on.
    func open(at offset: UInt64) {
        state.withLock { state in
            if state.end == nil {
                state.start = offset
                state.end = offset
            }
            state.delivered = offset
            state.committed = max(state.committed, offset)
            state.seek(offset)
        }
    }

    /// Everything before `offset` was given to the service.
    func delivered(_ offset: UInt64) { state.withLock { $0.delivered = offset } }

    /// Everything before `offset` is in a checkpoint.
    func committed(_ offset: UInt64) {
        state.withLock { state in
            state.committed = max(state.committed, offset)
            state.forget()
        }
    }

    /// Reads at most `count` bytes in order; 0 when none wait.
    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) -> Int {
        state.withLock { state in
            var read = 0
            while read < count, state.head < state.chunks.count {
                let chunk = state.chunks[state.head]
                let part = min(count - read, chunk.count - state.consumed)
                chunk.withUnsafeBufferPointer { (bytes + read).update(from: $0.baseAddress! + state.consumed, count: part) }
                read += part
                state.consumed += part
                if state.consumed == chunk.count {
                    state.head += 1
                    state.consumed = 0
                }
            }
            state.figures.waiting -= read
            return read
        }
    }
}
