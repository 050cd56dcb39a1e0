import Foundation
import StateStore
import TestSupport
import Testing

/// The kinds of stores that the conformance tests are run on.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, rocksDB, redis, redisUnixSocket, redisSentinel, redisCluster

    private static let server = Shared { try RedisServer() }
    private static let sentinels = Shared { try RedisSentinelSetup() }
    private static let cluster = Shared { try RedisCluster() }

    var testDescription: String { rawValue }

    /// A place where nothing was stored yet.
    func place() throws -> StorePlace {
        let name = "?name=t-\(UUID().uuidString)"
        switch self {
        case .memory: return StorePlace(memory: MemoryStateStore())
        case .rocksDB: return StorePlace(folder: try TemporaryFolder())
        case .redis: return StorePlace(url: try Self.server.get().url + name)
        case .redisUnixSocket: return StorePlace(url: "redis+unix://\(try Self.server.get().socket)\(name)&db=1")
        case .redisSentinel: return StorePlace(url: try Self.sentinels.get().url + name)
        case .redisCluster: return StorePlace(url: try Self.cluster.get().url + name)
        }
    }
}

/// A place in which state is stored, and stays when the store is closed.
final class StorePlace {
    private let memory: MemoryStateStore?
    private let folder: TemporaryFolder?
    let url: String

    init(memory: MemoryStateStore) {
        self.memory = memory
        folder = nil
        url = memory.name
    }

    init(folder: TemporaryFolder) {
        memory = nil
        self.folder = folder
        url = "rocksdb:\(folder.file("state/of/engine"))"
    }

    init(url: String) {
        memory = nil
        folder = nil
        self.url = url
    }

    /// False where a second process is kept out as long as the first lives.
    var canBeOpenedTwice: Bool { folder == nil }

    func open(readOnly: Bool = false) throws -> any StateStore {
        if let memory { return MemoryStateStore(sharing: memory) }
        var options = StateStoreOptions()
        options.isReadOnly = readOnly
        options.syncs = false
        return try StateStores.open(url, options: options)
    }
}
