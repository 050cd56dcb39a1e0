import StateStore
import TestSupport
import Testing

@testable import EngineService

/// `fluxcore dlq` and `fluxcore outbox` on stores of both kinds.
@Suite(.serialized) struct AlertCommandTests {
    private let bench: Workbench
    private let url: String

    init() throws {
        bench = try Workbench()
        url = "rocksdb:\(bench.path)/state"
        try Self.fill(url)
    }

    private static func line(_ number: Int) -> String {
        "{\"match_id\":\"id\(number)\",\"rule\":\"r\",\"level\":\"low\",\"key\":{},\"start\":\"2026-01-01T00:00:00Z\","
            + "\"end\":\"2026-01-01T00:00:00Z\",\"events\":[],\"select\":{}}"
    }

    /// Two alerts that wait for `hook`, three dead letters of it and one of `mail`.
    private static func fill(_ url: String) throws {
        let store = try StateStores.open(url)
        defer { store.close() }
        let header = try store.claim(owner: "test", known: nil)
        var batch = StateBatch()
        for number in 5..<7 {
            batch.put(
                StateTables.outbox(ofAction: "hook"), key: StateTables.number(UInt64(number)), value: Array((line(number) + "\n").utf8))
        }
        for (action, number) in [("hook", 0), ("hook", 1), ("hook", 2), ("mail", 0)] {
            let letter = DeadLetter(
                line: Array((line(number) + "\n").utf8), reason: "answered 40\(number)\u{1B}", time: 1_767_225_600_000_000_000,
                attempts: number + 1)
            batch.put(StateTables.dead(ofAction: action), key: StateTables.number(UInt64(number)), value: letter.record.bytes)
        }
        var progress = ActionProgress()
        progress.next = 7
        progress.acked = 5
        progress.dead = 3
        batch.put(StateTables.actions, key: "hook".utf8, value: progress.record.bytes)
        try store.commit(batch, epoch: header.epoch + 1)
    }

    private func run(_ arguments: String...) throws -> Workbench.Result { try bench.run(arguments) }

    @Test func lists() throws {
        let dead = try run("dlq", "ls", "--state", url)
        #expect(
            dead.output == #"""
                ACTION  NUMBER  TIME                  TRIES  RULE  LEVEL  MATCH  REASON
                hook         0  2026-01-01T00:00:00Z      1  r     low    id0    answered 400\u001b
                hook         1  2026-01-01T00:00:00Z      2  r     low    id1    answered 401\u001b
                hook         2  2026-01-01T00:00:00Z      3  r     low    id2    answered 402\u001b
                mail         0  2026-01-01T00:00:00Z      1  r     low    id0    answered 400\u001b

                """#)
        let waiting = try run("outbox", "ls", "--state", url, "--limit", "1")
        #expect(waiting.output == "ACTION  NUMBER  RULE  LEVEL  MATCH\nhook         5  r     low    id5\n")
        #expect(waiting.errors == "1 of 2 alerts; --limit 0 shows all\n")
        let json = try run("dlq", "ls", "--state", url, "--action", "mail", "--format", "json")
        #expect(
            json.output
                == "{\"action\":\"mail\",\"number\":0,\"time\":\"2026-01-01T00:00:00Z\",\"attempts\":1,\"reason\":\"answered 400\\u001b\","
                + "\"alert\":\(Self.line(0))}\n")
        let none = try run("outbox", "ls", "--state", url, "--action", "hok")
        #expect(none.status == 1 && none.errors == "no alerts that wait of action `hok`; did you mean `hook`?\n")
    }

    @Test func showsOne() throws {
        let dead = try run("dlq", "show", "--state", url, "--action", "hook", "--number", "1")
        #expect(
            dead.output == "action    hook\nnumber    1\ntime      2026-01-01T00:00:00Z\ntries     2\nreason    answered 401\\u001b\n"
                + "rule      r (low)\nmatch     id1\n\n\(Self.line(1))\n")
        let gone = try run("outbox", "show", "--state", url, "--action", "hook", "--number", "1")
        #expect(gone.status == 1 && gone.errors == "error: action `hook` has no alert 1\n")
    }

    @Test func retryPutsBehindWhatWaits() throws {
        let retried = try run("dlq", "retry", "--state", url, "--action", "hook", "--number", "2", "0", "9", "2")
        #expect(
            retried.status == 0 && retried.errors == "action `hook` has no dead letter 9\nto be delivered: 2 alerts of \(url)\n",
            "\(retried)")
        let waiting = try run("outbox", "ls", "--state", url)
        #expect(
            waiting.output == """
                ACTION  NUMBER  RULE  LEVEL  MATCH
                hook         5  r     low    id5
                hook         6  r     low    id6
                hook         7  r     low    id2
                hook         8  r     low    id0

                """)
        #expect(try run("dlq", "ls", "--state", url, "--action", "hook").output.split(separator: "\n").count == 2)
    }

    @Test func purge() throws {
        #expect(try run("outbox", "purge", "--state", url, "--action", "hook", "--number", "5").errors == "removed: 1 alert of \(url)\n")
        #expect(try run("dlq", "purge", "--state", url, "--all").errors == "removed: 4 alerts of \(url)\n")
        #expect(try run("dlq", "ls", "--state", url).status == 1)
        #expect(try run("dlq", "purge", "--state", url, "--all").status == 1)
        #expect(try run("outbox", "ls", "--state", url).output.contains("id6"))
    }

    @Test func usage() throws {
        #expect(try run("dlq", "retry", "--state", url, "--action", "hook").status == 2)
        #expect(try run("dlq", "retry", "--state", url, "--number", "1").status == 2)
        #expect(try run("dlq", "purge", "--state", url, "--all", "--number", "1").status == 2)
        let nowhere = try run("dlq", "purge", "--state", "rocksdb:\(bench.path)/none", "--all")
        #expect(nowhere.status != 0)
        #expect(try run("state", "ls", "--state", "rocksdb:\(bench.path)/none").status == nowhere.status)
    }

    /// Nothing tells whether a service uses a store in Redis, so a change must be meant.
    @Test func redisNeedsForce() throws {
        let server = try RedisServer()
        try Self.fill(server.url)
        #expect(try run("dlq", "ls", "--state", server.url).status == 0)
        let refused = try run("dlq", "retry", "--state", server.url, "--all")
        #expect(refused.status == 2 && refused.errors.contains("stop it first, then say --force"))
        #expect(try run("dlq", "retry", "--state", server.url, "--action", "hook", "--all", "--force").status == 0)
        #expect(try run("outbox", "ls", "--state", server.url).output.split(separator: "\n").count == 6)
    }

    /// RocksDB is locked while somebody has it.
    @Test func aStoreThatIsInUse() throws {
        let store = try StateStores.open(url)
        defer { store.close() }
        #expect(try run("dlq", "ls", "--state", url).status == 0)
        let refused = try run("dlq", "purge", "--state", url, "--all")
        #expect(refused.status == 3, "\(refused)")
        #expect(try store.count(StateTables.dead(ofAction: "hook")) == 3)
    }
}
