/// Where an engine's state is kept while nobody runs it: records by table and key, changed by atomic commits.
///
/// The port of design section 9; adapters are `memory`, `rocksdb` and `redis`. A store knows nothing of what the records
/// mean. Every commit carries the (generation, epoch) pair: `claim` takes the next generation, which fences off whoever had
/// the store before, and each commit is the next epoch of it. Calls may come from any thread, one at a time; what reads
/// beside a running commit does so through a `StateReader` of its own.
public protocol StateStore: AnyObject, Sendable {
    /// The store as in the configuration, without secrets.
    var name: String { get }

    /// Takes the store over: raises the generation and writes `owner` beside it, atomically. From then on commits of every
    /// earlier owner are refused with `fenced`. A store that is new has epoch 0 and no records. The header keeps the format of the
    /// records that are there: the first commit after it must write records of an older format anew, since every commit says
    /// `StateFormat.version`. When the outcome is not known (`unavailable`), claim again.
    ///
    /// - Parameters:
    ///   - owner: a text that no other process uses, such as `host:pid:random`.
    ///   - known: what this process knows was acknowledged when it had the store before; nil: nothing. A store that has
    ///     less is `behind`, one that another owner has claimed since is `fenced`.
    func claim(owner: String, known: StateHeader?) throws(StateStoreError) -> StateHeader

    /// Writes a batch as `epoch`, all of it or nothing, durably. `epoch` is one more than the last.
    ///
    /// Idempotent: when the outcome is not known (`unavailable`), the same call again either does the work or finds it done,
    /// by the epoch in the store.
    func commit(_ batch: StateBatch, epoch: UInt64) throws(StateStoreError)

    /// What is committed; nil for a store that nobody has claimed yet. Changes nothing.
    func header() throws(StateStoreError) -> StateHeader?

    /// The tables that have records, in order of name.
    func tables() throws(StateStoreError) -> [StateTable]

    /// Shows every record of a table, in no particular order; the bytes are valid during the call of `body`. Stops when
    /// `body` returns false. Reads what is committed. While another process commits, a record may be shown twice or be of
    /// a later commit than others. `body` must not call the store.
    func scan(_ table: StateTable, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool)
        throws(StateStoreError)

    /// How many records a table has.
    func count(_ table: StateTable) throws(StateStoreError) -> Int

    /// A reader for another thread, with a connection of its own.
    func makeReader() throws(StateStoreError) -> any StateReader

    /// Lets go of connections, files and locks. Nothing may be called afterwards.
    func close()
}

/// Reads single records while another thread commits. For one thread.
public protocol StateReader: AnyObject {
    /// The values of some keys of a table as last committed, in the order of the keys; nil where there is none.
    ///
    /// `expected` is the newest header that the caller knows was acknowledged: a store that has less is `behind`, one that
    /// another owner has claimed is `fenced`; nothing is returned from either.
    func get(_ table: StateTable, keys: [[UInt8]], expected: StateHeader) throws(StateStoreError) -> [[UInt8]?]

    /// Lets go of the connection.
    func close()
}

/// The name of a table: letters, digits and `. _ - :` (others are escaped by the store that cannot take them).
public struct StateTable: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name.
    public let name: String

    /// A table of that name.
    public init(_ name: String) { self.name = name }

    /// The name.
    public var description: String { name }

    /// Order of name.
    public static func < (left: StateTable, right: StateTable) -> Bool { left.name < right.name }
}

/// What a store says of itself.
public struct StateHeader: Equatable, Sendable {
    /// Layout of tables and records in the store; `StateFormat.version` for what this program writes.
    public var format: Int
    /// Fencing token: raised by every `claim`.
    public var generation: UInt64
    /// Number of the last commit.
    public var epoch: UInt64
    /// Who claimed it last.
    public var owner: String

    /// A header of these parts.
    public init(format: Int, generation: UInt64, epoch: UInt64, owner: String) {
        self.format = format
        self.generation = generation
        self.epoch = epoch
        self.owner = owner
    }
}

/// The version of the layout in which stores keep tables and records.
public enum StateFormat {
    /// The version that is written. Stores of a later one are refused.
    public static let version = 1
}
