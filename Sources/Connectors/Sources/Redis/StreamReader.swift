import Glibc
import RedisClient
import Synchronization

/// Reads one stream in a thread of its own, as far ahead as its queue has room.
final class StreamReader: Sendable {
    private struct State {
        var batches: [StreamBatch] = []
        var queuedBytes = 0
        /// To be acknowledged, and not yet known to be.
        var acknowledged: [StreamEntryID] = []
        var notices: [SourceNotice] = []
        var isStopped = false
    }

    /// Bytes that wait to be taken before reading pauses.
    private static let queueLimit = 4 << 20
    /// A reply of more bytes makes the next request ask for fewer entries.
    private static let replyLimit = 1 << 20
    private static let maximumCount = 1024

    /// Where reading begins.
    enum Start {
        /// With what is pending for the consumer, and then what is new for the group.
        case group
        /// The same, but a group that is not there begins at the stream's end.
        case end
        /// With the first entry of the stream, whatever the group was given: what a position told is lost.
        case firstEntry
        /// With what is behind a position: everything before this offset is in the checkpoint.
        case position(UInt64)
    }

    let key: String
    private let settings: RedisStreamSettings
    private let url: RedisURL
    private let group: StreamGroup
    private let field: [UInt8]?
    private let start: Start
    private let state = Mutex(State())

    init(key: String, settings: RedisStreamSettings, url: RedisURL, start: Start) {
        self.key = key
        self.settings = settings
        self.url = url
        self.start = start
        group = StreamGroup(key: key, name: settings.group, consumer: settings.consumer)
        field = settings.field.map { Array($0.utf8) }
    }

    /// The next entries, in order; nil when there are none now. From any thread.
    func take() -> StreamBatch? {
        state.withLock { state in
            guard !state.batches.isEmpty else { return nil }
            let batch = state.batches.removeFirst()
            state.queuedBytes -= batch.bytes.count
            return batch
        }
    }

    /// Has entries acknowledged, in time. From any thread.
    func acknowledge(_ ids: [StreamEntryID]) { state.withLock { $0.acknowledged += ids } }

    /// What is to be told since the last call. From any thread.
    func takeNotices() -> [SourceNotice] {
        state.withLock { state in
            defer { state.notices = [] }
            return state.notices
        }
    }

    /// Makes `run` return soon; entries to be acknowledged are, if the server is there.
    func stop() { state.withLock { $0.isStopped = true } }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Reads until it is stopped. Blocks its thread.
    func run() {
        let connector = RedisConnector(url)
        var session = StreamSession(start)
        var backoff: UInt32 = 50
        while !isStopped {
            do throws(RedisError) {
                let connection = try connector.connect(key: key)
                defer { connection.close() }
                try prepare(connection, &session)
                if session.isDown { tell(.reconnected(server: url.redacted)) }
                session.isDown = false
                backoff = 50
                try read(connection, &session)
            } catch {
                if !session.isDown, !isStopped { tell(.disconnected(server: url.redacted, reason: error.description)) }
                session.isDown = true
                var left = backoff
                while left > 0, !isStopped {
                    usleep(10_000)
                    left -= min(left, 10)
                }
                backoff = min(backoff * 2, 2000)
            }
        }
    }

    /// Puts the group where it must be, and finds out whether the stream still has what is to be read.
    private func prepare(_ connection: RedisConnection, _ session: inout StreamSession) throws(RedisError) {
        let floor = session.floor
        let isNew = try group.create(connection, from: floor?.text ?? (session.startsAtEnd ? "$" : "0"))
        if isNew, floor == nil, session.startsAtEnd {
            // A position then says where the end was, even if nothing has come since.
            let passed = try group.status(connection).last
            if passed > .zero { state.withLock { $0.batches.append(StreamBatch(passed: passed)) } }
            session.last = passed
        }
        session.startsAtEnd = false
        if !session.hasClaimed, let idle = settings.claimIdle { try group.claim(connection, idle: idle) { !isStopped } }
        session.hasClaimed = true
        guard let floor else { return }
        let status = try group.status(connection)
        if let position = session.position, !session.hasLookedForLoss {
            let stream = try group.streamStatus(connection)
            session.loss = try stream.loss(at: position.offset, group: status) { (id) throws(RedisError) in
                try !group.pending(connection, from: id, through: id).isEmpty
            }
            session.hasLookedForLoss = true
        }
        // What was read already must not be new for a group that was made or set anew, or lost its last moments.
        if status.last < floor { try group.move(connection, to: floor) }
        session.delivered = max(status.last, floor)
    }

