import Foundation
import StateStore
import TestSupport
import Testing

/// What becomes of a directory of RocksDB after crashes, damage and a full disk.
@Suite struct RocksDBTroubleTests {
    private let folder: TemporaryFolder
    private var directory: String { folder.file("state") }

    init() throws { folder = try TemporaryFolder() }

    private func open(_ path: String) throws -> any StateStore {
        var options = StateStoreOptions()
        options.syncs = false
        return try StateStores.open("rocksdb:\(path)", options: options)
    }

    /// A copy of the directory as a crash at this moment would leave it, while the store is open.
    private func crashCopy(_ name: String) throws -> String {
        let copy = folder.file(name)
        try FileManager.default.copyItem(atPath: directory, toPath: copy)
        return copy
    }

    /// The newest file of a kind, which has something in it.
    private func file(_ suffix: String, in directory: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(suffix) }.sorted()
        return try #require(
            names.last { try !Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)")).isEmpty }.map { "\(directory)/\($0)" })
    }

    private func edit(_ path: String, _ change: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        change(&data)
        try data.write(to: URL(fileURLWithPath: path))
    }

    /// The text of `corrupted`, from opening the directory or from reading everything in it.
    private func corruption(in directory: String) throws -> String {
        do {
            let store = try open(directory)
            defer { store.close() }
            for table in try store.tables() { _ = try store.records(table) }
            Issue.record("nothing was found to be damaged")
        } catch StateStoreError.corrupted(let text) {
            return text
        }
        return ""
    }

    private func commit(_ epochs: ClosedRange<Int>, to store: any StateStore) throws {
        for epoch in epochs {
            var batch = StateBatch()
            batch.put(table, key: bytes("epoch"), value: bytes("\(epoch)"))
            batch.put(table, key: bytes("\(epoch)"), value: Array(repeating: UInt8(epoch), count: 1000))
            try store.commit(batch, epoch: UInt64(epoch))
        }
    }

    @Test func aCrashKeepsEveryCommit() throws {
        let store = try open(directory)
        let known = try store.claim(owner: "a", known: nil)
        try commit(1...20, to: store)
        let copy = try open(try crashCopy("copy"))
        #expect(try copy.header()?.epoch == 20)
        #expect(try copy.records(table).count == 21)
        #expect(try copy.claim(owner: "b", known: known) == StateHeader(format: 1, generation: 2, epoch: 20, owner: "b"))
        copy.close()
        store.close()
    }

    @Test func aTornTailIsLeftOut() throws {
        let store = try open(directory)
        _ = try store.claim(owner: "a", known: nil)
        try commit(1...9, to: store)
        let log = try file(".log", in: directory)
        let before = try Data(contentsOf: URL(fileURLWithPath: log)).count
        try commit(10...10, to: store)
        let after = try Data(contentsOf: URL(fileURLWithPath: log)).count
        for (index, length) in [before, before + 1, before + 6, before + 7, before + 500, after - 1, after].enumerated() {
            let copy = try crashCopy("torn-\(index)")
            try edit(try file(".log", in: copy)) { $0 = $0.prefix(length) }
            let torn = try open(copy)
            let epoch = length == after ? 10 : 9
            #expect(try torn.header()?.epoch == UInt64(epoch))
            #expect(try torn.texts()["epoch"] == "\(epoch)")
            #expect(try torn.count(table) == epoch + 1)
            // The commit that was torn is done again.
            _ = try torn.claim(owner: "b", known: nil)
            try commit(epoch + 1...epoch + 1, to: torn)
            torn.close()
        }
        store.close()
    }

    @Test func damageInTheMiddleOfALogIsRefused() throws {
        let store = try open(directory)
        _ = try store.claim(owner: "a", known: nil)
        try commit(1...50, to: store)
        let copy = try crashCopy("copy")
        store.close()
        let log = try file(".log", in: copy)
        try edit(log) { $0[$0.count / 2] ^= 0x20 }
        let text = try corruption(in: copy)
        #expect(text.contains(log))
    }

    /// A length that reaches past the end looks like a torn record.
    @Test func damageOfLengthsAtTheEndOfALogIsRefused() throws {
        let store = try open(directory)
        _ = try store.claim(owner: "a", known: nil)
        try commit(1...5, to: store)
        let log = try file(".log", in: directory)
        var lengths: [Int] = []
        for epoch in 6...8 {
            lengths.append(try Data(contentsOf: URL(fileURLWithPath: log)).count)
            try commit(epoch...epoch, to: store)
        }
        for (index, start) in lengths.enumerated() {
            let copy = try crashCopy("length-\(index)")
            let damaged = try file(".log", in: copy)
            try edit(damaged) { $0[start + 5] ^= 0x40 }
            let text = try corruption(in: copy)
            #expect(text.contains("a record of \(damaged) has a wrong length"))
        }
        store.close()
    }

    @Test func damageInATableFileIsRefused() throws {
        var store = try open(directory)
        _ = try store.claim(owner: "a", known: nil)
        try commit(1...50, to: store)
        store.close()
        // What is in the log when a store is opened goes to a table file.
        store = try open(directory)
        store.close()
        let tableFile = try file(".sst", in: directory)
        try edit(tableFile) { $0[$0.count / 3] ^= 0x20 }
        let text = try corruption(in: directory)
        #expect(text.contains(tableFile))
    }

    @Test func aMissingTableFileIsRefused() throws {
        var store = try open(directory)
        _ = try store.claim(owner: "a", known: nil)
        try commit(1...50, to: store)
        store.close()
        store = try open(directory)
        store.close()
        let tableFile = try file(".sst", in: directory)
        try FileManager.default.removeItem(atPath: tableFile)
        let text = try corruption(in: directory)
        #expect(text.contains(tableFile))
    }

    @Test func aDirectoryThatIsOpenIsRefused() throws {
        let store = try open(directory)
        _ = try store.claim(owner: "a", known: nil)
        let text = unavailable { _ = try open(directory) }
        #expect(text.contains("another process has the state store \(directory) open"))
        store.close()
        try available { try open(directory) }.close()
    }

    @Test func placesThatCannotBeAreRefused() throws {
        func misconfigured(_ body: () throws -> Void) -> String {
            do {
                try body()
            } catch StateStoreError.misconfigured(let text) {
                return text
            } catch {
                return "\(error)"
            }
            return "nothing"
        }
        try folder.write("", to: "file")
        #expect(misconfigured { _ = try open(folder.file("file/state")) }.contains("Not a directory"))
        var options = StateStoreOptions()
        options.isReadOnly = true
        #expect(
            misconfigured { _ = try StateStores.open("rocksdb:\(folder.file("none"))", options: options) }
                == "there is no state store in \(folder.file("none"))")
        #expect(!FileManager.default.fileExists(atPath: folder.file("none")))
        for url in ["postgres://user:secret@host", "redis-cluster://:secret@host", "secret@host"] {
            let text = misconfigured { _ = try StateStores.open(url) }
            #expect(text.contains("is no state store: write memory:") && (url == "secret@host" || !text.contains("secret")), "\(text)")
        }
    }
}
