import StateStore

/// Reads alerts of one action back from the store. For one thread.
final class OutboxFetcher: @unchecked Sendable {
    // Unchecked: the thread that delivers is the only one that calls it.

    private let store: any StateStore
    private let table: StateTable
    private let expected: @Sendable () -> StateHeader
    private var reader: (any StateReader)?

    /// - Parameter expected: the newest header that is known to be committed.
    init(store: any StateStore, action: String, expected: @escaping @Sendable () -> StateHeader) {
        self.store = store
        table = StateTables.outbox(ofAction: action)
        self.expected = expected
    }

    /// The alerts of these numbers; nil for one that is not there.
    func lines(_ numbers: [UInt64]) throws(StateStoreError) -> [[UInt8]?] {
        try opened().get(table, keys: numbers.map { StateTables.number($0) }, expected: expected())
    }

    private func opened() throws(StateStoreError) -> any StateReader {
        if let reader { return reader }
        let new = try store.makeReader()
        reader = new
        return new
    }

    /// Lets go of the connection.
    func close() {
        reader?.close()
        reader = nil
    }
}
