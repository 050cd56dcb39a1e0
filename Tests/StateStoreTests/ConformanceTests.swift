import Foundation
import StateStore
import TestSupport
import Testing

/// What every store does, whatever it is made of.
@Suite struct ConformanceTests {
    @Test(arguments: StoreKind.allCases) func aClaimRaisesTheGeneration(_ kind: StoreKind) throws {
        let place = try kind.place()
        let first = try place.open()
        #expect(try first.header() == nil)
        #expect(try first.tables() == [])
        #expect(try first.claim(owner: "host a:1", known: nil) == StateHeader(format: 1, generation: 1, epoch: 0, owner: "host a:1"))
        #expect(try first.header() == StateHeader(format: 1, generation: 1, epoch: 0, owner: "host a:1"))
        try first.commit(batch(["k": "v"]), epoch: 1)
        try first.commit(StateBatch(), epoch: 2)
        first.close()
        let second = try place.open()
        #expect(try second.header() == StateHeader(format: 1, generation: 1, epoch: 2, owner: "host a:1"))
        #expect(try second.claim(owner: "b", known: nil) == StateHeader(format: 1, generation: 2, epoch: 2, owner: "b"))
        #expect(try second.texts() == ["k": "v"])
        try second.commit(batch(["k": "w"]), epoch: 3)
        #expect(try second.header() == StateHeader(format: 1, generation: 2, epoch: 3, owner: "b"))
        second.close()
    }

    @Test(arguments: StoreKind.allCases) func whoWasSupersededWritesNothing(_ kind: StoreKind) throws {
        let place = try kind.place()
        guard place.canBeOpenedTwice else { return }
        let old = try place.open()
        let new = try place.open()
        _ = try old.claim(owner: "old", known: nil)
        try old.commit(batch(["k": "1"]), epoch: 1)
        _ = try new.claim(owner: "new", known: nil)
        for _ in 0..<2 {
            #expect(throws: StateStoreError.fenced(owner: "new", generation: 2)) { try old.commit(batch(["k": "2"]), epoch: 2) }
        }
        try new.commit(batch(["k": "3"]), epoch: 2)
        #expect(throws: StateStoreError.fenced(owner: "new", generation: 2)) { try old.commit(batch(["k": "2"]), epoch: 2) }
        #expect(try old.texts() == ["k": "3"])
        #expect(try old.header()?.epoch == 2)
    }

    @Test(arguments: StoreKind.allCases) func aCommitIsDoneOnce(_ kind: StoreKind) throws {
        let store = try kind.place().open()
        _ = try store.claim(owner: "a", known: nil)
        try store.commit(batch(["k": "1", "l": "1"]), epoch: 1)
        try store.commit(batch(["k": "again"]), epoch: 1)
        #expect(try store.texts() == ["k": "1", "l": "1"])
        try store.commit(batch(["k": "2"]), epoch: 2)
        #expect(try store.texts() == ["k": "2", "l": "1"])
    }

    @Test(arguments: StoreKind.allCases) func whatIsKnownToBeLostIsSaid(_ kind: StoreKind) throws {
        let place = try kind.place()
        let store = try place.open()
        let known = StateHeader(format: 1, generation: 1, epoch: 7, owner: "a")
        #expect(throws: StateStoreError.behind(acknowledged: known, found: nil)) { _ = try store.claim(owner: "a", known: known) }
        #expect(try store.header() == nil)
        let claimed = try store.claim(owner: "a", known: nil)
        try store.commit(StateBatch(), epoch: 1)
        let found = StateHeader(format: 1, generation: 1, epoch: 1, owner: "a")
        #expect(throws: StateStoreError.behind(acknowledged: known, found: found)) { _ = try store.claim(owner: "a", known: known) }
        #expect(try store.header() == found)
        #expect(claimed.epoch == 0)
        #expect(try store.claim(owner: "a", known: found).generation == 2)
        // A claim of one's own whose answer was lost is no other owner.
        #expect(try store.claim(owner: "a", known: found).generation == 3)
        #expect(throws: StateStoreError.fenced(owner: "a", generation: 3)) { _ = try store.claim(owner: "b", known: found) }
        #expect(try store.header()?.owner == "a")
    }

