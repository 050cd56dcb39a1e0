import EventEngine

/// Makes the partitions of one source: what they share, and a reader for each according to the format.
final class SourceReader {
    let options: SourceOptions
    let pool: EventBlockPool
    private let decoder: EventDecoder
    private let formats: FormatReader
    private let stream: Int32

    /// Throws what is wrong with the format.
    init(_ options: SourceOptions) throws(SourceFormatError) {
        self.options = options
        stream = options.schema.streamIndex(named: options.name)
        let blockSize = max(16, min(options.blockSize, options.maximumLineLength))
        pool = EventBlockPool(capacity: blockSize, slotCount: options.schema.fields.count)
        formats = try FormatReader(options.format, timeFields: options.timeFields, blockSize: blockSize)
        decoder = EventDecoder(schema: options.schema, timeFields: formats.timeFields)
    }

    /// Whether a reader that begins in the middle of a file must know how the file begins.
    var needsHeader: Bool { options.format == .csv(columns: nil) }

    /// A partition of the source's format. `start` is the start of a line or record, from which `source` gives bytes.
    ///
    /// - Parameters:
    ///   - number: `EventHeader.source`.
    ///   - index: the partition's, for the sink of malformed input.
    ///   - note: what the partition's `note(at:)` gave for `start`.
    ///   - columns: of a CSV file that is resumed behind its header.
    func partition(
        _ source: any ByteSource, from start: UInt64, number: Int32, index: Int, note: String? = nil, columns: [String]? = nil
    ) -> any EventPartition {
        formats.partition(
            source, from: start, note: note, columns: columns, clock: options.clock, context: context(number: number, index: index))
    }

    /// What decoding a partition takes.
    func context(number: Int32, index: Int) -> PartitionContext {
        let malformed = options.malformed
        return PartitionContext(
            stream: stream, source: number, maximumLineLength: options.maximumLineLength, decoder: decoder, pool: pool,
            sink: { malformed($0, index) }, clock: options.clock)
    }
}
