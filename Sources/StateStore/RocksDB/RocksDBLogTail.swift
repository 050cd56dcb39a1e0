#if canImport(Glibc)
    import Glibc
#endif

/// Tells a record that a crash has torn from one whose length is damaged, at the end of a write-ahead log.
///
/// RocksDB takes any record that reaches past the end of its log for torn, and leaves it out with all that follows it; one flipped bit in a
/// length would so lose commits without a word. A torn record has less than its checksum covers; if some beginning of what is there
/// has the checksum, the record was whole.
///
/// A log is a row of blocks of 32 KiB, a block a row of records: masked CRC-32C of type and data (4 bytes), length of the data (2, both
/// little-endian), type (1), data. Only the last block can end in a torn record.
enum RocksDBLogTail {
    private static let blockSize = 32 << 10
    private static let headerSize = 7

    /// The first log of a directory, by name, that ends in a record with a damaged length.
    static func damagedLog(in directory: String) -> String? {
        logs(in: directory).first { path in isDamaged(lastBlock(of: path)) }
    }

    /// The paths of the logs of a directory, by name.
    static func logs(in directory: String) -> [String] {
        var paths: [String] = []
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name.hasSuffix(".log") { paths.append("\(directory)/\(name)") }
        }
        return paths.sorted()
    }

    /// What is behind the last boundary of blocks; empty when the file cannot be read, which is for RocksDB to say.
    private static func lastBlock(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        guard size > 0 else { return [] }
        let start = (size - 1) / blockSize * blockSize
        return [UInt8](unsafeUninitializedCapacity: blockSize) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, size - start, off_t(start)))
        }
    }

    private static func isDamaged(_ block: [UInt8]) -> Bool {
        var rest = block[...]
        while rest.count >= headerSize {
            let header = Array(rest.prefix(headerSize))
            let length = Int(header[4]) | Int(header[5]) << 8
            // Room that was reserved and never written.
            if header[6] == 0, length == 0 { return false }
            rest = rest.dropFirst(headerSize)
            if length > rest.count {
                let checksum = (0..<4).reduce(UInt32(0)) { $0 | UInt32(header[$1]) << (8 * $1) }
                return hasBeginning(of: rest, type: header[6], checksum: checksum)
            }
            rest = rest.dropFirst(length)
        }
        return false
    }

    /// True when some beginning of `data`, or all of it, has the checksum.
    private static func hasBeginning(of data: ArraySlice<UInt8>, type: UInt8, checksum: UInt32) -> Bool {
        let rotated = checksum &- 0xA282_EAD8
        let wanted = rotated << 15 | rotated >> 17
        var state = extended(~0, by: type)
        for byte in data {
            if ~state == wanted { return true }
            state = extended(state, by: byte)
        }
        return ~state == wanted
    }

    /// CRC-32C, a byte further.
    private static func extended(_ state: UInt32, by byte: UInt8) -> UInt32 {
        table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 != 0 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }
}
