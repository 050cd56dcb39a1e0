import EventEngine
import StateStore
import TestSupport
import Testing

@testable import EngineService

/// Moving state, and the small formats that it takes.
@Suite struct StateTransferTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func filled() throws -> MemoryStateStore {
        let store = MemoryStateStore()
        let header = try store.claim(owner: "test", known: nil)
        var batch = StateBatch()
        var clock = StateRecord()
        clock.add("clock", 5)
        batch.put(StateTables.engine, key: "clock".utf8, value: clock.bytes)
        // Every byte, as key and as value, empty ones, and text that JSON escapes.
        for byte in UInt8.min...UInt8.max {
            batch.put(StateTable("bytes"), key: [byte], value: [byte, 0, byte, 0xFF].prefix(Int(byte) % 5))
        }
        batch.put(StateTable("t:ä \"x\""), key: "\u{0}\n\u{1F600}\\\"".utf8, value: [])
        batch.put(StateTable("t:ä \"x\""), key: [], value: "x".utf8)
        try store.commit(batch, epoch: header.epoch + 1)
        return store
    }

    private static func records(_ store: any StateStore) throws -> [String: [[UInt8]: [UInt8]]] {
        var records: [String: [[UInt8]: [UInt8]]] = [:]
        for table in try store.tables() {
            try store.scan(table) { key, value in
                records[table.name, default: [:]][Array(key)] = Array(value)
                return true
            }
        }
        return records
    }

    private func export(_ store: any StateStore) throws -> String {
        let file = folder.file("export.ndjson")
        _ = try StateExport.write(store, to: BufferedOutput(file: file))
        return try folder.text(of: "export.ndjson")
    }

    @Test func everyByteSurvives() throws {
        let store = try Self.filled()
        let text = try export(store)
        let copy = MemoryStateStore()
        #expect(try StateImport.read(file: folder.file("export.ndjson"), into: copy) == 259)
        #expect(try Self.records(copy) == Self.records(store))
        #expect(try copy.header()?.format == StateFormat.version)
        #expect(try export(copy).split(separator: "\n").dropFirst().sorted() == text.split(separator: "\n").dropFirst().sorted())
    }

    /// Wherever the file ends, the store is left with the mark, is refused, and can be filled anew.
    @Test func aFileThatEndsTooEarlyLeavesTheMark() throws {
        let store = try Self.filled()
        let lines = try export(store).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let file = folder.file("cut.ndjson")
        let copy = MemoryStateStore()
        for count in [1, 2, 100, lines.count - 2] {
            try folder.write(lines.prefix(count).joined(separator: "\n"), to: "cut.ndjson")
            let error = #expect(throws: StateTransferError.self) { _ = try StateImport.read(file: file, into: copy) }
            #expect(
                error?.description
                    == "line \(count + 1) of the export: the export ends here, but its last line, which counts the records, is missing")
            let refused = #expect(throws: StateStoreError.self) { _ = try StateInspection(copy) }
            #expect(refused == StateTables.unfinishedImport(into: "memory:"))
            let records = try Self.records(copy)
            #expect(records["engine"]?[Array("importing".utf8)] != nil)
        }
        #expect(try StateImport.read(file: folder.file("export.ndjson"), into: copy) == 259)
        #expect(try Self.records(copy) == Self.records(store))
        let full = #expect(throws: StateTransferError.self) {
            _ = try StateImport.read(file: folder.file("export.ndjson"), into: copy)
        }
        #expect(full?.description == "the state store memory: holds state already; state is imported into an empty store only")
    }

    @Test(arguments: [
        (#"{"table":"t","key":"k"}"#, "it is no record"),
        (#"{"table":"t","key64":"a","value":""}"#, "it is no record"),
        (#"{"table":"t","key":"k","value":"#, "it is no JSON object of texts and numbers"),
        (#"{"table":"t","key":"k","value":""} x"#, "it is no JSON object of texts and numbers"),
        ("", "it is no JSON object of texts and numbers"),
        (#"{"records":7}"#, "it counts other records than stand before it"),
    ])
    func linesThatAreNoneAreRefused(line: String, message: String) throws {
        let file = folder.file("bad.ndjson")
        try folder.write(#"{"fluxcore":"state","version":1,"format":1,"generation":1,"epoch":1}"# + "\n" + line + "\n", to: "bad.ndjson")
        let error = #expect(throws: StateTransferError.self) { _ = try StateImport.read(file: file, into: MemoryStateStore()) }
        #expect(error?.description == "line 2 of the export: \(message)")
    }

    /// Before anything is written.
    @Test(arguments: [#""version":2,"format":1"#, #""version":1,"format":99"#])
    func laterExportsAreRefused(versions: String) throws {
        try folder.write(#"{"fluxcore":"state",\#(versions),"generation":1,"epoch":1}"# + "\n", to: "later.ndjson")
        let store = MemoryStateStore()
        let error = #expect(throws: StateTransferError.self) { _ = try StateImport.read(file: folder.file("later.ndjson"), into: store) }
        #expect(error?.description == "line 1 of the export: a later version of FluxCore wrote it")
        #expect(try store.header() == nil)
    }

    @Test func nothingIsExportedOfAnEmptyStore() throws {
        let error = #expect(throws: StateTransferError.self) {
            _ = try StateExport.write(MemoryStateStore(), to: BufferedOutput(file: folder.file("none.ndjson")))
        }
        #expect(error?.description == "the state store memory: is empty: no engine has used it")
    }

    @Test func linesOfAnyLengthAreRead() throws {
        let lines = ["", "a", String(repeating: "x", count: 700_000), "", String(repeating: "é", count: 300_000), "last"]
        try folder.write(lines.joined(separator: "\n"), to: "lines")
        var input = try LineInput(file: folder.file("lines"))
        var read: [String] = []
        while try input.next({ read.append(String(decoding: $0, as: UTF8.self)) }) {}
        #expect(read == lines)
    }
}
