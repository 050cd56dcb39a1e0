import EventEngine

/// Events of one or many files of a stream, merged by event time. For one thread.
///
/// Each file is a partition with a watermark, its latest event's time less the lateness; the input's watermark is the
/// least of those that have not ended. An event behind it is late. All others come out in order of (time, file,
/// position in the file).
public final class EventInput {
    /// What was read so far.
    public struct Counters: Sendable {
        /// Well-formed events, late ones included.
        public var events = 0
        /// Events behind the watermark.
        public var late = 0
        /// Lines and records that were no events.
        public var malformed = 0
        /// Bytes of all files.
        public var bytes: UInt64 = 0

        /// Nothing read.
        public init() {}
    }

    private let partitions: [any EventPartition]
    private let schedule: any EventSchedule

    /// Opens the files, in the order that decides between events of one time. The name `-` is standard input. `sink` is
    /// given what is no event, `late` is shown late events when they arrive, for the length of the call; header `source` is the
    /// file's index plus `firstSource`.
    ///
    /// Throws when a file cannot be opened, or lines of text not be read as the options say.
    public init(
        files: [String], stream: String, schema: EventSchema, options: EventInputOptions = EventInputOptions(),
        firstSource: Int = 0, malformed sink: @escaping MalformedLineSink = { _ in }, late: LateEventSink? = nil
    ) throws(InputError) {
        let blockSize = max(16, min(options.blockSize, options.maximumLineLength))
        let pool = EventBlockPool(capacity: blockSize, slotCount: schema.fields.count)
        let reader: FormatReader
        do throws(SourceFormatError) {
            reader = try FormatReader(options.format, timeFields: options.timeFields, blockSize: blockSize)
        } catch {
            throw InputError(file: files.first ?? stream, message: error.description)
        }
        let decoder = EventDecoder(schema: schema, timeFields: reader.timeFields)
        let streamIndex = schema.streamIndex(named: stream)
        var partitions: [any EventPartition] = []
        for (index, name) in files.enumerated() {
            let file = try InputFile(name: name)
            let context = PartitionContext(
                stream: streamIndex, source: Int32(firstSource + index), maximumLineLength: options.maximumLineLength,
                decoder: decoder, pool: pool, sink: sink)
            partitions.append(reader.partition(file, context: context))
        }
        self.partitions = partitions
        if options.sortsAll {
            schedule = SortedSchedule(partitions: partitions)
        } else if partitions.count == 1, options.lateness == 0 {
            schedule = DirectSchedule(partition: partitions[0], pool: pool, latePolicy: options.latePolicy, lateSink: late)
        } else {
            schedule = MergingSchedule(
                partitions: partitions, pool: pool, lateness: options.lateness, latePolicy: options.latePolicy,
                lateSink: late)
        }
    }

    /// The next events; nil at the end of every file. A batch may be empty when only the watermark has moved.
    public func next() throws(InputError) -> EventBatch? { try schedule.next() }

    /// What was read so far.
    public var counters: Counters {
        var result = Counters()
        result.events = schedule.events
        result.late = schedule.late
        for partition in partitions {
            result.malformed += partition.malformed
            result.bytes += partition.bytesRead
        }
        return result
    }

    /// Bytes of all files together, for progress; nil when one of them is standard input or a pipe.
    public static func totalSize(of files: [String]) -> UInt64? {
        var total: UInt64 = 0
        for file in files {
            guard let size = InputFile.size(ofFile: file) else { return nil }
            total += size
        }
        return total
    }
}

/// Is shown a late event when it arrives, whether it is delivered or not. The view is valid during the call.
public typealias LateEventSink = (EventView) -> Void

/// In which order events of partitions are delivered.
protocol EventSchedule: AnyObject {
    /// Events taken from the partitions, late ones included.
    var events: Int { get }
    /// Late ones.
    var late: Int { get }
    /// The next events; nil at the end.
    func next() throws(InputError) -> EventBatch?
}
