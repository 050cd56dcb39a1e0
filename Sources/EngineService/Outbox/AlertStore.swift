import Connectors
import Glibc
import StateStore

/// The alerts that a store keeps for the actions of a service: those that wait for delivery, and dead letters.
///
/// Looking disturbs nobody. A change takes the store over as a service does when it starts: a service that still runs on it is
/// fenced off and ends with its next checkpoint. (RocksDB does not even open for writing while a service has it.)
public struct AlertStore {
    /// What alerts are looked at.
    public enum Kind: Sendable {
        /// Those that wait for delivery.
        case outbox
        /// Those that were given up.
        case dead
    }

    /// Records of one commit.
    private static let chunk = 1000

    /// The store.
    public let store: any StateStore
    /// What alerts are looked at.
    public let kind: Kind

    /// The alerts of a store that is open.
    public init(_ store: any StateStore, kind: Kind) {
        self.store = store
        self.kind = kind
    }

    /// Actions that have such alerts, in order of name.
    public func actions() throws(StateStoreError) -> [String] {
        let prefix = kind == .outbox ? StateTables.outboxPrefix : StateTables.deadPrefix
        return try store.tables().filter { $0.name.hasPrefix(prefix) }.map { String($0.name.dropFirst(prefix.count)) }
    }

    /// The numbers of an action's alerts, ascending.
    public func numbers(ofAction action: String) throws(StateStoreError) -> [UInt64] {
        var numbers: [UInt64] = []
        try store.scan(table(action)) { key, _ in
            if let number = UInt64(String(decoding: key, as: UTF8.self)) { numbers.append(number) }
            return true
        }
        return numbers.sorted()
    }

    /// Alerts of an action by their numbers, in that order; those that are not there are left out.
    public func alerts(ofAction action: String, numbers: [UInt64]) throws(StateStoreError) -> [StoredAlert] {
        guard let header = try store.header() else { return [] }
        return try alerts(ofAction: action, numbers: numbers, header)
    }

    private func alerts(ofAction action: String, numbers: [UInt64], _ header: StateHeader) throws(StateStoreError) -> [StoredAlert] {
        let reader = try store.makeReader()
        defer { reader.close() }
        var found: [StoredAlert] = []
        for start in stride(from: 0, to: numbers.count, by: Self.chunk) {
            let part = Array(numbers[start..<min(start + Self.chunk, numbers.count)])
            let values = try reader.get(table(action), keys: part.map { StateTables.number($0) }, expected: header)
            for (number, value) in zip(part, values) {
                if let value { found.append(alert(action, number, value)) }
            }
        }
        return found
    }

    private func alert(_ action: String, _ number: UInt64, _ value: [UInt8]) -> StoredAlert {
        guard kind == .dead else { return StoredAlert(action: action, number: number, line: value, death: nil) }
        guard let letter = value.withUnsafeBytes({ StateRecord($0) }).flatMap({ DeadLetter($0) }) else {
            let death = StoredAlert.Death(reason: "the record cannot be read", time: 0, attempts: 0)
            return StoredAlert(action: action, number: number, line: value, death: death)
        }
        let death = StoredAlert.Death(reason: letter.reason, time: letter.time, attempts: letter.attempts)
        return StoredAlert(action: action, number: number, line: letter.line, death: death)
    }

    // MARK: Changes

    /// Removes alerts for good, those of an outbox count as dropped; returns how many.
    public func purge(action: String, numbers: [UInt64]) throws(StateStoreError) -> Int {
        try change(action, numbers) { part, progress, batch in
            for alert in part { batch.delete(table(action), key: StateTables.number(alert.number)) }
            if kind == .outbox { progress.dropped += UInt64(part.count) }
        }
    }

    /// Puts dead letters behind the alerts that wait: they are delivered when the service runs. Returns how many. Those that
    /// cannot be read stay.
    public func retry(action: String, numbers: [UInt64]) throws(StateStoreError) -> Int {
        precondition(kind == .dead)
        return try change(action, numbers) { part, progress, batch in
            for alert in part {
                batch.delete(table(action), key: StateTables.number(alert.number))
                batch.put(StateTables.outbox(ofAction: action), key: StateTables.number(progress.next), value: alert.line)
                progress.next += 1
            }
        }
    }

    private func change(
        _ action: String, _ numbers: [UInt64], _ body: ([StoredAlert], inout ActionProgress, inout StateBatch) -> Void
    ) throws(StateStoreError) -> Int {
        let owner = "alerts:\(getpid()):\(String(UInt64.random(in: .min ... .max), radix: 16))"
        var header = try store.claim(owner: owner, known: nil)
        var progress = ActionProgress()
        try store.records(StateTables.actions) { key, record in if key == action { progress = ActionProgress(record) } }
        var changed = 0
        for start in stride(from: 0, to: numbers.count, by: Self.chunk) {
            var part = try alerts(ofAction: action, numbers: Array(numbers[start..<min(start + Self.chunk, numbers.count)]), header)
            part.removeAll { $0.death?.time == 0 }
            guard !part.isEmpty else { continue }
            var batch = StateBatch()
            body(part, &progress, &batch)
            batch.put(StateTables.actions, key: Array(action.utf8), value: progress.record.bytes)
            try store.commit(batch, epoch: header.epoch + 1)
            header.epoch += 1
            changed += part.count
        }
        return changed
    }

    private func table(_ action: String) -> StateTable {
        kind == .outbox ? StateTables.outbox(ofAction: action) : StateTables.dead(ofAction: action)
    }
}
