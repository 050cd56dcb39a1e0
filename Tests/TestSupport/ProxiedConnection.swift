import Foundation

/// The two sockets of a connection through a `FaultyProxy`. For one thread, which closes it.
final class ProxiedConnection: @unchecked Sendable {
    private(set) var client: Int32
    private(set) var upstream: Int32?

    init(client: Int32, upstream: Int32?) {
        self.client = client
        self.upstream = upstream
        for socket in [client, upstream].compactMap({ $0 }) {
            var yes: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Waits a moment for something to read.
    func wait(forReplies: Bool) -> (request: Bool, reply: Bool) {
        var sockets = [pollfd(fd: client, events: Int16(POLLIN), revents: 0)]
        if forReplies, let upstream { sockets.append(pollfd(fd: upstream, events: Int16(POLLIN), revents: 0)) }
        guard poll(&sockets, nfds_t(sockets.count), 10) > 0 else { return (false, false) }
        return (sockets[0].revents != 0, sockets.count > 1 && sockets[1].revents != 0)
    }

    /// What a socket has; nil when it has ended.
    static func read(_ socket: Int32, _ limit: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = max(0, Glibc.read(socket, buffer.baseAddress, limit))
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Writes all bytes; false when the socket has ended.
    func pass(_ bytes: ArraySlice<UInt8>, toUpstream: Bool) -> Bool {
        guard let socket = toUpstream ? upstream : client else { return false }
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func closeUpstream() {
        if let upstream { Glibc.close(upstream) }
        upstream = nil
    }

    func resetClient() {
        if client >= 0 { Self.reset(client) }
        client = -1
    }

    func close() {
        closeUpstream()
        if client >= 0 { Glibc.close(client) }
        client = -1
    }

    /// Closes a socket so that its other end gets a reset.
    static func reset(_ socket: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        Glibc.close(socket)
    }
}
