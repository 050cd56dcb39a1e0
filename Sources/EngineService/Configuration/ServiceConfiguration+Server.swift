import Connectors

extension ServiceConfiguration {
    /// `server`: the HTTP interface.
    public struct Server: Sendable, Equatable {
        /// What a token allows.
        public enum Scope: String, Sendable, CaseIterable {
            /// To look at everything.
            case read
            /// To change what the service does.
            case operate
            /// To push events.
            case ingest
        }

        /// A token; only its hash is kept.
        public struct Token: Sendable, Equatable {
            /// Who uses it, for the log.
            public var name: String
            /// What it allows.
            public var scopes: Set<Scope>
            /// SHA-256 of the token, 32 bytes.
            public var hash: [UInt8]
        }

        /// Files of the server's certificate; PEM.
        public struct TLS: Sendable, Equatable {
            /// Absolute path of the certificate, with those between it and its authority behind it.
            public var certificate: String
            /// Absolute path of its key.
            public var key: String
        }

        /// An address or a name; one that is not of loopback has `tls` and `tokens`.
        public var host: String
        /// Port, 1 to 65535.
        public var port: Int
        /// What TLS is spoken with; nil: none is.
        public var tls: TLS?
        /// Names that requests may be for, beside those of loopback; lower case.
        public var hosts: [String] = []
        /// Who may do what; empty: whoever can connect may do everything.
        public var tokens: [Token] = []
        /// Bytes of the largest body that is taken.
        public var maximumBody = 8 << 20
        /// Connections at a time; further ones wait.
        public var connections = 256
        /// Nanoseconds that a request may take, from its head to the end of its answer; streams are not bounded.
        public var timeout: Int64 = 30_000_000_000

        /// The defaults at this address.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `127.0.0.1:8080`, `[::1]:8080`.
        public var listen: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

        /// `https://127.0.0.1:8443`.
        public var url: String { (tls == nil ? "http://" : "https://") + listen }

        /// SHA-256 of a token as clients send it.
        public static func hash(of token: [UInt8]) -> [UInt8] { SHA256.hash(token) }
    }
}
