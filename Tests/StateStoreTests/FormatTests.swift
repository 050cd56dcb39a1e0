import StateStore
import TestSupport
import Testing

/// Stores of another version, and keys that somebody else wrote, in Redis, where a person can write them.
@Suite struct FormatTests {
    private let server: RedisServer

    init() throws { server = try RedisServer() }

    private func write(format: Int) throws {
        try server.command("HSET", "fluxcore:{default}:meta", "format", "\(format)", "generation", "3", "epoch", "8", "owner", "x y")
    }

    @Test func anEarlierFormatStaysUntilACommit() throws {
        try write(format: 0)
        let store = try StateStores.open(server.url)
        #expect(try store.claim(owner: "a", known: nil) == StateHeader(format: 0, generation: 4, epoch: 8, owner: "a"))
        #expect(try store.header()?.format == 0)
        try store.commit(StateBatch(), epoch: 9)
        #expect(try store.header() == StateHeader(format: StateFormat.version, generation: 4, epoch: 9, owner: "a"))
    }

    @Test func aLaterFormatIsRefused() throws {
        try write(format: StateFormat.version + 1)
        let store = try StateStores.open(server.url)
        let reader = try store.makeReader()
        let expected = StateHeader(format: 1, generation: 3, epoch: 8, owner: "x y")
        for call in [
            { _ = try store.header() }, { _ = try store.claim(owner: "a", known: nil) },
            { _ = try reader.get(table, keys: [], expected: expected) },
        ] {
            #expect { try call() } throws: {
                guard case .incompatible(let text)? = $0 as? StateStoreError else { return false }
                return text.contains("is of format 2, which a later version of FluxCore wrote; this one reads formats up to 1")
            }
        }
    }

    @Test func keysThatSomebodyElseWroteAreCorruption() throws {
        let store = try StateStores.open(server.url)
        func corrupted(_ body: () throws -> Void) -> String {
            do { try body() } catch StateStoreError.corrupted(let text) { return text } catch { return "\(error)" }
            return "nothing"
        }
        try server.command("HSET", "fluxcore:{default}:meta", "epoch", "x")
        #expect(corrupted { _ = try store.header() } == "the Redis key fluxcore:{default}:meta is not what FluxCore writes")
        try server.command("SET", "fluxcore:{default}:meta", "x")
        #expect(corrupted { _ = try store.claim(owner: "a", known: nil) }.contains("has keys of another type than FluxCore writes"))
        try server.command("DEL", "fluxcore:{default}:meta")
        _ = try store.claim(owner: "a", known: nil)
        try server.command("SET", "fluxcore:{default}:t:t", "x")
        #expect(corrupted { _ = try store.count(table) }.contains("WRONGTYPE"))
        #expect(corrupted { try store.scan(table) { _, _ in true } }.contains("WRONGTYPE"))
    }

    @Test func peopleCanReadTheKeys() throws {
        let store = try StateStores.open(server.url + "?name=plant-7")
        _ = try store.claim(owner: "host:1", known: nil)
        try store.commit(batch(["k": "v"], in: StateTable("a b")), epoch: 1)
        #expect(
            try server.command("KEYS", "*").elements?.compactMap(\.text).sorted()
                == ["meta", "t:a%20b", "tables"].map { "fluxcore:{plant-7}:\($0)" })
        #expect(try server.command("HGET", "fluxcore:{plant-7}:meta", "owner").text == "host:1")
        #expect(try server.command("HGET", "fluxcore:{plant-7}:t:a%20b", "k").text == "v")
        let other = try StateStores.open(server.url)
        #expect(try other.header() == nil)
        #expect(throws: StateStoreError.self) { _ = try StateStores.open(server.url + "?name={x}") }
    }
}