    /// Reads what the consumer or the group was given before, and then what is new.
    private func read(_ connection: RedisConnection, _ session: inout StreamSession) throws(RedisError) {
        var isCaughtUp = false
        while !isStopped {
            try sendAcknowledgements(connection)
            if state.withLock({ $0.queuedBytes >= Self.queueLimit }) {
                usleep(2000)
                continue
            }
            if isCaughtUp {
                queue(try readGroup(connection, after: ">", count: session.count), &session)
            } else if let position = session.position {
                if session.last < position.id.predecessor {
                    try readDone(connection, &session, before: position.id)
                } else {
                    isCaughtUp = try readAgain(connection, &session)
                }
            } else {
                // Behind the last entry there may be some that were in a lost reply.
                let batch = try readGroup(connection, after: session.last.text, count: session.count)
                isCaughtUp = batch.last == nil
                queue(batch, &session)
            }
        }
        try sendAcknowledgements(connection)
    }

    /// Reads what is pending for the consumer though it is before the position: it has only to be acknowledged, whether the
    /// stream still has it or not.
    private func readDone(
        _ connection: RedisConnection, _ session: inout StreamSession, before position: StreamEntryID
    ) throws(RedisError) {
        var batch = try readGroup(connection, after: session.last.text, count: session.count)
        let isOver = batch.last.map { $0 >= position } ?? true
        batch.removeEntries(from: position)
        queue(batch, &session, tellsTrimmed: false)
        if isOver { session.last = position.predecessor }
    }

    /// Reads from the stream what the group was given behind the position, acknowledged or not. True when that was all.
    private func readAgain(_ connection: RedisConnection, _ session: inout StreamSession) throws(RedisError) -> Bool {
        let anchor = session.last
        guard let first = anchor.successor, first <= session.delivered else {
            endReadingAgain(&session)
            return true
        }
        // The entry before comes too: while it is there, no trimming has passed it.
        var batch = try StreamBatch(
            connection, key: key, from: anchor.text, through: session.delivered.text, count: session.count + 1, field: field)
        let isLast = batch.entries.count <= session.count
        let reached = isLast ? session.delivered : batch.last ?? anchor
        let isTrimmed = session.isBehindPosition && batch.entries.first?.id != anchor
        batch.removeEntries(through: anchor)
        let there = Set(batch.entries.lazy.map(\.id))
        batch.append(trimmed: try group.pending(connection, from: first, through: reached).filter { !there.contains($0) })
        if !batch.trimmed.isEmpty {
            session.loss.isPossible = false
        } else if isTrimmed {
            session.loss.isPossible = true
        }
        queue(batch, &session)
        session.last = reached
        session.isBehindPosition = true
        if isLast { endReadingAgain(&session) }
        return isLast
    }

    private func endReadingAgain(_ session: inout StreamSession) {
        session.position = nil
        if session.loss.unread > 0 { tell(.trimmed(stream: key, entries: session.loss.unread)) }
        if session.loss.isPossible { tell(.trimmed(stream: key, entries: nil)) }
    }

    private func readGroup(_ connection: RedisConnection, after id: String, count: Int) throws(RedisError) -> StreamBatch {
        var commands = RedisCommandBuffer()
        commands.append(
            "XREADGROUP", "GROUP", settings.group, settings.consumer, "COUNT", String(count), "BLOCK", blockTime, "STREAMS", key, id)
        try connection.send(commands)
        return try connection.withReply { (reply) throws(RedisError) in
            if let error = reply.error { throw error }
            return StreamBatch(reply, field: field)
        }
    }

    /// Milliseconds that the server waits for entries: shorter than the connection's timeout, and so that acknowledgements and
    /// the end wait no longer.
    private var blockTime: String {
        let limit = url.options.commandTimeout / 2
        return String(max(1, min(50, limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000)))
    }

    private func queue(_ batch: StreamBatch, _ session: inout StreamSession, tellsTrimmed: Bool = true) {
        if batch.bytes.count > Self.replyLimit {
            session.count = max(1, session.count / 2)
        } else {
            session.count = min(Self.maximumCount, session.count * 2)
        }
        if let last = batch.last { session.last = last }
        state.withLock { state in
            if !batch.trimmed.isEmpty {
                state.acknowledged += batch.trimmed
                if tellsTrimmed { state.notices.append(.trimmed(stream: key, entries: batch.trimmed.count)) }
            }
            guard !batch.entries.isEmpty else { return }
            state.queuedBytes += batch.bytes.count
            state.batches.append(batch)
        }
    }

    /// Acknowledging twice does no harm, so what has no answer yet is sent again over the next connection.
    private func sendAcknowledgements(_ connection: RedisConnection) throws(RedisError) {
        let ids = state.withLock { $0.acknowledged }
        var commands = RedisCommandBuffer()
        for start in stride(from: 0, to: ids.count, by: 1000) {
            let part = ids[start..<min(start + 1000, ids.count)]
            commands.begin(arguments: 3 + part.count)
            for argument in ["XACK", key, settings.group] { commands.argument(argument) }
            for id in part { commands.argument(id.text) }
        }
        guard commands.commandCount > 0 else { return }
        try connection.send(commands)
        for _ in 0..<commands.commandCount {
            if case .error(let message) = try connection.receive() { throw RedisError(reply: message) }
        }
        state.withLock { $0.acknowledged.removeFirst(ids.count) }
    }

    private func tell(_ notice: SourceNotice) { state.withLock { $0.notices.append(notice) } }
}
