import Connectors
import EventEngine
import Logging
import StateStore

/// A checkpoint on its way to the store.
struct CommitJob: Sendable {
    /// Number within the session, as barriers have it.
    let sessionEpoch: UInt32
    /// Number in the store.
    let epoch: UInt64
    let batch: StateBatch
    let alerts: Outbox.Written
    /// The version of the silences that it has.
    let silences: Int
    let offsets: [PartitionOffset]
}

/// Commits checkpoints, beside the processing of the next epoch, one after the other. A store that cannot be reached is
/// tried until it answers; what was committed is told by its epoch, so nothing is written twice.
final class CommitThread: @unchecked Sendable {
    // Unchecked: everything but the monitor is touched by the thread's own body, or not changed.

    /// What the other threads see.
    struct Progress: Sendable {
        /// Checkpoints that are submitted and not committed.
        var outstanding = 0
        /// Offsets that sources may forget.
        var offsets: [PartitionOffset]?
        /// Why it cannot go on.
        var failure: StateStoreError?
        /// True while the store cannot be reached.
        var isAway = false
        /// Tries to commit that failed, in this session.
        var errors = 0
        /// Checkpoints committed by this session.
        var commits = 0
        /// Bytes written by them.
        var bytes = 0
        /// Bytes of the last one, and how long it took, nanoseconds.
        var last: (bytes: Int, duration: Int64) = (0, 0)
        /// How long all of them took.
        var durations = DurationHistogram()
    }

    private static let firstPause: Int64 = 50_000_000
    private static let longestPause: Int64 = 2_000_000_000

    let progress = Monitor(Progress())
    /// The newest header that is committed; outlives the session.
    let committed: Monitor<StateHeader>
    private let store: any StateStore
    private let state: PipelineState
    private let outbox: Outbox
    private let silences: SilenceBook
    private let logger: Logger
    private let mailbox = Mailbox<CommitJob?>()
    private let isStopped = Monitor(false)

    init(
        store: any StateStore, committed: Monitor<StateHeader>, state: PipelineState, outbox: Outbox, silences: SilenceBook, logger: Logger
    ) {
        self.store = store
        self.silences = silences
        self.state = state
        self.outbox = outbox
        self.logger = logger
        self.committed = committed
    }

    /// Says that a checkpoint is being taken, which `submit` will follow.
    func announce() { progress.update { $0.outstanding += 1 } }

    /// Hands a checkpoint over.
    func submit(_ job: CommitJob) { mailbox.put(job) }

    /// Ends the thread; a commit that is under way is given up as soon as its store call returns.
    func stop() {
        isStopped.update { $0 = true }
        mailbox.putUrgent(nil)
    }

    /// The thread's body.
    func run() {
        while let job = mailbox.take() {
            let start = WallClock.monotonic()
            guard commit(job) else { continue }
            let took = WallClock.monotonic() - start
            logger.debug(
                "checkpoint",
                metadata: [
                    "epoch": "\(job.epoch)", "records": "\(job.batch.count)", "bytes": "\(job.batch.byteCount)",
                    "took_us": "\(took / 1000)",
                ])
            state.committedEpoch = job.sessionEpoch
            committed.update { $0.epoch = job.epoch }
            outbox.publish(job.alerts)
            silences.committed(job.silences)
            progress.update { progress in
                progress.outstanding -= 1
                progress.offsets = job.offsets
                progress.commits += 1
                progress.bytes += job.batch.byteCount
                progress.last = (job.batch.byteCount, took)
                progress.durations.add(took)
            }
        }
    }

    private func commit(_ job: CommitJob) -> Bool {
        var pause = Self.firstPause
        // Each trouble of an outage is told once: a server that comes up again refuses for other reasons than one that is down.
        var told: Set<String> = []
        while true {
            do throws(StateStoreError) {
                FailPoint.reach("commit.before")
                try store.commit(job.batch, epoch: job.epoch)
                FailPoint.reach("commit.after")
                if progress.read({ $0.isAway }) {
                    progress.update { $0.isAway = false }
                    logger.notice("the state store is back", metadata: ["state": "\(store.name)", "epoch": "\(job.epoch)"])
                }
                return true
            } catch {
                progress.update { $0.errors += 1 }
                guard case .unavailable = error else {
                    progress.update { $0.failure = error }
                    return false
                }
                progress.update { $0.isAway = true }
                if told.insert(error.description).inserted {
                    logger.error(
                        "the state store does not take a checkpoint: \(error); it is tried again, and intake stops when too much waits",
                        metadata: ["state": "\(store.name)", "epoch": "\(job.epoch)"])
                }
                if isStopped.wait(nanoseconds: pause, { $0 ? true : nil }) == true { return false }
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }
}
