import Foundation
import Synchronization

/// TCP ports of 127.0.0.1 for servers of tests.
public enum LoopbackPort {
    private static let given = Mutex<Set<Int>>([])

    /// A port that nobody listens on and that this process gives to nobody else. It is below the range that the system takes ports
    /// of outgoing connections from, so that a server can be started on it again.
    public static func free() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: 20000..<32000)
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            if let socket = try? listen(port) {
                close(socket)
                return port
            }
        }
        throw TestSupportError("no free port")
    }

    /// A socket that listens on a port of 127.0.0.1.
    static func listen(_ port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let result = withAddress(port) { bind(descriptor, $0, $1) }
        guard result == 0, Glibc.listen(descriptor, 64) == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw TestSupportError("cannot listen on port \(port): \(reason)")
        }
        return descriptor
    }

    /// A connection to a port of 127.0.0.1; nil when nobody listens.
    public static func connect(_ port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard withAddress(port, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func withAddress<Result>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
