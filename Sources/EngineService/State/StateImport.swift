import Connectors
import Glibc
import StateStore

/// Makes a store from the lines of `StateExport`.
///
/// The first commit writes the record `importing` in table `engine`, the last one removes it: a store that has it is half filled, and
/// neither engines nor `StateInspection` use it. An import that was broken off is begun anew by importing again.
public struct StateImport: ~Copyable {
    private static let chunkBytes = 4 << 20
    private static let chunkRecords = 50_000

    private let store: any StateStore
    private var input: LineInput
    private var line = 0
    private var batch = StateBatch()
    private var epoch: UInt64 = 0

    /// Fills the store; returns the number of records.
    ///
    /// - Parameters:
    ///   - file: an export; `-` is standard input.
    ///   - store: opened for writing, and empty: never used, without records, or with those of an import that was broken off.
    public static func read(file: String, into store: any StateStore) throws(StateTransferError) -> Int {
        var transfer = try StateImport(file: file, store: store)
        return try transfer.run()
    }

    private init(file: String, store: any StateStore) throws(StateTransferError) {
        self.store = store
        do throws(LineInput.Failure) { input = try LineInput(file: file) } catch { throw .unreadable(error.message) }
    }

    private mutating func run() throws(StateTransferError) -> Int {
        // Nothing is touched before the file has shown what it is, and nobody is fenced off whose store is not empty.
        let mark = try readHeader()
        try requireEmpty()
        let owner = "import:\(getpid()):\(String(UInt64.random(in: .min ... .max), radix: 16))"
        epoch = try StateExport.storeErrors { () throws(StateStoreError) in try store.claim(owner: owner, known: nil).epoch }
        for table in try requireEmpty() { batch.clear(table) }
        batch.put(StateTables.engine, key: StateTables.importingKey.utf8, value: mark.bytes)
        try commit()
        let records = try readRecords()
        batch.delete(StateTables.engine, key: StateTables.importingKey.utf8)
        try commit()
        return records
    }

    /// The tables that an import left behind that was broken off.
    @discardableResult
    private func requireEmpty() throws(StateTransferError) -> [StateTable] {
        // Asking for the header refuses a store of a later version.
        let tables = try StateExport.storeErrors { () throws(StateStoreError) in
            _ = try store.header()
            return try store.tables()
        }
        var isImporting = tables.isEmpty
        try StateExport.storeErrors { () throws(StateStoreError) in
            try store.scan(StateTables.engine) { key, _ in
                if key.elementsEqual(StateTables.importingKey.utf8) { isImporting = true }
                return !isImporting
            }
        }
        guard isImporting else { throw .notEmpty(store.name) }
        return tables
    }

    /// Where the state comes from, as it is kept in the store meanwhile.
    private mutating func readHeader() throws(StateTransferError) -> StateRecord {
        guard let members = try next(), text("fluxcore", members) == "state" else {
            throw malformed("this is no export of a state store")
        }
        guard members.number("version") == StateExport.version, let format = members.number("format"), format >= 1,
            format <= StateFormat.version
        else {
            throw malformed("a later version of FluxCore wrote it")
        }
        var mark = StateRecord()
        for name in ["format", "generation", "epoch"] { mark.add(name, members.number(name) ?? 0) }
        return mark
    }

    private mutating func readRecords() throws(StateTransferError) -> Int {
        var records = 0
        while let members = try next() {
            if let count = members.number("records") {
                guard count == records else { throw malformed("it counts other records than stand before it") }
                guard try next() == nil else { throw malformed("something stands behind the last line") }
                return records
            }
            guard let table = text("table", members), let key = bytes("key", members), let value = bytes("value", members) else {
                throw malformed("it is no record")
            }
            batch.put(StateTable(table), key: key, value: value)
            records += 1
            if batch.byteCount >= Self.chunkBytes || batch.count >= Self.chunkRecords { try commit() }
        }
        throw malformed("the export ends here, but its last line, which counts the records, is missing")
    }

    private mutating func commit() throws(StateTransferError) {
        epoch += 1
        let (batch, epoch) = (batch, epoch)
        try StateExport.storeErrors { () throws(StateStoreError) in try store.commit(batch, epoch: epoch) }
        self.batch = StateBatch()
    }

    /// The members of the next line; nil at the end.
    private mutating func next() throws(StateTransferError) -> TextObject? {
        var bytes: [UInt8]?
        line += 1
        do throws(LineInput.Failure) { _ = try input.next { bytes = Array($0) } } catch { throw .unreadable(error.message) }
        guard let bytes else { return nil }
        guard let members = try? TextObject(bytes, name: "line") else { throw malformed("it is no JSON object of texts and numbers") }
        return members
    }

    private func bytes(_ name: String, _ members: TextObject) -> [UInt8]? {
        if let text = text(name, members) { return Array(text.utf8) }
        return text(name + "64", members).flatMap { Base64.bytes(of: Array($0.utf8)) }
    }

    private func text(_ name: String, _ members: TextObject) -> String? { (try? members.text(name)) ?? nil }

    private func malformed(_ what: String) -> StateTransferError { .malformed(line: line, what) }
}
