import Connectors
import EventEngine

/// The events of all files of a replay, in order: of one stream as its input gives them, of several merged by event
/// time, the stream named first winning ties.
final class ReplayInput {
    /// Events of an input that have been read and not been handed on.
    private struct Head {
        let input: EventInput
        var batch: EventBatch?
        var next = 0
        var hasEnded = false
    }

    private var heads: [Head] = []

    /// Opens the files; those of one stream stand together. `own` has the options of streams that are read otherwise than the
    /// rest.
    init(
        streams: [(name: String, files: [String])], schema: EventSchema, options: EventInputOptions,
        own: [String: EventInputOptions] = [:], sink: @escaping MalformedLineSink, late: LateEventSink? = nil
    ) throws(InputError) {
        var firstSource = 0
        for stream in streams {
            let input = try EventInput(
                files: stream.files, stream: stream.name, schema: schema, options: own[stream.name] ?? options, firstSource: firstSource,
                malformed: sink, late: late)
            firstSource += stream.files.count
            heads.append(Head(input: input))
        }
    }

    /// What was read so far, of all streams.
    var counters: EventInput.Counters {
        var total = heads[0].input.counters
        for head in heads.dropFirst() {
            let counters = head.input.counters
            total.events += counters.events
            total.late += counters.late
            total.malformed += counters.malformed
            total.bytes += counters.bytes
        }
        return total
    }

    /// Shows `body` the next events in order, as many as lie ready, and what keeps their memory; false at the end.
    func next(_ body: (EventView, EventMemory) -> Void) throws(InputError) -> Bool {
        guard heads.count > 1 else {
            guard let batch = try heads[0].input.next() else { return false }
            for row in 0..<batch.count { body(batch[row], batch.memory) }
            return true
        }
        for index in heads.indices { try fill(index) }
        return drain(body)
    }

    /// Reads on until the input has an event ready; at its end `batch` is nil.
    private func fill(_ index: Int) throws(InputError) {
        while !heads[index].hasEnded, heads[index].next >= heads[index].batch?.count ?? 0 {
            heads[index].batch = try heads[index].input.next()
            heads[index].next = 0
            heads[index].hasEnded = heads[index].batch == nil
        }
    }

    /// Hands on events until one input has no more ready.
    private func drain(_ body: (EventView, EventMemory) -> Void) -> Bool {
        var moved = false
        while true {
            var earliest: (index: Int, event: EventView, memory: EventMemory)?
            for index in heads.indices {
                guard let batch = heads[index].batch else { continue }
                guard heads[index].next < batch.count else { return true }
                let event = batch[heads[index].next]
                if let best = earliest, best.event.header.pointee.time <= event.header.pointee.time { continue }
                earliest = (index, event, batch.memory)
            }
            guard let earliest else { return moved }
            heads[earliest.index].next += 1
            moved = true
            body(earliest.event, earliest.memory)
        }
    }
}
