import RuleLanguage

/// URLs of Redis and of state stores: the configuration looks at what they begin with, their adapters read the rest.
enum StoreURL {
    /// Redis, in its shapes.
    static let redis = ["redis://", "redis+unix://", "redis+sentinel://", "redis+cluster://"]

    /// The URL; nil with a diagnostic when it begins with none of `schemes`, or `read` throws what is wrong with one of Redis. It is not
    /// quoted: it may hold a password.
    static func check(
        _ url: ConfigurationContext.Text, as what: String, among schemes: [String], into context: inout ConfigurationContext,
        read: (String) throws -> Void
    ) -> String? {
        if schemes.contains(where: { url.value.hasPrefix($0) }) {
            guard redis.contains(where: { url.value.hasPrefix($0) }) else { return url.value }
            do {
                try read(url.value)
                return url.value
            } catch {
                context.sink.error(.invalidValue, "\(what): \(error)", at: url.span)
                return nil
            }
        }
        if url.value.hasPrefix("rediss://") || url.value.hasPrefix("redis+tls://") {
            context.sink.error(
                .notSupported, "Redis over TLS is not in this version", at: url.span,
                hint: "let a TLS proxy such as stunnel connect to it, and give the proxy's address on this host as redis://…")
            return nil
        }
        context.sink.error(.invalidValue, "\(what) begins with no scheme known here", at: url.span, hint: "one of: " + forms(of: schemes))
        return nil
    }

    private static func forms(of schemes: [String]) -> String {
        schemes.map { $0 == "rocksdb:" ? "rocksdb:PATH" : $0.hasSuffix("//") ? $0 + "…" : $0 }.joined(separator: ", ")
    }
}
