import Connectors
import EventEngine
import RuleLanguage
import StateStore

/// Alerts between decision and delivery. An alert is written to the store in the checkpoint that decides it, once for each
/// of its actions; only then is it delivered; when that is done, the next checkpoint removes it.
///
/// `add` and `drain` are for the sequencer's thread.
final class Outbox: @unchecked Sendable {
    // Unchecked: what changes is touched by the sequencer's thread only; queues are safe by themselves.

    /// What a checkpoint has written, to be published when it is committed.
    struct Written: Sendable {
        fileprivate var entries: [[Alert]]
        /// Index of the rule and line of each alert, also of those that no action takes.
        fileprivate var alerts: [(rule: Int, line: [UInt8])]
    }

    /// Why an alert has no place.
    private static let full = "the queue is full"

    /// By action.
    let queues: [ActionQueue]
    private let encoder: MatchEncoder
    /// Indices of actions, by rule of the program.
    private let routes: [[Int]]
    private let policies: [DeliveryPolicy]
    /// By action, as of the last checkpoint that was drained; `next` and `dead` go ahead of it.
    private var progress: [ActionProgress]
    /// Alerts that became dead letters before they had a number, by action.
    private var refused: [[DeadLetter]]
    private var pending: [[Alert]]
    /// Alerts dropped because the queue was full, by action, since the session began.
    private var newlyDropped: [UInt64]
    private var alerts: [(rule: Int, line: [UInt8])] = []
    private let rules: [(id: String, level: String)]
    private let monitor: ServiceMonitor
    private let desk: AlertDesk
    /// Of actions that are not configured, in order of name.
    private let orphans: Monitor<[Orphan]>
    private let pendingSize = Monitor(0)
    private let counts: Monitor<[ActionProgress]>
    /// `acked` of `progress`, for other threads.
    private let acknowledged: Monitor<[UInt64]>
    private var buffer = ByteBuffer(capacity: 4096)

    /// - Parameters:
    ///   - queues: by action of the configuration.
    ///   - progress: of each action, as the store has it.
    ///   - orphans: what it has of other actions.
    init(
        _ program: EngineProgram, rules: [Rule], configuration: ServiceConfiguration, queues: [ActionQueue],
        progress: [ActionProgress], orphans: [Orphan], controls: ServiceControls
    ) {
        self.queues = queues
        self.orphans = Monitor(orphans)
        monitor = controls.monitor
        desk = controls.desk
        self.rules = program.rules.map { ($0.id, $0.level) }
        encoder = MatchEncoder(program)
        let actions = configuration.actions
        policies = actions.map(\.policy)
        self.progress = progress
        acknowledged = Monitor(progress.map(\.acked))
        counts = Monitor(progress)
        pending = Array(repeating: [], count: actions.count)
        // What an outbox before this one did not let into the queues is in the progress, not in theirs.
        newlyDropped = zip(queues, progress).map { $1.dropped - min($1.dropped, $0.droppedCount) }
        refused = pending.map { _ in [] }
        let levels = Rule.Level.allCases.map(\.rawValue)
        routes = program.rules.map { rule in
            let own = rules.first { $0.id == rule.id }?.actions ?? []
            let names = own.isEmpty ? configuration.defaultActions : own
            return actions.indices.filter { index in
                guard names.contains(actions[index].name) else { return false }
                guard let least = actions[index].level.flatMap({ levels.firstIndex(of: $0) }) else { return true }
                return levels.firstIndex(of: rule.level) ?? 0 >= least
            }
        }
    }

    /// Takes alerts that were decided, in order.
    func add(_ alerts: [Match]) {
        var size = 0
        for alert in alerts {
            buffer.removeAll()
            encoder.append(alert, to: &buffer)
            let line = Array(buffer.bytes)
            self.alerts.append((alert.rule, line))
            for action in routes[alert.rule] where hasRoom(action, for: line) {
                pending[action].append(Alert(number: progress[action].next, line: line))
                progress[action].next += 1
                size += line.count
            }
        }
        pendingSize.update { $0 += size }
    }

