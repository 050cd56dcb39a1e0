import EventEngine

/// Reads a CSV file, RFC 4180: each record becomes a line of JSON, which is decoded like any other.
///
/// Events keep the offset of their record; what is malformed is reported with the record's own bytes.
final class CSVPartition: EventPartition {
    /// Where the record behind one line of JSON came from.
    private struct Origin {
        /// First byte of the JSON line in the block.
        var blockOffset: Int
        /// The record in the raw bytes.
        var start: Int
        var length: Int
        var line: Int
        /// Why the record is malformed; nil when it is not.
        var reason: String?
    }

    private let file: InputFile
    private let context: PartitionContext
    private let readSize: Int
    private var writer: CSVRecordWriter?
    private var scanner = CSVRecordScanner()
    private var raw: ByteBuffer
    /// Offset in the file of the first raw byte.
    private var offset: UInt64 = 0
    private var line = 1
    private var isAtEnd = false
    private var origins: [Origin] = []
    private(set) var bytesRead: UInt64 = 0
    private(set) var malformed = 0

    init(file: InputFile, columns: [String]?, blockSize: Int, context: PartitionContext) {
        self.file = file
        self.context = context
        readSize = max(blockSize / 2, 16)
        raw = ByteBuffer(capacity: readSize)
        writer = columns.map(CSVRecordWriter.init(columns:))
    }

    func nextBlock() throws(InputError) -> EventBlock? {
        while true {
            if raw.count < readSize { try read() }
            if raw.count == 0 { return nil }
            let block = context.pool.take()
            let consumed = convert(into: block)
            decode(block)
            raw.removeFirst(consumed)
            offset += UInt64(consumed)
            if block.count > 0 { return block }
            context.pool.put(block)
            if consumed > 0 { continue }
            // Not one whole record lies here.
            if raw.count > context.maximumLineLength {
                try skipLongRecord()
            } else if !isAtEnd {
                raw.reserve(raw.count * 2)
                try read()
            }
        }
    }

    /// Reads until the raw bytes fill their buffer, or the file ends.
    private func read() throws(InputError) {
        while !isAtEnd {
            let free = raw.free
            guard let start = free.baseAddress, free.count > 0 else { return }
            let read = try file.read(into: start, count: free.count)
            bytesRead += UInt64(read)
            raw.append(count: read)
            isAtEnd = read == 0
        }
    }

    /// Writes the whole records among the raw bytes to the block; how many raw bytes they are.
    private func convert(into block: EventBlock) -> Int {
        origins.removeAll(keepingCapacity: true)
        var at = 0
        if offset == 0, raw.count >= 3, raw.start[0] == 0xEF, raw.start[1] == 0xBB, raw.start[2] == 0xBF { at = 3 }
        while at < raw.count, origins.count < block.rowCapacity {
            let bytes = UnsafeBufferPointer(start: raw.start + at, count: raw.count - at)
            guard let record = scanner.scan(bytes, isFinal: isAtEnd) else { break }
            if record.isBlank {
                at += record.end
                line += record.newlines
                continue
            }
            guard let writer else {
                if record.error == nil { self.writer = CSVRecordWriter(columns: scanner.texts) }
                if let reason = record.error { reject("header: \(reason)", bytes: bytes, length: record.length) }
                at += record.end
                line += record.newlines
                continue
            }
            var origin = Origin(blockOffset: block.length, start: at, length: record.length, line: line, reason: record.error)
            if origin.reason == nil, scanner.fields.count != writer.columnCount {
                origin.reason = "\(scanner.fields.count) fields where the header has \(writer.columnCount)"
            }
            guard writer.write(origin.reason == nil ? scanner.fields : nil, of: bytes, to: block, mayGrow: origins.isEmpty) else { break }
            origins.append(origin)
            at += record.end
            line += record.newlines
        }
        return at
    }

    private func decode(_ block: EventBlock) {
        let length = block.length
        guard length > 0 else { return }
        _ = context.decoder.decode(block, length: length, baseOffset: 0, stream: context.stream, source: context.source) {
            _, _, newlines, reason in
            let origin = origins[newlines]
            malformed += 1
            context.sink(
                MalformedLine(
                    file: file.name, line: origin.line, offset: offset + UInt64(origin.start), reason: origin.reason ?? reason,
                    part: .whole, bytes: UnsafeRawBufferPointer(start: raw.start + origin.start, count: origin.length)))
        }
        var next = 0
        for row in 0..<block.count {
            while origins[next].blockOffset != Int(block.headers[row].offset) { next += 1 }
            block.headers[row].offset = offset + UInt64(origins[next].start)
        }
    }

    private func reject(_ reason: String, bytes: UnsafeBufferPointer<UInt8>, length: Int) {
        malformed += 1
        context.sink(
            MalformedLine(
                file: file.name, line: line, offset: offset, reason: reason, part: .whole,
                bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[0..<length])))
    }

    /// Delivers a record beyond the limit in pieces, up to the next line end; reading goes on behind it.
    private func skipLongRecord() throws(InputError) {
        malformed += 1
        var part = MalformedLine.Part.first
        let recordOffset = offset
        let recordLine = line
        while true {
            let bytes = UnsafeRawBufferPointer(start: raw.start, count: raw.count)
            let from = part == .first ? min(context.maximumLineLength, bytes.count) : 0
            let newline = bytes[from...].firstIndex(of: 10)
            let end = newline ?? bytes.count
            let isLast = newline != nil || bytes.count == 0
            func deliver(_ part: MalformedLine.Part, _ range: Range<Int>) {
                context.sink(
                    MalformedLine(
                        file: file.name, line: recordLine, offset: recordOffset, reason: "record too long", part: part,
                        bytes: UnsafeRawBufferPointer(rebasing: bytes[range])))
            }
            deliver(part == .first ? .first : isLast ? .last : .middle, 0..<end)
            if isLast, part == .first { deliver(.last, end..<end) }
            part = .middle
            let consumed = newline.map { $0 + 1 } ?? end
            line += bytes[0..<consumed].count { $0 == 10 }
            raw.removeFirst(consumed)
            offset += UInt64(consumed)
            if isLast { return }
            try read()
        }
    }
}
