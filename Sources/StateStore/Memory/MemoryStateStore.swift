import Synchronization

/// Keeps state in memory: for replays and tests. It goes away with the process.
public final class MemoryStateStore: StateStore {
    /// What several stores may share, as several processes share a server.
    final class Contents: Sendable {
        struct State: Sendable {
            var header: StateHeader?
            var records: [StateTable: [[UInt8]: [UInt8]]] = [:]
        }

        let state = Mutex(State())
    }

    private let contents: Contents
    private let mine = Mutex<StateHeader?>(nil)

    /// `memory:`.
    public let name = "memory:"

    /// An empty store, or one that has the records of another in common, as a second process would.
    public init(sharing other: MemoryStateStore? = nil) {
        contents = other?.contents ?? Contents()
    }

    /// Takes the store over, as `StateStore` says.
    public func claim(owner: String, known: StateHeader?) throws(StateStoreError) -> StateHeader {
        let header = try contents.state.withLock { (state) throws(StateStoreError) in
            let header = try StateOwnership.claim(over: state.header, owner: owner, known: known)
            state.header = header
            return header
        }
        mine.withLock { $0 = header }
        return header
    }

    /// Writes a batch as one epoch, as `StateStore` says.
    public func commit(_ batch: StateBatch, epoch: UInt64) throws(StateStoreError) {
        guard var header = mine.withLock({ $0 }) else { preconditionFailure("commit before claim") }
        try contents.state.withLock { (state) throws(StateStoreError) in
            if try StateOwnership.isCommitted(epoch: epoch, mine: header, stored: state.header) { return }
            header.epoch = epoch
            header.format = StateFormat.version
            batch.forEach { change in
                switch change {
                case .put(let table, let key, let value): state.records[table, default: [:]][[UInt8](key)] = [UInt8](value)
                case .delete(let table, let key): state.records[table]?[[UInt8](key)] = nil
                case .clear(let table): state.records[table] = nil
                }
            }
            state.header = header
        }
        header.epoch = epoch
        mine.withLock { [header] in $0 = header }
    }

    /// What is committed; nil before the first claim.
    public func header() throws(StateStoreError) -> StateHeader? {
        contents.state.withLock { $0.header }
    }

    /// The tables that have records, by name.
    public func tables() throws(StateStoreError) -> [StateTable] {
        contents.state.withLock { state in state.records.filter { !$0.value.isEmpty }.keys.sorted() }
    }

    /// Shows every record of a table.
    public func scan(
        _ table: StateTable, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        for (key, value) in contents.state.withLock({ $0.records[table] ?? [:] }) {
            let goesOn = key.withUnsafeBytes { key in value.withUnsafeBytes { value in body(key, value) } }
            if !goesOn { return }
        }
    }

    /// How many records a table has.
    public func count(_ table: StateTable) throws(StateStoreError) -> Int {
        contents.state.withLock { $0.records[table]?.count ?? 0 }
    }

    /// A reader of the same records.
    public func makeReader() throws(StateStoreError) -> any StateReader {
        MemoryStateReader(contents)
    }

    /// Does nothing: the records go with the last store or reader that has them.
    public func close() {}
}

/// Reads a `MemoryStateStore`.
private final class MemoryStateReader: StateReader {
    private let contents: MemoryStateStore.Contents

    init(_ contents: MemoryStateStore.Contents) { self.contents = contents }

    func get(_ table: StateTable, keys: [[UInt8]], expected: StateHeader) throws(StateStoreError) -> [[UInt8]?] {
        try contents.state.withLock { (state) throws(StateStoreError) in
            try StateOwnership.check(state.header, expected: expected)
            let records = state.records[table] ?? [:]
            return keys.map { records[$0] }
        }
    }

    func close() {}
}
