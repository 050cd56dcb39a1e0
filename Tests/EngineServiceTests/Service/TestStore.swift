import Foundation
import StateStore
import Testing
import TestSupport

/// Where a service under test keeps its state, and how it is looked into from outside.
final class TestStore {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case rocksdb, redis

        var testDescription: String { rawValue }
    }

    let kind: Kind
    let redis: RedisServer?
    private let address: String?

    /// A store of that kind; Redis keeps every write when it has an append-only file.
    init(_ kind: Kind, redisConfiguration: [String] = []) throws {
        self.kind = kind
        redis = kind == .redis ? try RedisServer(redisConfiguration) : nil
        address = redis?.url
    }

    /// A store of several servers of Redis that somebody else has.
    init(url: String) {
        kind = .redis
        redis = nil
        address = url
    }

    /// As the configuration names it.
    var url: String { address ?? "rocksdb:state" }

    /// Forgets everything.
    func clear() throws { try redis?.command("FLUSHALL") }

    /// The store, for looking only, also beside a service that has it open.
    func open(_ harness: ServiceHarness) throws -> any StateStore {
        var options = StateStoreOptions()
        options.isReadOnly = true
        return try StateStores.open(address ?? "rocksdb:" + harness.folder.file("state"), options: options)
    }

    /// Number of its last commit.
    func epoch(_ harness: ServiceHarness) throws -> UInt64 {
        let store = try open(harness)
        defer { store.close() }
        return try store.header()?.epoch ?? 0
    }

    /// How many partial matches and undelivered alerts it holds. The last event of a key, which `lag` reads, is no partial match.
    func leftovers(_ harness: ServiceHarness) throws -> (keys: Int, outbox: Int) {
        let keys = try count(harness) { $0.hasPrefix("keys:") && $0 != "keys:seq.jump" }
        return (keys, try count(harness) { $0.hasPrefix("outbox:") })
    }

    /// How many suppressions it holds.
    func suppressions(_ harness: ServiceHarness) throws -> Int { try count(harness) { $0.hasPrefix("suppress:") } }

    private func count(_ harness: ServiceHarness, _ isCounted: (String) -> Bool) throws -> Int {
        let store = try open(harness)
        defer { store.close() }
        return try store.tables().filter { isCounted($0.name) }.reduce(0) { try $0 + store.count($1) }
    }
}
