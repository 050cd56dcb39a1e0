/// CSV records, RFC 4180, as JSON objects with the columns' names as keys.
struct CSVConverter: RecordConverter {
    static let recordName = "record"

    private var scanner = CSVRecordScanner()
    private var writer: CSVRecordWriter?
    /// Names of the columns; nil before the header.
    private(set) var columns: [String]?
    /// Where the header was read; nil before it, and when the columns were given.
    private(set) var headerOffset: UInt64?

    /// `columns` nil: the first record has their names.
    init(columns: [String]?) {
        self.columns = columns
        writer = columns.map(CSVRecordWriter.init(columns:))
    }

    var givesTime: Bool { false }

    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> ScannedRecord? {
        var record = scanner.scan(bytes, isFinal: isFinal)
        if writer == nil, let error = record?.error { record?.error = "header: \(error)" }
        return record
    }

    mutating func convert(
        _ bytes: UnsafeBufferPointer<UInt8>, offset: UInt64, to block: EventBlock, mayGrow: Bool
    ) -> Conversion {
        guard let writer else {
            let names = scanner.texts
            columns = names
            headerOffset = offset
            writer = CSVRecordWriter(columns: names)
            return .skipped
        }
        guard scanner.fields.count == writer.columnCount else {
            return .malformed("\(scanner.fields.count) fields where the header has \(writer.columnCount)")
        }
        return writer.write(scanner.fields, of: bytes, to: block, mayGrow: mayGrow) ? .written(time: 0) : .full
    }
}
