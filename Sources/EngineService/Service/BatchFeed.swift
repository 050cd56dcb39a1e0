import Connectors
import EventEngine

/// Turns released events into batches for the workers. For the thread of the input.
final class BatchFeed {
    private let pipeline: Pipeline
    private var builder: WorkBatchBuilder
    private var submittedWatermark = Int64.min
    /// Events submitted or collected since the last barrier.
    var eventsSinceBarrier = 0

    /// Goes on behind `sequence` and `clock`.
    init(pipeline: Pipeline, sequence: UInt64, clock: Int64) {
        self.pipeline = pipeline
        builder = WorkBatchBuilder(sequence: sequence, clock: clock)
    }

    /// Event time reached by what was submitted.
    var clock: Int64 { builder.clock }
    /// Number of the last event.
    var sequence: UInt64 { builder.sequence }

    /// Takes an event, whose memory is kept until all workers are done with it.
    @inline(__always)
    func take(_ event: EventView, _ memory: EventMemory) {
        if memory.keptByBatch != builder.number {
            memory.keptByBatch = builder.number
            builder.retain(memory)
        }
        builder.append(event)
        eventsSinceBarrier += 1
        if builder.isFull { submit(watermark: .min) }
    }

    /// Submits what was collected; `heartbeat`: also when only time has gone on.
    func flush(watermark: Int64, heartbeat: Bool) {
        let reached = watermark == .max ? .min : watermark
        if builder.count > 0 || (heartbeat && reached > max(submittedWatermark, builder.clock)) { submit(watermark: reached) }
    }

    private func submit(watermark: Int64) {
        submittedWatermark = max(submittedWatermark, watermark)
        pipeline.submit(builder.finish(watermark: watermark))
    }
}
