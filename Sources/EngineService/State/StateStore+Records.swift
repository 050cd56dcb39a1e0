import StateStore

extension StateStore {
    /// Shows every record of a table whose values are lines of `name=value`. One that is not is an error.
    func records(_ table: StateTable, _ body: (_ key: String, StateRecord) -> Void) throws(StateStoreError) {
        var failure: StateStoreError?
        try scan(table) { key, value in
            let name = String(decoding: key, as: UTF8.self)
            if let record = StateRecord(value) {
                body(name, record)
            } else {
                failure = .incompatible("record \(name) of table \(table) was written by a later version, or is damaged")
            }
            return failure == nil
        }
        if let failure { throw failure }
    }
}
