/// Names of the keys of an engine; they share the hash tag `{NAME}`, so that a cluster keeps them in one slot.
struct RedisStateKeys: Sendable {
    /// HASH with `format`, `generation`, `epoch` and `owner`.
    let meta: String
    /// SET with the names of tables that were ever written.
    let tables: String
    private let tablePrefix: String

    /// The keys of the engine of a name.
    init(name: String) throws(StateStoreError) {
        let isPlain = name.utf8.allSatisfy { byte in
            byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || ".-_".utf8.contains(byte)
        }
        guard !name.isEmpty, isPlain else {
            throw .misconfigured("the name of a state store in Redis is made of letters, digits and . _ -, not \"\(name)\"")
        }
        meta = "fluxcore:{\(name)}:meta"
        tables = "fluxcore:{\(name)}:tables"
        tablePrefix = "fluxcore:{\(name)}:t:"
    }

    /// HASH of a table: field = key of the record, value = its bytes.
    func table(_ table: StateTable) -> String { tablePrefix + table.storedName }
}
