import EngineService
import StateStore

/// Looks into the state store beside the engine that uses it: at most one checkpoint old. For `BlockingWorkers`.
struct StoreView {
    /// What routes say that look into the store.
    static let noStore = (409, "The state is in the memory of the service, which nobody else can look into")

    private let context: AdminContext

    /// The store of the service.
    init(_ context: AdminContext) { self.context = context }

    /// What `body` finds in the store, which is opened for reading only.
    func open<Value>(_ body: (any StateStore) throws(StateStoreError) -> Value) throws(AdminError) -> Value {
        let url = context.configuration.state.url
        if url.hasPrefix("memory") { throw .conflict("the state is in the memory of the service, which nobody else can look into") }
        do throws(StateStoreError) {
            var options = StateStoreOptions()
            options.isReadOnly = true
            let store = try StateStores.open(url, options: options)
            defer { store.close() }
            return try body(store)
        } catch {
            throw .unavailable("the state store cannot be read: " + context.safe(error.description))
        }
    }

    /// What `body` finds of partial matches; nil when nobody has written to the store.
    func inspect<Value>(_ body: (StateInspection) throws(StateStoreError) -> Value) throws(AdminError) -> Value? {
        try open { store throws(StateStoreError) in
            guard let inspection = try StateInspection(store) else { return nil }
            return try body(inspection)
        }
    }
}
