import EventEngine
import StateStore

/// The state of an evicted key as the store has it; `bytes` is nil when it has none.
struct FetchedState: Sendable {
    let request: Shard.FetchRequest
    let bytes: [UInt8]?
}

/// A thread that gets evicted keys back from the store, beside the commits, many at a time.
final class StateFetcher: @unchecked Sendable {
    // Unchecked: the reader is touched by the fetcher's own thread only.

    private enum Message {
        case fetch([Shard.FetchRequest], Worker)
        case stop
    }

    private let mailbox = Mailbox<Message>()
    private let reader: any StateReader
    private let tables: [StateTable]
    private let expected: @Sendable () -> StateHeader
    private let failed: @Sendable (StateStoreError) -> Void
    private let retry: @Sendable (_ error: StateStoreError, _ isFirst: Bool) -> Bool

    /// - Parameters:
    ///   - tables: of partial matches, by rule.
    ///   - expected: the newest header that is known to be committed.
    ///   - retry: called when the store cannot be reached, waits a while; false: give up.
    ///   - failed: called when it cannot go on.
    init(
        reader: any StateReader, tables: [StateTable], expected: @escaping @Sendable () -> StateHeader,
        retry: @escaping @Sendable (_ error: StateStoreError, _ isFirst: Bool) -> Bool,
        failed: @escaping @Sendable (StateStoreError) -> Void
    ) {
        self.reader = reader
        self.tables = tables
        self.expected = expected
        self.retry = retry
        self.failed = failed
    }

    /// Asks for states; they come to the worker's mailbox as urgent messages.
    func request(_ requests: [Shard.FetchRequest], for worker: Worker) { mailbox.put(.fetch(requests, worker)) }

    /// Ends the thread.
    func stop() { mailbox.putUrgent(.stop) }

    /// The thread's body.
    func run() {
        while case .fetch(let requests, let worker) = mailbox.take() {
            let byRule = Dictionary(grouping: requests, by: \.rule)
            for (rule, requests) in byRule {
                guard let states = fetch(requests, from: tables[rule]) else { return reader.close() }
                worker.mailbox.putUrgent(.fetched(states))
            }
        }
        reader.close()
    }

    private func fetch(_ requests: [Shard.FetchRequest], from table: StateTable) -> [FetchedState]? {
        let keys = requests.map { RecordKey.text(of: $0.key) }
        var isFirst = true
        while true {
            do throws(StateStoreError) {
                let values = try reader.get(table, keys: keys, expected: expected())
                return zip(requests, values).map { FetchedState(request: $0, bytes: $1) }
            } catch {
                if case .unavailable = error, retry(error, isFirst) {
                    isFirst = false
                    continue
                }
                failed(error)
                return nil
            }
        }
    }
}
