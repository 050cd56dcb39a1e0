import CSIMDJSON
import EventEngine
import Glibc

/// Reads NDJSON. A line may be as long as the limit; longer ones pass through in pieces, as malformed.
final class LinePartition: EventPartition {
    private let source: any ByteSource
    private let context: PartitionContext
    /// What was read and not yet decoded: part of a line, or lines for which the last block had no rows.
    private var carry = ByteBuffer(capacity: 1024)
    /// Offset of the carry's first byte.
    private(set) var offset: UInt64
    /// Number of the line that the carry's first byte belongs to; nil when reading did not begin at the first.
    private var line: Int?
    /// Whether the bytes cannot begin with a byte order mark any more.
    private var isStarted: Bool
    private var isAtEnd = false
    /// The carry is the start of a line, and nothing was there behind it.
    private var isWaiting = false
    /// Bytes delivered so far of a line beyond the limit; 0 when none is under way.
    private var passed = 0
    private(set) var bytesRead: UInt64 = 0
    private(set) var malformed = 0

    /// Reads from `offset` on, which is the start of a line; `source` gives the bytes behind it.
    init(source: any ByteSource, from offset: UInt64 = 0, context: PartitionContext) {
        self.source = source
        self.offset = offset
        self.context = context
        line = offset == 0 ? 1 : nil
        isStarted = offset > 0
    }

    func read() throws(InputError) -> PartitionRead {
        if passed > 0 { return try passLongLine() }
        if isWaiting, try !completeLine() { return .waiting }
        if isAtEnd, carry.count == 0 { return .end }
        let block = context.pool.take()
        if block.capacity < carry.count { block.grow(to: carry.count) }
        block.bytes.update(from: carry.start, count: carry.count)
        block.length = carry.count
        switch try fill(block) {
        case .lines(let end):
            decode(block, upTo: end)
            if block.count > 0 { return .block(block) }
        case .part:
            carry.assign(block.bytes, count: block.length)
            isWaiting = true
        case .longLine:
            malformed += 1
            deliver(block.bytes, block.length, .first)
            passed = block.length
            carry.assign(block.bytes, count: 0)
        }
        context.pool.put(block)
        return isWaiting ? .waiting : .nothing
    }

    private enum Filled {
        /// Whole lines up to this byte.
        case lines(Int)
        /// Part of a line, and the source has nothing now.
        case part
        /// Part of a line that is beyond the limit.
        case longLine
    }

    /// Fills the block as far as the source has bytes.
    private func fill(_ block: EventBlock) throws(InputError) -> Filled {
        while true {
            var isDry = false
            reading: while !isAtEnd, block.length < block.capacity {
                let wanted = block.capacity - block.length
                switch try source.read(into: block.bytes + block.length, count: wanted) {
                case .bytes(let read):
                    bytesRead += UInt64(read)
                    block.length += read
                    // A pipe gives what it has: lines that are here need not wait for more.
                    if read < wanted, lastLineEnd(block) != nil { break reading }
                case .waiting:
                    isDry = true
                    break reading
                case .end: isAtEnd = true
                }
            }
            if !isStarted {
                if block.length < 3, !isAtEnd {
                    if isDry { return .part }
                    continue
                }
                skipByteOrderMark(in: block)
            }
            if isAtEnd, block.length <= context.maximumLineLength { return .lines(block.length) }
            if let end = lastLineEnd(block) { return .lines(end) }
            if isDry { return .part }
            if isAtEnd || block.capacity > context.maximumLineLength { return .longLine }
            block.grow(to: min(block.capacity * 2, context.maximumLineLength + 1))
        }
    }

    /// Reads behind the part of a line that waits; false when its end is still not here.
    private func completeLine() throws(InputError) -> Bool {
        while true {
            carry.reserve(carry.count + 256)
            let free = carry.free
            guard let start = free.baseAddress else { return false }
            switch try source.read(into: start, count: min(free.count, context.maximumLineLength + 1 - carry.count)) {
            case .waiting: return false
            case .end: isAtEnd = true
            case .bytes(let read):
                bytesRead += UInt64(read)
                carry.append(count: read)
                if memchr(start, 10, read) == nil, carry.count <= context.maximumLineLength { continue }
            }
            isWaiting = false
            return true
        }
    }

    private func lastLineEnd(_ block: EventBlock) -> Int? {
        let end = fx_last_line_end(block.bytes, block.length)
        return end > 0 ? end : nil
    }

    private func skipByteOrderMark(in block: EventBlock) {
        isStarted = true
        guard block.length >= 3, block.bytes[0] == 0xEF, block.bytes[1] == 0xBB, block.bytes[2] == 0xBF else { return }
        block.length -= 3
        block.bytes.update(from: block.bytes + 3, count: block.length)
        offset = 3
    }

    private func decode(_ block: EventBlock, upTo end: Int) {
        let progress = context.decoder.decode(
            block, length: end, baseOffset: offset, stream: context.stream, source: context.source, ingested: context.clock?()
        ) { start, length, newlines, reason in
            malformed += 1
            context.sink(
                MalformedLine(
                    file: source.name, line: line.map { $0 + newlines }, offset: offset + UInt64(start), reason: reason, part: .whole,
                    bytes: UnsafeRawBufferPointer(start: block.bytes + start, count: length)))
        }
        offset += UInt64(progress.consumed)
        line = line.map { $0 + progress.newlines }
        carry.assign(block.bytes + progress.consumed, count: block.length - progress.consumed)
    }

    /// Delivers the next piece of a line beyond the limit. Until its last one, `offset` stays at its start.
    private func passLongLine() throws(InputError) -> PartitionRead {
        let block = context.pool.take()
        defer { context.pool.put(block) }
        switch try source.read(into: block.bytes, count: block.capacity) {
        case .waiting: return .waiting
        case .end:
            isAtEnd = true
            deliver(block.bytes, 0, .last)
            offset += UInt64(passed)
            passed = 0
        case .bytes(let read):
            bytesRead += UInt64(read)
            guard let newline = memchr(block.bytes, 10, read) else {
                deliver(block.bytes, read, .middle)
                passed += read
                break
            }
            let piece = newline - UnsafeMutableRawPointer(block.bytes)
            deliver(block.bytes, piece, .last)
            offset += UInt64(passed + piece + 1)
            line = line.map { $0 + 1 }
            passed = 0
            carry.assign(block.bytes + piece + 1, count: read - piece - 1)
        }
        return .nothing
    }

    private func deliver(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ part: MalformedLine.Part) {
        context.sink(
            MalformedLine(
                file: source.name, line: line, offset: offset, reason: "line too long", part: part,
                bytes: UnsafeRawBufferPointer(start: bytes, count: count)))
    }
}
