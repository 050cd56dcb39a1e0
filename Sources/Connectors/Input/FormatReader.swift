/// Reads bytes of one format: what the partitions of a source share of it. Each partition has a converter of its own.
struct FormatReader {
    private enum Plan {
        case ndjson
        case csv(columns: [String]?)
        case text(TextPlan)
    }

    /// Fields that give event time, where the format itself does not; empty: the usual ones.
    let timeFields: [String]
    private let plan: Plan
    private let blockSize: Int

    /// `timeFields` are those of the configuration. Throws what is wrong with the format.
    init(_ format: SourceFormat, timeFields: [String], blockSize: Int) throws(SourceFormatError) {
        self.blockSize = blockSize
        switch format {
        case .ndjson: (plan, self.timeFields) = (.ndjson, timeFields)
        case .csv(let columns): (plan, self.timeFields) = (.csv(columns: columns), timeFields)
        case .text(let format):
            let text = try TextPlan(format, timeFields: timeFields)
            (plan, self.timeFields) = (.text(text), text.timeFields)
        }
    }

    /// A partition. `start` is the start of a line or record, from which `source` gives bytes.
    ///
    /// - Parameters:
    ///   - note: what the partition's `note(at:)` gave for `start`.
    ///   - columns: of a CSV file that is resumed behind its header.
    ///   - clock: wall clock, for times that are written without a year.
    func partition(
        _ source: any ByteSource, from start: UInt64 = 0, note: String? = nil, columns: [String]? = nil,
        clock: @escaping () -> Int64 = WallClock.now, context: PartitionContext
    ) -> any EventPartition {
        switch plan {
        case .ndjson: return LinePartition(source: source, from: start, context: context)
        case .csv(let given):
            let converter = CSVConverter(columns: given ?? columns)
            return ConvertedPartition(source: source, from: start, converter: converter, blockSize: blockSize, context: context)
        case .text(let plan):
            let converter = TextConverter(plan: plan, note: note, clock: clock)
            return ConvertedPartition(source: source, from: start, converter: converter, blockSize: blockSize, context: context)
        }
    }
}
