import Glibc

/// A socket to a receiver of syslog. For one thread.
final class SyslogSocket {
    private static let slice: CInt = 100

    private let descriptor: CInt
    private let isStream: Bool
    private let place: String

    /// Connects; UDP only looks the receiver up.
    init(_ settings: SyslogAction.Settings, cancellation: Cancellation) throws(DeliveryError) {
        isStream = settings.carrier == .tcp
        place = "syslog at \(settings.host):\(settings.port)"
        var hints = addrinfo()
        hints.ai_socktype = isStream ? CInt(SOCK_STREAM.rawValue) : CInt(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let problem = getaddrinfo(settings.host, String(settings.port), &hints, &found)
        guard problem == 0, let first = found else { throw DeliveryError("\(place): \(String(cString: gai_strerror(problem)))") }
        defer { freeaddrinfo(first) }
        var reason = DeliveryError("\(place): no address")
        for address in sequence(first: first, next: { $0.pointee.ai_next }) {
            do throws(DeliveryError) {
                descriptor = try Self.connect(address.pointee, place, timeout: settings.timeout, cancellation: cancellation)
                return
            } catch {
                reason = error
            }
        }
        throw reason
    }

    deinit { close(descriptor) }

    /// True when the receiver has closed the connection.
    var isClosed: Bool {
        guard isStream else { return false }
        var byte: UInt8 = 0
        let result = recv(descriptor, &byte, 1, CInt(MSG_DONTWAIT) | CInt(MSG_PEEK))
        return result == 0 || (result < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
    }

    /// Sends bytes, all of them. A datagram that is too long is refused.
    func send(_ bytes: [UInt8], timeout: Int64, cancellation: Cancellation) throws(DeliveryError) {
        let deadline = WallClock.monotonic() + timeout
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, CInt(MSG_NOSIGNAL)) }
            if result >= 0 {
                sent += result
            } else if errno == EMSGSIZE {
                throw DeliveryError("\(place): an alert of \(bytes.count) bytes does not fit into a datagram", kind: .refused)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                try Self.wait(descriptor, CInt(POLLOUT), place, until: deadline, cancellation: cancellation)
            } else if errno != EINTR {
                throw .system(place, code: errno)
            }
        }
    }

    /// Waits until the system of the receiver has everything that was sent; does nothing for UDP.
    func waitUntilReceived(timeout: Int64, cancellation: Cancellation) throws(DeliveryError) {
        guard isStream else { return }
        let deadline = WallClock.monotonic() + timeout
        var pause: UInt32 = 50
        while true {
            var waiting: CInt = 0
            guard ioctl(descriptor, UInt(TIOCOUTQ), &waiting) == 0, waiting > 0 else { break }
            if cancellation.isSet { throw .cancelled }
            if WallClock.monotonic() > deadline { throw DeliveryError("\(place): takes nothing") }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
        if isClosed { throw DeliveryError("\(place): the connection was closed") }
    }

    private static func connect(
        _ address: addrinfo, _ place: String, timeout: Int64, cancellation: Cancellation
    ) throws(DeliveryError) -> CInt {
        let kind = address.ai_socktype | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.ai_family, kind, address.ai_protocol)
        guard descriptor >= 0 else { throw .system(place, code: errno) }
        do throws(DeliveryError) {
            if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else { throw .system(place, code: errno) }
                try wait(descriptor, CInt(POLLOUT), place, until: WallClock.monotonic() + timeout, cancellation: cancellation)
                var code: CInt = 0
                var length = socklen_t(MemoryLayout<CInt>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
                if code != 0 { throw .system(place, code: code) }
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func wait(
        _ descriptor: CInt, _ events: CInt, _ place: String, until deadline: Int64, cancellation: Cancellation
    ) throws(DeliveryError) {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            if poll(&entry, 1, slice) > 0 { return }
            if cancellation.isSet { throw .cancelled }
            if WallClock.monotonic() > deadline { throw DeliveryError("\(place): no answer in time") }
        }
    }
}
