import Connectors
import Logging
import StateStore
import Testing

@testable import EngineService
@testable import EventEngine

/// What a service does with silences that are set and removed while it runs.
@Suite struct SilenceBookTests {
    private static func silence(_ rule: String, fields: [Silence.Field] = [], seconds: Int64 = 3600) -> Silence {
        Silence(rule: rule, fields: fields, end: WallClock.now() + seconds * 1_000_000_000, author: "a", reason: "r\nr")
    }

    private static func alert(_ rule: Int, _ key: [(label: String, value: OwnedValue)]) -> Match {
        Match(
            rule: rule, kind: .match, id: Digest128(high: 0, low: UInt64(rule)), key: key, start: 0, end: 0, events: [], select: [])
    }

    private static func silencer(_ book: SilenceBook) -> Silencer {
        Silencer(book, rules: ["auth.one", "auth.two", "net"], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func onlyWhatIsCoveredIsHeldBack() {
        let book = SilenceBook()
        let silencer = Self.silencer(book)
        let alerts = [
            Self.alert(0, [("user", .string("bob")), ("n", .int(7))]), Self.alert(1, [("user", .string("eve"))]), Self.alert(2, []),
        ]
        #expect(alerts.filter { !silencer.holdsBack($0) }.map(\.rule) == [0, 1, 2])
        let exact = Self.silence("auth.two")
        book.add(exact)
        #expect(alerts.filter { !silencer.holdsBack($0) }.map(\.rule) == [0, 2])
        let keyed = Self.silence("*", fields: [.init(name: "n", value: "7"), .init(name: "user", value: "bob")])
        book.add(keyed)
        #expect(alerts.filter { !silencer.holdsBack($0) }.map(\.rule) == [2])
        book.add(Self.silence("*", fields: [.init(name: "user", value: "bo")]))
        book.add(Self.silence("net", seconds: -1))
        #expect(alerts.filter { !silencer.holdsBack($0) }.map(\.rule) == [2])
        #expect(silencer.counts == [2, 3, 0])
        #expect(book.silences.map(\.count) == [3, 2, 0, 0])
        #expect(book.remove(exact.id, by: "b")?.silence.count == 3)
        #expect(book.remove(exact.id, by: "b")?.silence == nil)
        #expect(alerts.filter { !silencer.holdsBack($0) }.map(\.rule) == [1, 2])
    }

    @Test func everyChangeIsWrittenOnce() throws {
        let book = SilenceBook()
        let store = MemoryStateStore()
        var epoch = try store.claim(owner: "test", known: nil).epoch
        func checkpoint() throws -> (begun: Int, ended: Int, size: Int) {
            var batch = StateBatch()
            let (begun, ended, _) = book.drain(into: &batch)
            epoch += 1
            try store.commit(batch, epoch: epoch)
            return (begun.count, ended.count, batch.count)
        }
        let first = Self.silence("auth.*", fields: [.init(name: "user", value: "a=b, c")])
        book.add(first)
        book.add(Self.silence("net", seconds: -1))
        #expect(try checkpoint() == (2, 1, 2))
        #expect(try SilenceStore.list(store) == [first])
        #expect(try checkpoint() == (0, 0, 0))
        book.count(first.id)
        #expect(try checkpoint() == (0, 0, 1))
        #expect(try SilenceStore.list(store).map(\.count) == [1])
        book.remove(first.id, by: "b")
        #expect(try checkpoint() == (0, 1, 1))
        #expect(try SilenceStore.list(store) == [])
    }

    /// A store that lost its last commits does not bring back what was removed, nor lose what was set; alerts that are decided again
    /// are counted again.
    @Test func aStoreThatLostCommitsIsMended() throws {
        let book = SilenceBook()
        var stored = Self.silence("auth.*")
        stored.count = 4
        let removed = Self.silence("net")
        book.load([stored, removed])
        let set = Self.silence("x")
        book.add(set)
        book.remove(removed.id, by: "b")
        book.count(stored.id)
        var batch = StateBatch()
        _ = book.drain(into: &batch)
        book.load([stored, removed])
        #expect(book.silences.map(\.id) == [stored.id, set.id])
        #expect(book.silences.map(\.count) == [4, 0])
        batch = StateBatch()
        let (begun, ended, _) = book.drain(into: &batch)
        #expect(begun.isEmpty && ended.isEmpty && batch.count == 3)
    }
}
