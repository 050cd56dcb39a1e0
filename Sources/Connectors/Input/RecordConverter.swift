import EventEngine

/// Finds the records of a format that is not NDJSON, and writes each as one JSON object. One for each partition.
protocol RecordConverter {
    /// What a record beyond the limit is called in messages.
    static var recordName: String { get }
    /// The record at the start of the bytes; nil when it does not end within them. `isFinal`: they are the last of the
    /// file, so that their end may be the record's.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> ScannedRecord?
    /// Appends the record last scanned, which has no error, to the block as one line of JSON. `offset` is the record's.
    mutating func convert(_ bytes: UnsafeBufferPointer<UInt8>, offset: UInt64, to block: EventBlock, mayGrow: Bool) -> Conversion
    /// Appends the whole records at the start of `raw`, whose first byte has this offset, to an empty block; how many bytes
    /// and newlines they are. The one implementation is a requirement, so that its loop is compiled for each converter alone.
    mutating func convertAll(
        _ raw: UnsafeBufferPointer<UInt8>, offset: UInt64, isFinal: Bool, to block: EventBlock, _ records: inout ConvertedRecords
    ) -> (consumed: Int, newlines: Int)
    /// Whether converted records have times of their own; else the time fields of the JSON tell them.
    var givesTime: Bool { get }
    /// What another converter must be opened with to go on at `offset` as this one would; nil when it needs nothing.
    func note(at offset: UInt64) -> String?
    /// No note before `offset` will be asked for.
    mutating func forget(before offset: UInt64)
}

extension RecordConverter {
    func note(at offset: UInt64) -> String? { nil }
    mutating func forget(before offset: UInt64) {}

    mutating func convertAll(
        _ raw: UnsafeBufferPointer<UInt8>, offset: UInt64, isFinal: Bool, to block: EventBlock, _ records: inout ConvertedRecords
    ) -> (consumed: Int, newlines: Int) {
        records.removeAll()
        var at = 0
        var newlines = 0
        if offset == 0, raw.count >= 3, raw[0] == 0xEF, raw[1] == 0xBB, raw[2] == 0xBF { at = 3 }
        while at < raw.count, records.origins.count < block.rowCapacity {
            let bytes = UnsafeBufferPointer(rebasing: raw[at...])
            guard let record = scan(bytes, isFinal: isFinal) else { break }
            if !record.isBlank {
                var origin = ConvertedRecords.Origin(
                    blockOffset: block.length, start: at, length: record.length, newlines: newlines, reason: record.error)
                var time: Int64? = 0
                if record.error == nil {
                    switch convert(bytes, offset: offset + UInt64(at), to: block, mayGrow: records.origins.isEmpty) {
                    case .written(let known): time = known
                    case .skipped: time = nil
                    case .malformed(let reason): origin.reason = reason
                    case .full: return (at, newlines)
                    }
                }
                if origin.reason != nil {
                    // A line that is no JSON keeps the record's place.
                    guard block.capacity - block.length >= 2 else { return (at, newlines) }
                    block.bytes[block.length] = UInt8(ascii: "!")
                    block.bytes[block.length + 1] = 10
                    block.length += 2
                }
                if let time { records.append(origin, time: givesTime ? time : nil) }
            }
            at += record.end
            newlines += record.newlines
        }
        return (at, newlines)
    }
}

/// Where the records behind the lines of a block came from.
struct ConvertedRecords {
    struct Origin {
        /// First byte of the JSON line in the block.
        var blockOffset: Int
        /// The record in the raw bytes.
        var start: Int
        var length: Int
        /// Newlines of the raw bytes before it.
        var newlines: Int
        /// Why the record is malformed; nil when it is not.
        var reason: String?
    }

    private(set) var origins: [Origin] = []
    /// One for each record where the converter gives times, else empty.
    private(set) var times: [Int64] = []

    mutating func removeAll() {
        origins.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
    }

    mutating func append(_ origin: Origin, time: Int64?) {
        origins.append(origin)
        if let time { times.append(time) }
    }
}

/// A record that ends within some bytes.
struct ScannedRecord {
    /// Bytes without the line end.
    var length: Int
    /// Where the next record starts.
    var end: Int
    /// Newlines in it, that of its end included.
    var newlines: Int
    /// Why it is no record; nil when it is one.
    var error: String?
    /// Whether it is an empty line.
    var isBlank: Bool
}

/// What became of a record.
enum Conversion {
    /// A line of JSON; `time` is the event's where the converter gives it.
    case written(time: Int64)
    /// It is no event, and nothing is wrong with it: a header.
    case skipped
    /// It is no event.
    case malformed(String)
    /// The block has no room for it.
    case full
}
