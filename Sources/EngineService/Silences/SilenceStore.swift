import Glibc
import StateStore

/// The silences in a store whose service does not run: shown, set and removed without it.
public enum SilenceStore {
    /// Why a store's silences cannot be changed.
    public enum Failure: Error, CustomStringConvertible {
        /// The store did not do it.
        case store(StateStoreError)
        /// A service is using it.
        case inUse(String)
        /// There is no silence of that id.
        case unknown(String)

        /// One sentence for an operator.
        public var description: String {
            switch self {
            case .store(let error): return error.description
            case .inUse(let name):
                return "a service is running on the state store \(name): its silences can be changed while it is stopped"
            case .unknown(let id): return "there is no silence `\(id)`"
            }
        }
    }

    /// A running service writes a checkpoint at least once a second.
    private static let patience: UInt32 = 2_500_000

    /// Those in the store, in order of their start. The store may be in use.
    public static func list(_ store: any StateStore) throws(StateStoreError) -> [Silence] {
        var silences: [Silence] = []
        try store.records(StateTables.silences) { key, record in
            if let silence = Silence(id: key, record) { silences.append(silence) }
        }
        return silences.sorted { ($0.start, $0.id) < ($1.start, $1.id) }
    }

    /// Adds one.
    ///
    /// - Parameter store: opened for writing.
    public static func add(_ silence: Silence, to store: any StateStore) throws(Failure) {
        var batch = StateBatch()
        batch.put(StateTables.silences, key: silence.id.utf8, value: silence.record.bytes)
        try commit(batch, to: store)
    }

    /// Takes one away; what it was.
    ///
    /// - Parameter store: opened for writing.
    public static func remove(_ id: String, from store: any StateStore) throws(Failure) -> Silence {
        let silences: [Silence]
        do throws(StateStoreError) { silences = try list(store) } catch { throw .store(error) }
        guard let silence = silences.first(where: { $0.id == id }) else { throw .unknown(id) }
        var batch = StateBatch()
        batch.delete(StateTables.silences, key: id.utf8)
        try commit(batch, to: store)
        return silence
    }

    private static func commit(_ batch: StateBatch, to store: any StateStore) throws(Failure) {
        // RocksDB has one owner at a time; of other stores a running service would be fenced off.
        if !(store is RocksDBStateStore), let before = try header(store), before.epoch > 0 {
            usleep(patience)
            guard try header(store) == before else { throw .inUse(store.name) }
        }
        do throws(StateStoreError) {
            _ = try StateInspection(store)
            let header = try store.claim(owner: SystemInfo.owner, known: nil)
            guard header.epoch == 0 || header.format == StateFormat.version else {
                throw .incompatible("the state store \(store.name) was written by an earlier version: start the service once before")
            }
            try store.commit(batch, epoch: header.epoch + 1)
        } catch {
            throw .store(error)
        }
    }

    private static func header(_ store: any StateStore) throws(Failure) -> StateHeader? {
        do throws(StateStoreError) { return try store.header() } catch { throw .store(error) }
    }
}