    /// Whether an action's queue takes another alert. One that it does not take is dropped or a dead letter, as its policy says.
    private func hasRoom(_ action: Int, for line: [UInt8]) -> Bool {
        guard let limit = policies[action].queueLimit else { return true }
        switch policies[action].whenFull {
        case .keep, .dropOldest: return true
        case .dropNewest, .deadLetter: break
        }
        guard progress[action].next - queues[action].progress.acked >= UInt64(limit) else { return true }
        let isDropped = policies[action].whenFull == .dropNewest
        if isDropped {
            newlyDropped[action] += 1
        } else {
            refused[action].append(DeadLetter(line: line, reason: Self.full, time: WallClock.now(), attempts: 0))
        }
        queues[action].losses.add(
            isDropped ? .dropped : .dead, 1, reason: Self.full, matchID: Alert(number: 0, line: line).matchID, now: WallClock.monotonic())
        return false
    }

    /// Bytes of alerts that are decided and not committed. For any thread.
    var pendingBytes: Int { pendingSize.read { $0 } }

    /// True when alerts have been delivered that the store still has. For any thread.
    var hasDelivered: Bool { zip(queues, acknowledged.read { $0 }).contains { $0.progress.acked > $1 } }

    /// Writes what was decided, and removes what was delivered or given up, since the last call. What was given up is a dead letter
    /// in the same checkpoint.
    func drain(into batch: inout StateBatch) -> Written {
        for index in queues.indices { serve(index, into: &batch) }
        serveOrphans(into: &batch)
        let written = Written(entries: pending, alerts: alerts)
        alerts.removeAll()
        for index in queues.indices { drain(index, into: &batch) }
        // There is a checkpoint every second, also when nothing happens.
        for queue in queues { queue.losses.tellDue(WallClock.monotonic()) }
        acknowledged.update { [progress] in $0 = progress.map(\.acked) }
        counts.update { [progress] in $0 = progress }
        pending = Array(repeating: [], count: queues.count)
        pendingSize.update { $0 = 0 }
        return written
    }

    /// Does what the desk was asked. Dead letters that are tried again stand behind the alerts that wait.
    private func serve(_ index: Int, into batch: inout StateBatch) {
        let name = queues[index].name
        guard let request = desk.take(name) else { return }
        let table = StateTables.dead(ofAction: name)
        for number in request.purged { batch.delete(table, key: StateTables.number(number)) }
        for (number, line) in request.retried {
            batch.delete(table, key: StateTables.number(number))
            pending[index].append(Alert(number: progress[index].next, line: line))
            progress[index].next += 1
        }
        if request.dropsWaiting { queues[index].purge() }
    }

    private func serveOrphans(into batch: inout StateBatch) {
        var served = orphans.read { $0 }
        for index in served.indices {
            if let request = desk.take(served[index].name) { served[index].serve(request, into: &batch) }
        }
        orphans.update { [served] in $0 = served }
    }

    private func drain(_ index: Int, into batch: inout StateBatch) {
        let name = queues[index].name
        let table = StateTables.outbox(ofAction: name)
        let settled = queues[index].settle()
        let before = progress[index]
        let dropped = settled.progress.dropped + newlyDropped[index]
        let letters = settled.dead + refused[index]
        refused[index] = []
        guard settled.progress.acked > before.acked || !pending[index].isEmpty || !letters.isEmpty || dropped > before.dropped else {
            return
        }
        for number in before.acked..<max(before.acked, settled.progress.acked) { batch.delete(table, key: StateTables.number(number)) }
        for alert in pending[index] { batch.put(table, key: StateTables.number(alert.number), value: alert.line) }
        for letter in letters {
            batch.put(StateTables.dead(ofAction: name), key: StateTables.number(progress[index].dead), value: letter.record.bytes)
            progress[index].dead += 1
        }
        progress[index].acked = max(before.acked, settled.progress.acked)
        progress[index].delivered = settled.progress.delivered
        progress[index].dropped = dropped
        batch.put(StateTables.actions, key: Array(name.utf8), value: progress[index].record.bytes)
    }

    /// True when there is something for the next checkpoint. For any thread.
    var hasNews: Bool { pendingBytes > 0 || hasDelivered || desk.isBusy }

    /// What became of each action's alerts as of the last checkpoint. For any thread.
    var totals: [ActionProgress] { counts.read { $0 } }

    /// What the store has of actions that are not configured, as of the last checkpoint. For any thread.
    var orphanStatus: [ServiceStatus.Action] { orphans.read { $0.map(\.status) } }

    /// A checkpoint is committed: what it wrote may be delivered. For any thread.
    func publish(_ written: Written) {
        for (queue, entries) in zip(queues, written.entries) where !entries.isEmpty { queue.publish(entries) }
        for (rule, line) in written.alerts { monitor.note(rule: rules[rule].id, level: rules[rule].level, line: line) }
    }
}
