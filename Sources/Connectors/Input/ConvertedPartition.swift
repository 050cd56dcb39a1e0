import EventEngine

/// Reads records of another format than NDJSON: each becomes a line of JSON, which is decoded like any other.
///
/// Events keep the offset of their record; what is malformed is reported with the record's own bytes.
final class ConvertedPartition<Converter: RecordConverter>: EventPartition {
    private let source: any ByteSource
    private let context: PartitionContext
    private let readSize: Int
    private var converter: Converter
    private var raw: ByteBuffer
    /// Offset of the first raw byte.
    private(set) var offset: UInt64
    /// Number of the line that the first raw byte belongs to; nil when reading did not begin at the first.
    private var line: Int?
    private var isAtEnd = false
    /// The raw bytes are the start of a record, and nothing was there behind them.
    private var isWaiting = false
    /// Bytes and newlines delivered so far of a record beyond the limit; nil when none is under way.
    private var passed: (bytes: Int, newlines: Int)?
    private var records = ConvertedRecords()
    private(set) var bytesRead: UInt64 = 0
    private(set) var malformed = 0

    /// Reads from `offset` on, which is the start of a record; `source` gives the bytes behind it.
    init(source: any ByteSource, from offset: UInt64 = 0, converter: Converter, blockSize: Int, context: PartitionContext) {
        self.source = source
        self.offset = offset
        self.converter = converter
        self.context = context
        line = offset == 0 ? 1 : nil
        readSize = max(blockSize / 2, 16)
        raw = ByteBuffer(capacity: min(readSize, 4096))
    }

    func note(at offset: UInt64) -> String? { converter.note(at: offset) }

    func forget(before offset: UInt64) { converter.forget(before: offset) }

    /// The columns that a header gave, and where it stands; nil without one.
    var header: (columns: [String], offset: UInt64)? {
        guard let csv = converter as? CSVConverter, let columns = csv.columns, let offset = csv.headerOffset else { return nil }
        return (columns, offset)
    }

    func read() throws(InputError) -> PartitionRead {
        let isDry = try fill()
        if passed != nil { return passLongRecord(isDry: isDry) }
        if isWaiting, isDry { return .waiting }
        if raw.count == 0 { return isAtEnd ? .end : .waiting }
        isWaiting = false
        let block = context.pool.take()
        let (consumed, newlines) = converter.convertAll(
            UnsafeBufferPointer(start: raw.start, count: raw.count), offset: offset, isFinal: isAtEnd, to: block, &records)
        decode(block)
        raw.removeFirst(consumed)
        offset += UInt64(consumed)
        line = line.map { $0 + newlines }
        if block.count > 0 { return .block(block) }
        context.pool.put(block)
        if consumed > 0 { return .nothing }
        // Not one whole record lies here.
        if raw.count > context.maximumLineLength {
            malformed += 1
            passed = (0, 0)
        } else if raw.count == raw.capacity {
            raw.reserve(raw.count * 2)
        } else {
            isWaiting = true
            return .waiting
        }
        return .nothing
    }

    /// Reads until the raw bytes are as many as wanted in one go, or the source has no more now; whether nothing came.
    private func fill() throws(InputError) -> Bool {
        let before = raw.count
        while !isAtEnd {
            if raw.count == raw.capacity, raw.capacity < readSize { raw.reserve(min(raw.capacity * 4, readSize)) }
            let free = raw.free
            guard let start = free.baseAddress, free.count > 0 else { break }
            switch try source.read(into: start, count: free.count) {
            case .bytes(let read):
                bytesRead += UInt64(read)
                raw.append(count: read)
            case .waiting: return raw.count == before
            case .end:
                isAtEnd = true
                return false
            }
        }
        return false
    }

    private func decode(_ block: EventBlock) {
        let length = block.length
        guard length > 0 else { return }
        records.times.withUnsafeBufferPointer { times in
            _ = context.decoder.decode(
                block, length: length, baseOffset: 0, stream: context.stream, source: context.source,
                time: converter.givesTime ? .lines(times.baseAddress!) : .fields, ingested: context.clock?()
            ) { _, _, newlines, reason in
                let origin = records.origins[newlines]
                malformed += 1
                deliver(
                    .whole, UnsafeRawBufferPointer(start: raw.start + origin.start, count: origin.length),
                    reason: origin.reason ?? reason, at: (origin.start, origin.newlines))
            }
        }
        records.origins.withUnsafeBufferPointer { origins in
            var next = 0
            for row in 0..<block.count {
                while origins[next].blockOffset != Int(block.headers[row].offset) { next += 1 }
                block.headers[row].offset = offset + UInt64(origins[next].start)
            }
        }
    }

    /// Delivers the raw bytes as the next piece of a record beyond the limit, up to its line end if it is there. Until the
    /// last piece, `offset` stays at the record's start.
    private func passLongRecord(isDry: Bool) -> PartitionRead {
        guard var passed else { return .nothing }
        if raw.count == 0, !isAtEnd { return .waiting }
        let bytes = UnsafeRawBufferPointer(start: raw.start, count: raw.count)
        let isFirst = passed.bytes == 0
        // The line end that makes the record too long lies behind the limit.
        let newline = bytes[(isFirst ? min(context.maximumLineLength, bytes.count) : 0)...].firstIndex(of: 10)
        let piece = UnsafeRawBufferPointer(rebasing: bytes[..<(newline ?? bytes.count)])
        let isLast = newline != nil || bytes.count == 0
        let reason = "\(Converter.recordName) too long"
        deliver(isFirst ? .first : isLast ? .last : .middle, piece, reason: reason, at: (0, 0))
        if isFirst, isLast {
            deliver(.last, UnsafeRawBufferPointer(rebasing: bytes[piece.count..<piece.count]), reason: reason, at: (0, 0))
        }
        let consumed = newline.map { $0 + 1 } ?? bytes.count
        passed.bytes += consumed
        passed.newlines += bytes[..<consumed].count { $0 == 10 }
        raw.removeFirst(consumed)
        if isLast {
            offset += UInt64(passed.bytes)
            line = line.map { $0 + passed.newlines }
            self.passed = nil
        } else {
            self.passed = passed
        }
        return .nothing
    }

    /// `at`: bytes and newlines behind `offset`.
    private func deliver(_ part: MalformedLine.Part, _ bytes: UnsafeRawBufferPointer, reason: String, at place: (bytes: Int, newlines: Int))
    {
        context.sink(
            MalformedLine(
                file: source.name, line: line.map { $0 + place.newlines }, offset: offset + UInt64(place.bytes), reason: reason,
                part: part, bytes: bytes))
    }
}