    @Test(arguments: StoreKind.allCases) func ofSeveralChangesTheLastCounts(_ kind: StoreKind) throws {
        let store = try kind.place().open()
        _ = try store.claim(owner: "a", known: nil)
        var generator = Numbers(seed: 7)
        var model: [StateTable: [[UInt8]: [UInt8]]] = [:]
        let tables = ["t", "u"].map { StateTable($0) }
        for epoch in 1...6 {
            var batch = StateBatch()
            for step in 0..<2000 {
                let table = tables[generator.next(200) == 0 ? 1 : 0]
                let key = bytes("key \(generator.next(epoch % 2 == 0 ? 20 : 700))")
                switch generator.next(1000) {
                case 0:
                    batch.clear(table)
                    model[table] = [:]
                case ..<450:
                    batch.delete(table, key: key)
                    model[table]?[key] = nil
                default:
                    let value = bytes("\(epoch) \(step)")
                    batch.put(table, key: key, value: value)
                    model[table, default: [:]][key] = value
                }
            }
            try store.commit(batch, epoch: UInt64(epoch))
            for table in tables {
                #expect(try store.records(table) == model[table] ?? [:])
                #expect(try store.count(table) == model[table]?.count ?? 0)
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func anyBytesAreKept(_ kind: StoreKind) throws {
        let place = try kind.place()
        let store = try place.open()
        _ = try store.claim(owner: "a", known: nil)
        let keys: [[UInt8]] = [[], [0], [0, 0], [0xFF], [0xFF, 0xFE, 0], bytes("\r\n"), bytes("é{}:*"), [1], Array(0...255)]
        var expected: [[UInt8]: [UInt8]] = [:]
        for (index, key) in keys.enumerated() { expected[key] = index == 0 ? [] : Array(repeating: UInt8(index), count: index) + key }
        expected[bytes("big")] = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var batch = StateBatch()
        for (key, value) in expected { batch.put(table, key: key, value: value) }
        try store.commit(batch, epoch: 1)
        #expect(try store.records(table) == expected)
        let reader = try store.makeReader()
        let header = try #require(try store.header())
        #expect(try reader.get(table, keys: keys + [[9]], expected: header) == keys.map { expected[$0] } + [nil])
        reader.close()

        var removal = StateBatch()
        for key in keys { removal.delete(table, key: key) }
        try store.commit(removal, epoch: 2)
        #expect(try Array(store.records(table).keys) == [bytes("big")])
    }

    @Test(arguments: StoreKind.allCases) func tablesAreApart(_ kind: StoreKind) throws {
        let store = try kind.place().open()
        _ = try store.claim(owner: "a", known: nil)
        let names = ["a", "ab", "a:b", "a.b-c_d", "b", "name with spaces", "100%", "{}", "nul\0l", "é", "A"]
        var batch = StateBatch()
        for name in names { batch.put(StateTable(name), key: bytes("k"), value: bytes(name)) }
        try store.commit(batch, epoch: 1)
        #expect(try store.tables() == names.map { StateTable($0) }.sorted())
        for name in names { #expect(try store.texts(StateTable(name)) == ["k": name]) }
        var clear = StateBatch()
        clear.clear(StateTable("a"))
        clear.clear(StateTable("{}"))
        clear.delete(StateTable("é"), key: bytes("k"))
        clear.clear(StateTable("never there"))
        try store.commit(clear, epoch: 2)
        #expect(try store.tables() == names.filter { !["a", "{}", "é"].contains($0) }.map { StateTable($0) }.sorted())
        #expect(try store.texts(StateTable("ab")) == ["k": "ab"])
        #expect(try store.count(StateTable("a")) == 0)
        #expect(try store.texts(StateTable("a")) == [:])
    }

    @Test(arguments: StoreKind.allCases) func manyRecordsAreOneCommit(_ kind: StoreKind) throws {
        let place = try kind.place()
        let store = try place.open()
        _ = try store.claim(owner: "a", known: nil)
        var batch = StateBatch()
        for number in 0..<100_000 { batch.put(table, key: bytes("key \(number)"), value: bytes("value of \(number)")) }
        try store.commit(batch, epoch: 1)
        #expect(try store.count(table) == 100_000)
        var sum = 0
        var seen = 0
        try store.scan(table) { key, value in
            seen += 1
            sum += Int(String(decoding: key.dropFirst(4), as: UTF8.self)) ?? 0
            return value.count == key.count - 4 + 9
        }
        #expect(seen == 100_000)
        #expect(sum == 100_000 * 99_999 / 2)

        var shown = 0
        try store.scan(table) { _, _ in
            shown += 1
            return shown < 1500
        }
        #expect(shown == 1500)
        // What was stopped half way leaves nothing behind.
        #expect(try store.count(table) == 100_000)

        var halved = StateBatch()
        for number in stride(from: 0, to: 100_000, by: 2) { halved.delete(table, key: bytes("key \(number)")) }
        try store.commit(halved, epoch: 2)
        #expect(try store.count(table) == 50_000)
        #expect(try store.records(table).count == 50_000)
        var cleared = StateBatch()
        cleared.clear(table)
        cleared.put(table, key: bytes("k"), value: bytes("v"))
        try store.commit(cleared, epoch: 3)
        #expect(try store.texts() == ["k": "v"])
    }
}

/// A small generator of numbers that are the same every time.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
