import RedisClient

extension StateStoreError {
    /// An error of the Redis client in the terms of the port; `name` is the store's.
    static func redis(_ error: RedisError, name: String) -> StateStoreError {
        switch error {
        case .invalidURL(let text): return .misconfigured(text)
        case .unreachable(let text), .lost(let text), .timedOut(let text): return .unavailable("the state store \(name): \(text)")
        case .loginRefused(let text): return .misconfigured("the state store \(name): \(text)")
        case .server(let code, let message): return server(code, message, name: name)
        }
    }

    private static func server(_ code: String, _ message: String, name: String) -> StateStoreError {
        func text(_ meaning: String) -> String { "the state store \(name) \(meaning) (Redis: \(message))" }
        switch code {
        case "LOADING": return .unavailable(text("is loading its data"))
        case "READONLY": return .unavailable(text("is a read-only replica: a failover may be under way"))
        case "OOM": return .unavailable(text("is out of memory and takes no writes"))
        case "MISCONF": return .unavailable(text("cannot save to its disk and takes no writes"))
        case "NOREPLICAS": return .unavailable(text("has too few replicas and takes no writes"))
        case "CLUSTERDOWN": return .unavailable(text("is in a cluster that is down"))
        case "MASTERDOWN": return .unavailable(text("is a replica that has lost its master"))
        case "MOVED", "ASK", "TRYAGAIN": return .unavailable(text("has moved to another node of the cluster"))
        case "WRONGPASS", "NOAUTH": return .misconfigured(text("wants another login"))
        case "NOPERM": return .misconfigured(text("does not let this user do what a state store needs"))
        case "WRONGTYPE": return .corrupted(text("has keys of another type than FluxCore writes"))
        case "ERR" where message.contains("unknown command") || message.contains("cluster support disabled"):
            return .misconfigured(text("cannot do what a state store needs"))
        default: return .unavailable(text("refuses"))
        }
    }
}
