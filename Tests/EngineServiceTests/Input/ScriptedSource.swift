import EventEngine

@testable import Connectors
@testable import EngineService

/// A source whose partitions hold lines that are given, and that does what its plan says. A line's offset is its index.
final class ScriptedSource: EventSource {
    /// What a call of `next` does.
    enum Step: Equatable {
        /// Reads so many lines of a partition, as far as there are any.
        case read(Int, lines: Int)
        /// Says that a partition has ended.
        case end(Int)
        /// Finds one more partition.
        case find
        case wait
        case finish
    }

    /// Event time of each line, by partition; nil: the line is no event.
    let lines: [[Int64?]]
    private(set) var partitions: [SourcePartition] = []
    /// Next line, by partition.
    private(set) var position: [Int] = []
    private(set) var paused: Set<Int> = []
    private(set) var ended: Set<Int> = []
    /// Told of malformed lines.
    var malformed: (MalformedLine, Int) -> Void = { _, _ in }
    private let plan: (ScriptedSource) -> Step
    private let number: Int32
    private let found: Int

    /// - Parameters:
    ///   - number: makes events of this source known by `header.source`, with their partition.
    ///   - found: how many partitions the first call of `next` finds, beside what is restored; nil: all.
    ///   - restored: where partitions were.
    init(
        _ lines: [[Int64?]], number: Int = 0, found: Int? = nil, restored: [MergeState.Partition] = [],
        plan: @escaping (ScriptedSource) -> Step
    ) {
        self.lines = lines
        self.number = Int32(number * 100)
        self.plan = plan
        self.found = found ?? lines.count
        for partition in restored { add(partition.identity, from: partition.restart, hasEnded: partition.hasEnded) }
    }

    /// A source that does these steps one after the other and then waits.
    convenience init(_ lines: [[Int64?]], number: Int = 0, found: Int? = nil, script: [Step]) {
        var left = script[...]
        self.init(lines, number: number, found: found) { _ in left.popFirst() ?? .wait }
    }

    private func add(_ identity: String? = nil, from offset: UInt64, hasEnded: Bool) {
        let index = partitions.count
        partitions.append(
            SourcePartition(
                identity: identity ?? "\(index)", name: "\(index)", isReplayable: true, start: offset, number: number + Int32(index)))
        position.append(Int(offset))
        if hasEnded { ended.insert(index) }
    }

    /// True when a partition has lines that were not read.
    func hasLines(_ partition: Int) -> Bool { position[partition] < lines[partition].count }

    func next() throws(InputError) -> SourceRead {
        // As a source of files does, it looks for partitions when it is first asked.
        while partitions.count < found { add(from: 0, hasEnded: false) }
        switch plan(self) {
        case .read(let partition, let count): return read(partition, count)
        case .end(let partition):
            ended.insert(partition)
            return .ended(partition: partition)
        case .find:
            add(from: 0, hasEnded: false)
            return .waiting
        case .wait: return .waiting
        case .finish: return .finished
        }
    }

    private func read(_ partition: Int, _ count: Int) -> SourceRead {
        let range = position[partition]..<min(position[partition] + count, lines[partition].count)
        position[partition] = range.upperBound
        let block = EventBlock(capacity: 64, rowCapacity: max(1, range.count), slotCount: 0)
        for offset in range {
            if let time = lines[partition][offset] {
                let header = EventHeader(
                    time: time, ingested: 0, offset: UInt64(offset), raw: Self.raw, stream: 0, source: number + Int32(partition))
                (block.headers + block.count).initialize(to: header)
                block.count += 1
            } else {
                malformed(
                    MalformedLine(
                        file: "\(partition)", line: offset, offset: UInt64(offset), reason: "scripted", part: .whole, bytes: Self.raw),
                    partition)
            }
        }
        let end = UInt64(range.upperBound)
        return block.count == 0 ? .nothing(partition: partition, end: end) : .events(block, partition: partition, end: end)
    }

    // Nothing ever writes to it.
    nonisolated(unsafe) private static let raw = UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1))

    func setPaused(_ paused: Bool, partition: Int) {
        if paused { self.paused.insert(partition) } else { self.paused.remove(partition) }
    }

    func note(offset: UInt64, partition: Int) -> String? { nil }
    func committed(offset: UInt64, partition: Int) {}
    func needsPosition(partition: Int) -> Bool { true }
    func recycle(_ block: EventBlock) {}
    func close() {}
}

/// An event that a merge has released.
struct ReleasedEvent: Equatable, CustomStringConvertible {
    let source: Int
    let partition: Int
    let offset: Int
    let time: Int64

    init(source: Int, partition: Int, offset: Int, time: Int64) {
        self.source = source
        self.partition = partition
        self.offset = offset
        self.time = time
    }

    init(_ event: EventView) {
        let header = event.header.pointee
        self.init(
            source: Int(header.source) / 100, partition: Int(header.source) % 100, offset: Int(header.offset), time: header.time)
    }

    var description: String { "\(source)/\(partition)#\(offset)@\(time)" }
}
