import StateStore

/// Alerts that the store has of an action that is not configured (any more): they wait until it is, or until somebody removes them.
struct Orphan: Sendable {
    /// The action's name.
    let name: String
    /// What became of its alerts.
    var progress: ActionProgress
    /// Alerts that wait.
    var waiting: Int
    /// Dead letters.
    var dead: Int

    /// True when nothing is left of it.
    var isEmpty: Bool { waiting == 0 && dead == 0 }

    /// Does what was asked, in the same way as `AlertStore` without a service.
    mutating func serve(_ request: AlertDesk.Request, into batch: inout StateBatch) {
        let outbox = StateTables.outbox(ofAction: name)
        let letters = StateTables.dead(ofAction: name)
        for number in request.purged + request.retried.map(\.number) { batch.delete(letters, key: StateTables.number(number)) }
        for (_, line) in request.retried {
            batch.put(outbox, key: StateTables.number(progress.next), value: line)
            progress.next += 1
        }
        for number in request.dropped { batch.delete(outbox, key: StateTables.number(number)) }
        progress.dropped += UInt64(request.dropped.count)
        dead -= request.purged.count + request.retried.count
        waiting += request.retried.count - request.dropped.count
        batch.put(StateTables.actions, key: Array(name.utf8), value: progress.record.bytes)
    }

    /// What is shown of it.
    var status: ServiceStatus.Action {
        ServiceStatus.Action(
            name: name, pending: UInt64(waiting), delivered: progress.delivered, dead: progress.dead, dropped: progress.dropped)
    }
}
