import Glibc

/// What the machine is.
public enum SystemInfo {
    /// Processors that this process may run on, at least 1.
    public static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// A text that no other process uses: `host:pid:random`.
    static var owner: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "\(host):\(getpid()):\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }
}
