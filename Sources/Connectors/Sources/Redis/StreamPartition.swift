import EventEngine

/// Decodes the entries of one stream, and remembers them until a checkpoint has them.
final class StreamPartition {
    let reader: StreamReader
    var isPaused = false
    /// Behind the last entry that was delivered.
    private(set) var end: UInt64
    private let context: PartitionContext
    private var batch = StreamBatch()
    /// The batch's next entry.
    private var next = 0
    /// Delivered and not acknowledged, from `firstPending` on.
    private var pending: [StreamEntryID] = []
    private var firstPending = 0

    init(reader: StreamReader, start: UInt64, context: PartitionContext) {
        self.reader = reader
        end = start
        self.context = context
    }

    /// The next events; nothing when only malformed entries were there, waiting when none.
    func read() -> PartitionRead {
        if next == batch.entries.count {
            guard let taken = reader.take() else { return .waiting }
            batch = taken
            next = 0
            if batch.entries.isEmpty {
                end = max(end, batch.passed.offset + 1)
                return .nothing
            }
        }
        let block = context.pool.take()
        let entries = fill(block)
        decode(block, entries)
        next = entries.upperBound
        end = max(end, batch.entries[next - 1].id.offset + 1)
        pending += batch.entries[entries].map(\.id)
        if block.count > 0 { return .block(block) }
        context.pool.put(block)
        return .nothing
    }

    /// Acknowledges what was delivered before an offset.
    func committed(_ offset: UInt64) {
        var last = firstPending
        while last < pending.count, pending[last].offset < offset { last += 1 }
        guard last > firstPending else { return }
        reader.acknowledge(Array(pending[firstPending..<last]))
        firstPending = last
        if firstPending > pending.count / 2 {
            pending.removeFirst(firstPending)
            firstPending = 0
        }
    }

    /// Copies entries to the block, as many as it has room for, at least one.
    private func fill(_ block: EventBlock) -> Range<Int> {
        var last = next
        while last < batch.entries.count, last - next < block.rowCapacity {
            let entry = batch.entries[last]
            let isMalformed = entry.reason != nil || entry.line.count > context.maximumLineLength
            let size = isMalformed ? 2 : entry.line.count + 1
            if block.capacity - block.length < size {
                guard last == next else { break }
                block.grow(to: size)
            }
            if isMalformed {
                // A line that is no JSON keeps the entry's place.
                block.bytes[block.length] = UInt8(ascii: "!")
                block.bytes[block.length + 1] = 10
            } else {
                batch.bytes.withUnsafeBufferPointer {
                    (block.bytes + block.length).update(from: $0.baseAddress! + entry.line.lowerBound, count: size)
                }
            }
            block.length += size
            last += 1
        }
        return next..<last
    }

    private func decode(_ block: EventBlock, _ entries: Range<Int>) {
        var rejected: Set<Int> = []
        _ = context.decoder.decode(
            block, length: block.length, baseOffset: 0, stream: context.stream, source: context.source, ingested: context.clock?()
        ) { _, _, newlines, reason in
            rejected.insert(newlines)
            let entry = batch.entries[entries.lowerBound + newlines]
            let isTooLong = entry.line.count > context.maximumLineLength
            batch.bytes[entry.line].withUnsafeBytes { bytes in
                context.sink(
                    MalformedLine(
                        file: reader.key, line: nil, offset: entry.id.offset,
                        reason: entry.reason ?? (isTooLong ? "entry too long" : reason), part: .whole, bytes: bytes))
            }
        }
        var row = 0
        for index in 0..<entries.count where !rejected.contains(index) {
            block.headers[row].offset = batch.entries[entries.lowerBound + index].id.offset
            row += 1
        }
    }
}
