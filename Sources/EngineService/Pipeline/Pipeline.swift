import Connectors
import EventEngine
import StateStore
import Synchronization

/// The threads between the input and the outbox: N workers that match, and one that brings their decisions into order.
///
/// One thread submits batches and barriers; it waits while too many are under way, so memory stays bounded however fast
/// the input is.
final class Pipeline {
    /// Batches under way.
    private static let limit = 24

    private let workers: [Worker]
    /// Holds what the rules that read `matches` keep, and suppression; to be restored before the first batch is submitted.
    let sequencer: SequencerThread
    private let inFlight = Monitor(0)
    private let isBroken = Atomic(false)
    private var threads: [BackgroundThread] = []

    init(_ program: EngineProgram, workers count: Int, sources: SourceNames, state: PipelineState? = nil, output: any PipelineOutput) {
        let sequencer = SequencerThread(
            program, workers: count, sources: sources, state: state, output: output, inFlight: inFlight)
        self.sequencer = sequencer
        workers = (0..<count).map { index in
            Worker(
                program, share: WorkerShare(index: index, count: count), sources: sources, state: state, output: sequencer.mailbox)
        }
    }

    /// Starts the threads.
    func start() {
        for worker in workers { threads.append(BackgroundThread { worker.run() }) }
        threads.append(BackgroundThread { [sequencer] in sequencer.run() })
    }

    /// A thread of it cannot go on: from now on `submit` does not wait. From any thread.
    func giveUp() {
        isBroken.store(true, ordering: .relaxed)
        inFlight.update { _ in }
        for worker in workers { worker.mailbox.widen() }
    }

    /// Gives restored records to the worker that has their keys.
    func restore(_ chunk: StateChunk, worker: Int) { workers[worker].mailbox.put(.restore(chunk)) }

    /// Puts a batch on its way; waits while too many are.
    func submit(_ batch: WorkBatch) {
        inFlight.wait { count -> Void? in
            guard count < Self.limit || isBroken.load(ordering: .relaxed) else { return nil }
            count += 1
            return ()
        }
        sequencer.mailbox.put(.batch(batch))
        for worker in workers { worker.mailbox.put(.batch(batch)) }
    }

    /// Puts a barrier behind all batches submitted so far.
    func submit(_ barrier: Barrier) {
        sequencer.mailbox.put(.barrier(barrier))
        for worker in workers { worker.mailbox.put(.barrier(epoch: barrier.epoch)) }
    }

    /// The end of the input; the output is told when everything is decided. `flushes`: as if time went on forever.
    func finish(flushes: Bool = true) {
        for worker in workers { worker.mailbox.put(.finish(flushes: flushes)) }
    }

    /// Ends the threads and waits for them. What is under way is given up.
    func stop() {
        for worker in workers { worker.mailbox.putUrgent(.stop) }
        for thread in threads.dropLast() { thread.join() }
        sequencer.mailbox.putUrgent(.stop)
        threads.last?.join()
        threads = []
    }
}
