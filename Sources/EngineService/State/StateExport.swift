import Connectors
import EventEngine
import StateStore

/// Why state could not be moved.
public enum StateTransferError: Error, CustomStringConvertible, Sendable {
    /// The store did not do it.
    case store(StateStoreError)
    /// The file could not be written.
    case output(OutputError)
    /// The file could not be read.
    case unreadable(String)
    /// A line of the file is not what an export writes.
    case malformed(line: Int, String)
    /// There is nothing to export.
    case empty(String)
    /// The store into which state should go has some.
    case notEmpty(String)
    /// An engine wrote while the state was read.
    case changed(String)

    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .store(let error): return error.description
        case .output(let error): return error.description
        case .unreadable(let text): return text
        case .malformed(let line, let text): return "line \(line) of the export: \(text)"
        case .empty(let name): return "the state store \(name) is empty: no engine has used it"
        case .notEmpty(let name): return "the state store \(name) holds state already; state is imported into an empty store only"
        case .changed(let name):
            return "the state store \(name) changed while it was read, so the export is not whole: stop the engine and export again"
        }
    }
}

/// Writes a whole store as lines of JSON, from which `StateImport` makes another.
///
///     {"fluxcore":"state","version":1,"format":1,"generation":7,"epoch":1234}
///     {"table":"rules","key":"auth.bruteforce","value":"v=1\nlogic=…"}
///     {"table":"keys:auth.bruteforce","key":"[\"bob\"]","value64":"AgAA…"}
///     {"records":2}
///
/// A key or value that is UTF-8 stands as text, any other in base64 under `key64` or `value64`. Tables are in order of name, records
/// of a table in the order in which the store shows them: to compare two exports, sort their lines. The last line counts
/// the lines of records; an export without it was broken off.
public enum StateExport {
    /// The version of these lines.
    static let version = 1

    /// Writes everything; returns the number of records. Memory does not follow the size of the store.
    ///
    /// - Parameter store: opened for reading only. When an engine commits meanwhile, and the store does not show one commit
    ///   throughout, it ends with `changed` and without the last line.
    public static func write(_ store: any StateStore, to output: BufferedOutput) throws(StateTransferError) -> Int {
        let header = try readableHeader(of: store)
        try append(to: output) { buffer in
            buffer.append(
                text: "{\"fluxcore\":\"state\",\"version\":\(version),\"format\":\(header.format),"
                    + "\"generation\":\(header.generation),\"epoch\":\(header.epoch)}\n")
        }
        var records = 0
        for table in try storeErrors({ () throws(StateStoreError) in try store.tables() }) {
            var failure: StateTransferError?
            try storeErrors { () throws(StateStoreError) in
                try store.scan(table) { key, value in
                    records += 1
                    do throws(StateTransferError) {
                        try append(to: output) { appendRecord(table, key, value, to: &$0) }
                    } catch {
                        failure = error
                    }
                    return failure == nil
                }
            }
            if let failure { throw failure }
        }
        guard try readableHeader(of: store) == header else { throw .changed(store.name) }
        try append(to: output) { $0.append(text: "{\"records\":\(records)}\n") }
        do throws(OutputError) { try output.flush() } catch { throw .output(error) }
        return records
    }

    /// The header of a store that is neither empty, of a later version, nor half imported.
    private static func readableHeader(of store: any StateStore) throws(StateTransferError) -> StateHeader {
        let inspection = try storeErrors { () throws(StateStoreError) in try StateInspection(store) }
        guard let inspection else { throw .empty(store.name) }
        return inspection.header
    }

    private static func appendRecord(
        _ table: StateTable, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, to buffer: inout ByteBuffer
    ) {
        buffer.append("{\"table\":")
        buffer.appendJSON(table.name)
        append("key", key, to: &buffer)
        append("value", value, to: &buffer)
        buffer.append("}\n")
    }

    private static func append(_ name: StaticString, _ bytes: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
        buffer.append(",\"")
        buffer.append(name)
        if String(validating: bytes, as: UTF8.self) != nil {
            buffer.append("\":")
            ValueEncoder.append(text: bytes, to: &buffer)
        } else {
            buffer.append("64\":\"")
            Base64.append(bytes, to: &buffer)
            buffer.append("\"")
        }
    }

    private static func append(to output: BufferedOutput, _ body: (inout ByteBuffer) -> Void) throws(StateTransferError) {
        do throws(OutputError) { try output.append(body) } catch { throw .output(error) }
    }

    /// Errors of the store as errors of the transfer.
    static func storeErrors<Result>(_ body: () throws(StateStoreError) -> Result) throws(StateTransferError) -> Result {
        do throws(StateStoreError) { return try body() } catch { throw .store(error) }
    }
}
