import Foundation
import RedisClient
import Synchronization

/// A real redis-server on loopback and on a Unix socket, with its data in a temporary folder. Ends with its owner.
public final class RedisServer: Sendable {
    /// Its TCP port on 127.0.0.1.
    public let port: Int
    /// Its folder: configuration, data, log and socket.
    public let folder: TemporaryFolder
    private let password: String?
    private let isSentinel: Bool
    private let process = Mutex<ChildProcess?>(nil)

    /// `127.0.0.1:port`, or with a password.
    public var url: String { "redis://\(password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)/0" }
    /// The path of its Unix socket.
    public var socket: String { folder.file("redis.sock") }

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - configuration: lines beside those for port, socket and folder; nothing is persisted unless they say so.
    ///   - password: of the default user.
    ///   - isSentinel: starts a sentinel instead.
    public init(_ configuration: [String] = [], password: String? = nil, isSentinel: Bool = false) throws {
        port = try LoopbackPort.free()
        folder = try TemporaryFolder()
        self.password = password
        self.isSentinel = isSentinel
        let port = port
        var lines = ["bind 127.0.0.1", "port \(port)", "dir \(folder.path)", "daemonize no", "unixsocket \(folder.file("redis.sock"))"]
        if !isSentinel { lines += ["save \"\"", "appendonly no", "repl-diskless-sync-delay 0", "repl-ping-replica-period 1"] }
        if let password { lines.append("requirepass \(password)") }
        lines += configuration.map { $0.replacingOccurrences(of: "$PORT", with: String(port)) }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "redis.conf")
        try start()
    }

    /// Starts it again, with the data that is in the folder, and waits until it answers (`LOADING` is an answer).
    public func start() throws {
        let started = try ChildProcess(
            "redis-server", [folder.file("redis.conf")] + (isSentinel ? ["--sentinel"] : []), output: folder.file("server.log"))
        process.withLock { $0 = started }
        try eventually("an answer of redis-server at \(port)") {
            guard started.isRunning else {
                throw TestSupportError("redis-server ended at once: \((try? folder.text(of: "server.log")) ?? "")")
            }
            do {
                _ = try command("PING")
                return true
            } catch RedisError.server {
                return true
            } catch is RedisError {
                return false
            }
        }
    }

    /// Ends it as `kill -9` does.
    public func kill() {
        process.withLock { $0?.kill() }
    }

    /// Ends it as an operator does; what is persisted is complete.
    public func stop() {
        process.withLock { process in
            process?.signal(SIGTERM)
            _ = process?.waitUntilExit()
        }
    }

    /// Stops it in its tracks: connections stay open, nothing is answered.
    public func pause() { process.withLock { $0?.signal(SIGSTOP) } }

    /// Lets it go on.
    public func resume() { process.withLock { $0?.signal(SIGCONT) } }

    /// Sends one command over a connection of its own, as the default user.
    @discardableResult
    public func command(_ arguments: String...) throws -> RedisReply {
        var options = RedisConnectionOptions()
        options.password = password
        options.clientName = ""
        options.commandTimeout = .seconds(60)
        let connection = try RedisConnection(to: .tcp(host: "127.0.0.1", port: port), options: options)
        defer { connection.close() }
        var buffer = RedisCommandBuffer()
        buffer.begin(arguments: arguments.count)
        for argument in arguments { buffer.argument(argument) }
        try connection.send(buffer)
        let reply = try connection.receive()
        if case .error(let message) = reply { throw RedisError(reply: message) }
        return reply
    }

    /// The value of a line `name:value` of INFO.
    public func info(_ section: String, _ name: String) throws -> String? {
        let text = try command("INFO", section).text ?? ""
        return text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
