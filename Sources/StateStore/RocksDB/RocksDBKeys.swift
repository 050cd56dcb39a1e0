/// Keys of the database: the table's name, a zero byte, the record's key. The header lies under the empty name, before all tables.
enum RocksDBKeys {
    /// The key of the header.
    static let header: [UInt8] = [0] + Array("header".utf8)

    /// What every key of a table begins with.
    static func prefix(of table: StateTable) -> [UInt8] { Array(table.storedName.utf8) + [0] }

    /// The first key behind every key of a table.
    static func end(of table: StateTable) -> [UInt8] { Array(table.storedName.utf8) + [1] }

    /// The first key behind the header.
    static let endOfHeader: [UInt8] = [1]

    /// The header as it is written: `format=1 generation=3 epoch=17 owner=host:42:9f`.
    static func text(of header: StateHeader) -> [UInt8] {
        Array("format=\(header.format) generation=\(header.generation) epoch=\(header.epoch) owner=\(header.owner)".utf8)
    }

    /// The header that was written so; nil for any other text.
    static func header(from text: String) -> StateHeader? {
        let parts = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        let names = ["format=", "generation=", "epoch=", "owner="]
        guard parts.count == 4, zip(parts, names).allSatisfy({ $0.hasPrefix($1) }) else { return nil }
        let values = zip(parts, names).map { $0.dropFirst($1.count) }
        guard let format = Int(values[0]), let generation = UInt64(values[1]), let epoch = UInt64(values[2]) else { return nil }
        return StateHeader(format: format, generation: generation, epoch: epoch, owner: String(values[3]))
    }
}
