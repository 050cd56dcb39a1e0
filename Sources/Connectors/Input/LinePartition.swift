import CSIMDJSON
import EventEngine
import Glibc

/// Reads a file of NDJSON. A line may be as long as the limit; longer ones pass through in pieces, as malformed.
final class LinePartition: EventPartition {
    private let file: InputFile
    private let context: PartitionContext
    /// What was read and not yet decoded: part of a line, or lines for which the last block had no rows.
    private var carry = ByteBuffer(capacity: 4096)
    /// Offset in the file of the carry's first byte.
    private var offset: UInt64 = 0
    /// Number of the line that the carry's first byte belongs to.
    private var line = 1
    private var isAtEnd = false
    private(set) var bytesRead: UInt64 = 0
    private(set) var malformed = 0

    init(file: InputFile, context: PartitionContext) {
        self.file = file
        self.context = context
    }

    func nextBlock() throws(InputError) -> EventBlock? {
        while !isAtEnd || carry.count > 0 {
            let block = context.pool.take()
            if block.capacity < carry.count { block.grow(to: carry.count) }
            block.bytes.update(from: carry.start, count: carry.count)
            block.length = carry.count
            guard let end = try fill(block) else {
                try skipLongLine(in: block)
                context.pool.put(block)
                continue
            }
            decode(block, upTo: end)
            if block.count > 0 { return block }
            context.pool.put(block)
        }
        return nil
    }

    /// Fills the block; the end of its last whole line, or nil when it has none and the limit is reached.
    private func fill(_ block: EventBlock) throws(InputError) -> Int? {
        while true {
            while !isAtEnd, block.length < block.capacity {
                let wanted = block.capacity - block.length
                let read = try file.read(into: block.bytes + block.length, count: wanted)
                let isStart = bytesRead == 0
                bytesRead += UInt64(read)
                block.length += read
                isAtEnd = read == 0
                if isStart { try skipByteOrderMark(in: block) }
                // A pipe gives what it has: lines that are here need not wait for more.
                if read > 0, read < wanted, lastLineEnd(block) != nil { break }
            }
            if isAtEnd { return block.length > context.maximumLineLength ? lastLineEnd(block) : block.length }
            if let end = lastLineEnd(block) { return end }
            if block.capacity > context.maximumLineLength { return nil }
            block.grow(to: min(block.capacity * 2, context.maximumLineLength + 1))
        }
    }

    private func lastLineEnd(_ block: EventBlock) -> Int? {
        let end = fx_last_line_end(block.bytes, block.length)
        return end > 0 ? end : nil
    }

    private func skipByteOrderMark(in block: EventBlock) throws(InputError) {
        while block.length < 3, !isAtEnd {
            let read = try file.read(into: block.bytes + block.length, count: 3 - block.length)
            bytesRead += UInt64(read)
            block.length += read
            isAtEnd = read == 0
        }
        guard block.length >= 3, block.bytes[0] == 0xEF, block.bytes[1] == 0xBB, block.bytes[2] == 0xBF else { return }
        block.length -= 3
        block.bytes.update(from: block.bytes + 3, count: block.length)
        offset = 3
    }

    private func decode(_ block: EventBlock, upTo end: Int) {
        let progress = context.decoder.decode(
            block, length: end, baseOffset: offset, stream: context.stream, source: context.source
        ) { start, length, newlines, reason in
            malformed += 1
            context.sink(
                MalformedLine(
                    file: file.name, line: line + newlines, offset: offset + UInt64(start), reason: reason, part: .whole,
                    bytes: UnsafeRawBufferPointer(start: block.bytes + start, count: length)))
        }
        offset += UInt64(progress.consumed)
        line += progress.newlines
        carry.assign(block.bytes + progress.consumed, count: block.length - progress.consumed)
    }

    /// Delivers the line that fills the whole block, and what follows of it in the file, piece by piece.
    private func skipLongLine(in block: EventBlock) throws(InputError) {
        malformed += 1
        deliver(block.bytes, block.length, .first)
        var length = block.length
        var kept = 0
        var piece = 0
        while true {
            let read = isAtEnd ? 0 : try file.read(into: block.bytes, count: block.capacity)
            bytesRead += UInt64(read)
            isAtEnd = read == 0
            piece = read
            if read == 0 { break }
            if let newline = memchr(block.bytes, 10, read) {
                piece = newline - UnsafeMutableRawPointer(block.bytes)
                kept = read - piece - 1
                break
            }
            deliver(block.bytes, read, .middle)
            length += read
        }
        deliver(block.bytes, piece, .last)
        let newline = isAtEnd ? 0 : 1
        offset += UInt64(length + piece + newline)
        line += newline
        carry.assign(block.bytes + piece + newline, count: kept)
    }

    private func deliver(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ part: MalformedLine.Part) {
        context.sink(
            MalformedLine(
                file: file.name, line: line, offset: offset, reason: "line too long", part: part,
                bytes: UnsafeRawBufferPointer(start: bytes, count: count)))
    }
}
