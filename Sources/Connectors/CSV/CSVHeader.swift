/// The header of a CSV file that is resumed behind it.
struct CSVHeader {
    /// Names of the columns.
    let columns: [String]
    /// Where the first record behind it starts.
    let end: UInt64

    /// Reads the first record of a file as a `CSVConverter` would; nil when none is whole within `limit` bytes.
    init?(of file: OpenedFile, limit: Int) {
        var scanner = CSVRecordScanner()
        var raw = ByteBuffer(capacity: 4096)
        while raw.count <= limit {
            raw.reserve(raw.count + 4096)
            let free = raw.free
            let read = free.baseAddress.map { file.read(into: $0, count: free.count, at: UInt64(raw.count)) } ?? 0
            if read == 0 { return nil }
            raw.append(count: read)
            let hasMark = raw.count >= 3 && raw.start[0] == 0xEF && raw.start[1] == 0xBB && raw.start[2] == 0xBF
            var at = hasMark ? 3 : 0
            while let record = scanner.scan(UnsafeBufferPointer(start: raw.start + at, count: raw.count - at), isFinal: false) {
                at += record.end
                if record.isBlank || record.error != nil { continue }
                columns = scanner.texts
                end = UInt64(at)
                return
            }
        }
        return nil
    }
}
