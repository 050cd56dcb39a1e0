/// How a connection is made and for how long it waits.
public struct RedisConnectionOptions: Equatable, Sendable {
    /// User of the access control list; nil: the default user.
    public var user: String?
    /// Its password; nil: none is sent.
    public var password: String?
    /// Number of the database.
    public var database = 0
    /// How long making a TCP connection may take. Looking up a host name is not counted.
    public var connectTimeout: Duration = .seconds(5)
    /// How long the server may send nothing while a reply is awaited, and take nothing while a command is sent. A slow but
    /// moving transfer is never cut.
    public var commandTimeout: Duration = .seconds(5)
    /// What `CLIENT LIST` shows; empty: nothing is said.
    public var clientName = "fluxcore"

    /// The default user, database 0, timeouts of five seconds.
    public init() {}
}
