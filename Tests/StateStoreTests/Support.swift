import Foundation
import StateStore
import TestSupport
import Testing

/// A table that most tests use.
let table = StateTable("t")

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A batch that writes texts into a table, and deletes where the value is nil.
func batch(_ records: KeyValuePairs<String, String?>, in table: StateTable = table) -> StateBatch {
    var batch = StateBatch()
    for (key, value) in records {
        if let value { batch.put(table, key: bytes(key), value: bytes(value)) } else { batch.delete(table, key: bytes(key)) }
    }
    return batch
}

extension StateStore {
    /// Every record of a table.
    func records(_ table: StateTable) throws -> [[UInt8]: [UInt8]] {
        var records: [[UInt8]: [UInt8]] = [:]
        try scan(table) { key, value in
            #expect(records.updateValue([UInt8](value), forKey: [UInt8](key)) == nil, "a record is shown twice")
            return true
        }
        return records
    }

    /// Every record of a table, as text.
    func texts(_ table: StateTable = table) throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try records(table).map {
                (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
            })
    }

    /// Does what a caller does with a store in trouble: calls until the store can be reached again. Gives the errors on the way.
    @discardableResult
    func untilAvailable(_ body: () throws -> Void) throws -> [String] {
        var errors: [String] = []
        try eventually("an available store") {
            do {
                try body()
                return true
            } catch StateStoreError.unavailable(let text) {
                errors.append(text)
                return false
            }
        }
        return errors
    }
}

/// What a call gives once the store can be reached again.
func available<Result>(_ body: () throws -> Result) throws -> Result {
    var result: Result?
    try eventually("an available store") {
        do {
            result = try body()
            return true
        } catch StateStoreError.unavailable {
            return false
        }
    }
    return try #require(result)
}

/// The text of the `unavailable` that a call must throw.
func unavailable(_ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void) -> String {
    do {
        try body()
        Issue.record("the store was available", sourceLocation: location)
    } catch StateStoreError.unavailable(let text) {
        return text
    } catch {
        Issue.record("\(error)", sourceLocation: location)
    }
    return ""
}
