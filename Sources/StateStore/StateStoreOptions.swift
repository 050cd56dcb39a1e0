/// How a store is opened.
public struct StateStoreOptions: Sendable, Equatable {
    /// RocksDB: every commit is on the disk before it returns. Otherwise it outlives the process but not the machine.
    public var syncs = true
    /// Nothing is claimed or written: for looking into a store, also one that a running engine has open.
    public var isReadOnly = false
    /// Redis: the name of the engine in its keys, unless the URL says `?name=`. Letters, digits and `. _ -`.
    public var name = "default"

    /// Commits are synced, for reading and writing, the name is `default`.
    public init() {}
}
