import Glibc

/// Finds the numbers of lines by their byte offsets: reads each file once more, as far as the last offset.
enum LineNumbers {
    /// Line numbers, from 1, by offset; nothing for what cannot be read again.
    static func find(_ offsets: Set<UInt64>, in file: String) -> [UInt64: Int] {
        guard file != "-", let last = offsets.max() else { return [:] }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [:] }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return [:] }
        var numbers: [UInt64: Int] = [:]
        var sorted = offsets.sorted()[...]
        var line = 1
        var position: UInt64 = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while position <= last, !sorted.isEmpty {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for index in 0..<count {
                while let offset = sorted.first, offset == position + UInt64(index) {
                    numbers[offset] = line
                    sorted.removeFirst()
                }
                if chunk[index] == UInt8(ascii: "\n") { line += 1 }
            }
            position += UInt64(count)
        }
        return numbers
    }
}
