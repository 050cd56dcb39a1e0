import CHiredis

#if canImport(Glibc)
    import Glibc
#endif

/// One connection to one Redis server, over TCP (with keepalive) or a Unix socket. For one thread at a time.
///
/// Commands are sent and replies received in order, so that any number of commands may be under way (pipelining). After an error
/// whose `endsConnection` is true the connection is closed and every call throws `lost`; make a new one. The process must ignore
/// SIGPIPE: writing to a connection that the server has closed would end it otherwise.
public final class RedisConnection {
    /// The server.
    public let address: RedisAddress
    private var context: UnsafeMutablePointer<redisContext>?
    private let commandTimeout: Duration

    /// Bytes that are handed to the socket at a time.
    private static let chunk = 1 << 20

    /// Connects, logs in and selects the database.
    public init(to address: RedisAddress, options: RedisConnectionOptions) throws(RedisError) {
        self.address = address
        commandTimeout = options.commandTimeout
        let limit = options.connectTimeout.timeValue
        switch address {
        case .tcp(let host, let port): context = redisConnectWithTimeout(host, Int32(clamping: port), limit)
        case .unix(let path): context = redisConnectUnixWithTimeout(path, limit)
        }
        guard let context else { throw .unreachable("cannot connect to Redis at \(address): out of memory") }
        if context.pointee.err != 0 {
            let reason = Self.message(of: context)
            close()
            throw .unreachable("cannot connect to Redis at \(address): \(reason)")
        }
        // A program that this one starts must not keep the connection open.
        _ = fcntl(context.pointee.fd, F_SETFD, FD_CLOEXEC)
        redisSetTimeout(context, commandTimeout.timeValue)
        if case .tcp = address { redisEnableKeepAlive(context) }
        do throws(RedisError) {
            try logIn(options)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Closes the connection; does nothing the second time.
    public func close() {
        if let context { redisFree(context) }
        context = nil
    }

    /// Sends one command and waits for its reply; an error reply is thrown as `server`.
    public func command(_ arguments: String...) throws(RedisError) -> RedisReply {
        var buffer = RedisCommandBuffer()
        buffer.begin(arguments: arguments.count)
        for argument in arguments { buffer.argument(argument) }
        try send(buffer)
        let reply = try receive()
        if case .error(let message) = reply { throw RedisError(reply: message) }
        return reply
    }

    /// Sends commands, all of them, and waits for no reply.
    public func send(_ commands: RedisCommandBuffer) throws(RedisError) {
        let size = commands.bytes.count
        var start = 0
        while start < size {
            let context = try opened()
            let end = min(size, start + Self.chunk)
            let appended = commands.bytes.withUnsafeBytes {
                redisAppendFormattedCommand(context, $0.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self), end - start)
            }
            if appended != REDIS_OK { throw failure(of: context) }
            var isDone: Int32 = 0
            repeat {
                if redisBufferWrite(context, &isDone) != REDIS_OK { throw failure(of: context) }
            } while isDone == 0
            start = end
        }
    }

    /// Waits for the next reply. Error replies are returned, not thrown.
    public func receive() throws(RedisError) -> RedisReply {
        try withReply { (view) throws(RedisError) in view.owned }
    }

    /// Waits for the next reply and shows it where it lies; what `body` throws comes through, and the connection goes on.
    public func withReply<Result>(_ body: (RedisReplyView) throws(RedisError) -> Result) throws(RedisError) -> Result {
        let context = try opened()
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReply(context, &pointer) == REDIS_OK, let pointer else { throw failure(of: context) }
        defer { freeReplyObject(pointer) }
        return try body(RedisReplyView(UnsafePointer(pointer.assumingMemoryBound(to: redisReply.self))))
    }

    private func opened() throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        guard let context else { throw .lost("the connection to Redis at \(address) is closed") }
        return context
    }

    /// The error that hiredis has just met. Closes the connection.
    private func failure(of context: UnsafeMutablePointer<redisContext>) -> RedisError {
        let isTimeout = context.pointee.err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK)
        let reason = Self.message(of: context)
        close()
        return isTimeout
            ? .timedOut("Redis at \(address) did not answer for \(commandTimeout)")
            : .lost("the connection to Redis at \(address) is lost: \(reason)")
    }

    private static func message(of context: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension RedisConnection {
    /// AUTH, SELECT and CLIENT SETNAME, sent together.
    private func logIn(_ options: RedisConnectionOptions) throws(RedisError) {
        var commands = RedisCommandBuffer()
        if let password = options.password {
            if let user = options.user {
                commands.append("AUTH", user, password)
            } else {
                commands.append("AUTH", password)
            }
        }
        if options.database != 0 { commands.append("SELECT", String(options.database)) }
        let checked = commands.commandCount
        if !options.clientName.isEmpty { commands.append("CLIENT", "SETNAME", options.clientName) }
        try send(commands)
        for index in 0..<commands.commandCount {
            // A user who may not name connections can do all else.
            guard case .error(let message) = try receive(), index < checked else { continue }
            let error = RedisError(reply: message)
            guard case .server(let code, _) = error else { continue }
            let isAuth = index == 0 && options.password != nil
            switch code {
            case "WRONGPASS", "NOAUTH", "NOPERM", "DENIED": break
            case "ERR" where !message.contains("max number of clients"): break
            default: throw error
            }
            // Without a login the server refuses whatever comes first.
            let refused =
                isAuth ? "the login" : code == "NOAUTH" ? "a connection without a login" : "the database \(options.database)"
            throw .loginRefused("Redis at \(address) refused \(refused): \(message)")
        }
    }
}

extension Duration {
    /// For C; at least one microsecond, since zero means forever there.
    fileprivate var timeValue: timeval {
        let (seconds, attoseconds) = components
        let microseconds = attoseconds / 1_000_000_000_000
        return timeval(tv_sec: Int(seconds), tv_usec: seconds == 0 ? max(1, Int(microseconds)) : Int(microseconds))
    }
}
