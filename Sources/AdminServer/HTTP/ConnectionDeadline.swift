import NIOCore

/// Closes a connection when its time is over, unless it is ended before.
struct ConnectionDeadline: Sendable {
    /// So long a client has to read an answer before a connection on which it still sends is closed.
    private static let grace = TimeAmount.milliseconds(300)

    private let channel: any Channel
    private let closing: Scheduled<Void>

    /// The time begins now.
    init(_ channel: any Channel, after time: TimeAmount) {
        self.channel = channel
        closing = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    /// The time does not count any more; `closes`: the connection is closed in a moment all the same.
    func end(closes: Bool) {
        closing.cancel()
        if closes { _ = channel.eventLoop.scheduleTask(in: Self.grace) { [channel] in channel.close(promise: nil) } }
    }
}
