import Glibc

/// What the system says of this process.
struct ProcessFigures {
    /// Bytes of memory that it has in use; nil where the system does not tell.
    let residentMemory: Int?
    /// Seconds of processor time that it has used.
    let processorTime: Double?

    /// As of now.
    init() {
        let statistics = Self.contents(of: "/proc/self/statm").split(separator: " ")
        residentMemory = statistics.count > 1 ? Int(statistics[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
        var time = timespec()
        let isKnown = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0
        processorTime = isKnown ? Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 : nil
    }

    private static func contents(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
