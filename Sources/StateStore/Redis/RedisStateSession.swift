import RedisClient

/// A connection to an engine's keys that is made when it is needed, and anew after any error. For one thread at a time.
///
/// Closing the connection is also what ends a WATCH or a half-sent transaction, so none is ever left behind.
final class RedisStateSession {
    let name: String
    let keys: RedisStateKeys
    private let connector: RedisConnector
    private var connection: RedisConnection?

    init(_ url: RedisURL, keys: RedisStateKeys) {
        name = url.redacted
        self.keys = keys
        connector = RedisConnector(url)
    }

    /// Runs `body` with a connection; what the client throws becomes an error of the port.
    func use<Result>(_ body: (RedisConnection) throws(RedisSessionError) -> Result) throws(StateStoreError) -> Result {
        do throws(RedisSessionError) {
            return try body(try opened())
        } catch {
            close()
            switch error {
            case .redis(let error): throw .redis(error, name: name)
            case .store(let error): throw error
            }
        }
    }

    func close() {
        connection?.close()
        connection = nil
    }

    private func opened() throws(RedisSessionError) -> RedisConnection {
        if let connection { return connection }
        let new = try RedisSessionError.from { () throws(RedisError) in try connector.connect(key: keys.meta) }
        connection = new
        return new
    }
}

/// What ends the use of a connection: the client's error, or the store's own.
enum RedisSessionError: Error {
    case redis(RedisError)
    case store(StateStoreError)

    /// Runs calls of the client.
    static func from<Result>(_ body: () throws(RedisError) -> Result) throws(RedisSessionError) -> Result {
        do throws(RedisError) {
            return try body()
        } catch {
            throw .redis(error)
        }
    }

    /// Runs rules of the store.
    static func rules<Result>(_ body: () throws(StateStoreError) -> Result) throws(RedisSessionError) -> Result {
        do throws(StateStoreError) {
            return try body()
        } catch {
            throw .store(error)
        }
    }
}
