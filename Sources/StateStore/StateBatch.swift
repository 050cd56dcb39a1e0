/// Changes of records that are committed together, in order; of several changes of one record the last one counts.
///
/// Keys and values lie in one flat buffer. A value type: batches of several workers are built apart and joined.
public struct StateBatch: Sendable {
    private enum Kind: UInt8 {
        case put
        case delete
        case clear
    }

    private struct Operation {
        var kind: Kind
        var table: Int32
        var start: Int
        var keyLength: Int
        var valueLength: Int
    }

    /// One change, as it is shown to a store. Pointers are valid during the call.
    public enum Change {
        /// Writes a record.
        case put(StateTable, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)
        /// Removes a record, if it is there.
        case delete(StateTable, key: UnsafeRawBufferPointer)
        /// Removes every record of a table.
        case clear(StateTable)
    }

    private var tables: [StateTable] = []
    private var tableIndex: [StateTable: Int32] = [:]
    private var bytes: [UInt8] = []
    private var operations: [Operation] = []

    /// No change.
    public init() {}

    /// Number of changes.
    public var count: Int { operations.count }
    /// Bytes of all keys and values.
    public var byteCount: Int { bytes.count }
    /// True when nothing is changed.
    public var isEmpty: Bool { operations.isEmpty }

    /// Writes a record.
    public mutating func put(_ table: StateTable, key: some Collection<UInt8>, value: some Collection<UInt8>) {
        append(.put, table, key, value)
    }

    /// Removes a record.
    public mutating func delete(_ table: StateTable, key: some Collection<UInt8>) {
        append(.delete, table, key, EmptyCollection())
    }

    /// Removes every record of a table.
    public mutating func clear(_ table: StateTable) {
        append(.clear, table, EmptyCollection(), EmptyCollection())
    }

    /// Appends the changes of another batch.
    public mutating func append(contentsOf other: StateBatch) {
        let base = bytes.count
        let indices = other.tables.map { index(of: $0) }
        bytes.append(contentsOf: other.bytes)
        operations.reserveCapacity(operations.count + other.operations.count)
        for var operation in other.operations {
            operation.table = indices[Int(operation.table)]
            operation.start += base
            operations.append(operation)
        }
    }

    /// Shows every change, in order.
    public func forEach<Failure: Error>(_ body: (Change) throws(Failure) -> Void) throws(Failure) {
        var failure: Failure?
        bytes.withUnsafeBytes { bytes in
            for operation in operations where failure == nil {
                let key = UnsafeRawBufferPointer(rebasing: bytes[operation.start..<operation.start + operation.keyLength])
                let end = operation.start + operation.keyLength
                let value = UnsafeRawBufferPointer(rebasing: bytes[end..<end + operation.valueLength])
                let table = tables[Int(operation.table)]
                do throws(Failure) {
                    switch operation.kind {
                    case .put: try body(.put(table, key: key, value: value))
                    case .delete: try body(.delete(table, key: key))
                    case .clear: try body(.clear(table))
                    }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }

    private mutating func append(
        _ kind: Kind, _ table: StateTable, _ key: some Collection<UInt8>, _ value: some Collection<UInt8>
    ) {
        let operation = Operation(
            kind: kind, table: index(of: table), start: bytes.count, keyLength: key.count, valueLength: value.count)
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: value)
        operations.append(operation)
    }

    private mutating func index(of table: StateTable) -> Int32 {
        if let last = tables.last, last == table { return Int32(tables.count - 1) }
        if let index = tableIndex[table] { return index }
        let index = Int32(tables.count)
        tables.append(table)
        tableIndex[table] = index
        return index
    }
}
