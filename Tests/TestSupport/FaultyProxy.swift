import Foundation
import Synchronization

/// A TCP proxy on loopback that does to connections what networks do. Ends with its owner.
///
/// A fault counts from the moment that it is set, and for connections that are open as well as for new ones.
public final class FaultyProxy: Sendable {
    /// What happens to bytes.
    public enum Fault: Sendable, Equatable {
        /// They are passed on.
        case none
        /// They are passed on, so many at a time with a pause after each.
        case slow(bytes: Int, milliseconds: Int)
        /// Connections are accepted, what the client sends is taken, and nothing comes back.
        case hang
        /// The server's side is closed and the client is not told.
        case halfOpen
        /// Connections are reset, new ones at once.
        case reset
        /// After so many more bytes of requests both sides are closed.
        case cutRequests(after: Int)
        /// After so many more bytes of replies both sides are closed; requests were passed on.
        case cutReplies(after: Int)
    }

    /// Its port on 127.0.0.1.
    public let port: Int
    private let target: Int
    private let state = Mutex(State())
    private let listener: Int32

    fileprivate struct State {
        var fault = Fault.none
        var requestBytes = 0
        var replyBytes = 0
        var isClosed = false
        var connections = 0
    }

    /// A proxy for a port of 127.0.0.1.
    public init(to target: Int) throws {
        Foundation.signal(SIGPIPE, SIG_IGN)
        self.target = target
        port = try LoopbackPort.free()
        listener = try LoopbackPort.listen(port)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard let self else {
                    close(client)
                    return
                }
                self.serve(client)
            }
        }
    }

    deinit {
        state.withLock { $0.isClosed = true }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Sets what happens from now on.
    public func set(_ fault: Fault) {
        state.withLock { state in
            state.fault = fault
            state.requestBytes = 0
            state.replyBytes = 0
        }
    }

    /// Bytes of requests and of replies that were passed on since the last `set`.
    public var passed: (requests: Int, replies: Int) { state.withLock { ($0.requestBytes, $0.replyBytes) } }

    /// How many connections were accepted.
    public var connections: Int { state.withLock { $0.connections } }

    private func serve(_ client: Int32) {
        let fault = state.withLock { state in
            state.connections += 1
            return state.fault
        }
        var upstream: Int32?
        if fault != .reset, fault != .hang, fault != .halfOpen { upstream = LoopbackPort.connect(target) }
        if fault == .reset || (upstream == nil && fault != .hang && fault != .halfOpen) {
            ProxiedConnection.reset(client)
            return
        }
        let connection = ProxiedConnection(client: client, upstream: upstream)
        Thread.detachNewThread { [weak self] in
            while let self, self.step(connection) {}
            connection.close()
        }
    }

    /// Passes on what is there; false when the connection has ended.
    private func step(_ connection: ProxiedConnection) -> Bool {
        let (fault, isClosed) = state.withLock { ($0.fault, $0.isClosed) }
        if isClosed { return false }
        switch fault {
        case .reset:
            connection.resetClient()
            return false
        case .halfOpen: connection.closeUpstream()
        default: break
        }
        // A connection that lost its server is never told, whatever comes after.
        let swallows = fault == .hang || connection.upstream == nil
        let (hasRequest, hasReply) = connection.wait(forReplies: !swallows)
        var limit = 64 << 10
        if case .slow(let bytes, let milliseconds) = fault {
            limit = bytes
            if hasRequest || hasReply { usleep(UInt32(milliseconds) * 1000) }
        }
        if hasRequest {
            guard let bytes = ProxiedConnection.read(connection.client, limit) else { return false }
            if !swallows {
                let (allowed, isCut) = allowance(bytes.count, ofRequests: true)
                guard connection.pass(bytes[..<allowed], toUpstream: true), !isCut else { return false }
            }
        }
        if hasReply, let upstream = connection.upstream {
            guard let bytes = ProxiedConnection.read(upstream, limit) else { return false }
            let (allowed, isCut) = allowance(bytes.count, ofRequests: false)
            guard connection.pass(bytes[..<allowed], toUpstream: false), !isCut else { return false }
        }
        return true
    }

    /// How many bytes may pass, and whether the connection is cut behind them.
    private func allowance(_ count: Int, ofRequests: Bool) -> (Int, Bool) {
        state.withLock { state in
            let before = ofRequests ? state.requestBytes : state.replyBytes
            var allowed = count
            var isCut = false
            switch state.fault {
            case .cutRequests(let limit) where ofRequests, .cutReplies(let limit) where !ofRequests:
                allowed = min(count, max(0, limit - before))
                isCut = before + count > limit
            default: break
            }
            if ofRequests { state.requestBytes += allowed } else { state.replyBytes += allowed }
            return (allowed, isCut)
        }
    }
}
