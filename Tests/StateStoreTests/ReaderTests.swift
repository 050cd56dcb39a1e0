import Foundation
import StateStore
import Synchronization
import TestSupport
import Testing

/// Reading beside commits, and looking into a store without claiming it.
@Suite struct ReaderTests {
    @Test(arguments: StoreKind.allCases) func valuesComeInTheOrderOfKeys(_ kind: StoreKind) throws {
        let store = try kind.place().open()
        var header = try store.claim(owner: "a", known: nil)
        let reader = try store.makeReader()
        #expect(try reader.get(table, keys: [bytes("k")], expected: header) == [nil])
        try store.commit(batch(["k": "1", "l": "2"]), epoch: 1)
        header.epoch = 1
        let keys = ["l", "none", "k", "l"].map { bytes($0) }
        #expect(try reader.get(table, keys: keys, expected: header) == [bytes("2"), nil, bytes("1"), bytes("2")])
        #expect(try reader.get(table, keys: [], expected: header) == [])
        #expect(try reader.get(StateTable("other"), keys: keys, expected: header) == [nil, nil, nil, nil])
        reader.close()
    }

    @Test(arguments: StoreKind.allCases) func aReaderGivesNothingOfAStoreThatIsBehind(_ kind: StoreKind) throws {
        let store = try kind.place().open()
        let reader = try store.makeReader()
        let mine = StateHeader(format: 1, generation: 1, epoch: 2, owner: "a")
        #expect(throws: StateStoreError.behind(acknowledged: mine, found: nil)) { try reader.get(table, keys: [[1]], expected: mine) }
        var found = try store.claim(owner: "a", known: nil)
        try store.commit(StateBatch(), epoch: 1)
        found.epoch = 1
        #expect(throws: StateStoreError.behind(acknowledged: mine, found: found)) { try reader.get(table, keys: [[1]], expected: mine) }
        #expect(try reader.get(table, keys: [[1]], expected: found) == [nil])
    }

    @Test(arguments: StoreKind.allCases) func aReaderOfASupersededOwnerIsFenced(_ kind: StoreKind) throws {
        let place = try kind.place()
        guard place.canBeOpenedTwice else { return }
        let old = try place.open()
        let header = try old.claim(owner: "old", known: nil)
        let reader = try old.makeReader()
        _ = try place.open().claim(owner: "new", known: nil)
        #expect(throws: StateStoreError.fenced(owner: "new", generation: 2)) { try reader.get(table, keys: [[1]], expected: header) }
    }

    @Test(arguments: StoreKind.allCases) func aReaderSeesWholeCommits(_ kind: StoreKind) throws {
        let store = try kind.place().open()
        let header = try store.claim(owner: "a", known: nil)
        try store.commit(batch(["k": "1", "l": "1"]), epoch: 1)
        let isDone = Mutex(false)
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do {
                let reader = try store.makeReader()
                var last = 0
                while !isDone.withLock({ $0 }) {
                    let values = try reader.get(table, keys: [bytes("k"), bytes("l")], expected: header)
                    let numbers = values.map { $0.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? -1 }
                    #expect(numbers[0] == numbers[1])
                    #expect(numbers[0] >= last)
                    last = numbers[0]
                }
                reader.close()
            } catch {
                Issue.record("\(error)")
            }
            finished.signal()
        }
        for epoch in 2...200 { try store.commit(batch(["k": "\(epoch)", "l": "\(epoch)"]), epoch: UInt64(epoch)) }
        isDone.withLock { $0 = true }
        finished.wait()
    }

    @Test(arguments: StoreKind.allCases.filter { $0 != .memory }) func aStoreIsLookedIntoBesideItsOwner(_ kind: StoreKind) throws {
        let place = try kind.place()
        let owner = try place.open()
        _ = try owner.claim(owner: "a", known: nil)
        try owner.commit(batch(["k": "1"]), epoch: 1)
        let looking = try place.open(readOnly: true)
        #expect(try looking.header() == StateHeader(format: 1, generation: 1, epoch: 1, owner: "a"))
        #expect(try looking.tables() == [table])
        #expect(try looking.texts() == ["k": "1"])
        #expect(try looking.count(table) == 1)
        #expect(throws: StateStoreError.self) { _ = try looking.claim(owner: "b", known: nil) }
        looking.close()
        try owner.commit(batch(["k": "2"]), epoch: 2)
        let again = try place.open(readOnly: true)
        #expect(try again.texts() == ["k": "2"])
        again.close()
    }
}
