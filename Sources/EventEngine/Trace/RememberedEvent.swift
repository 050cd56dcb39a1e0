/// An event that a trace holds on to beyond its turn, with every field that rules read, so that it can be looked at again: whether it would
/// have fitted had it come later. Given back with `RuleTrace.forget`.
public struct RememberedEvent {
    let retained: RetainedEvent

    /// Event time, nanoseconds since 1970 UTC.
    public var time: Int64 { retained.header.time }
}

extension RuleTrace {
    /// Holds on to the event under test.
    public func remember() -> RememberedEvent {
        RememberedEvent(retained: remembered.copy(machine.core.event, sequence: machine.core.sequence))
    }

    /// Gives it up.
    public func forget(_ event: RememberedEvent) { remembered.release(event.retained) }

    /// Makes a remembered event the one under test while `body` runs.
    public func look<Result>(at event: RememberedEvent, _ body: () -> Result) -> Result {
        let (current, sequence) = (machine.core.event, machine.core.sequence)
        defer { machine.core.begin(current, sequence: sequence) }
        let count = max(1, program.schema.fields.count)
        let slots = UnsafeMutablePointer<Value>.allocate(capacity: count)
        defer { slots.deallocate() }
        slots.initialize(repeating: .null, count: count)
        for kept in event.retained.keptValues { slots[Int(kept.slot)] = kept.value }
        return withUnsafePointer(to: event.retained.header) { header in
            machine.core.begin(EventView(header: header, slots: slots), sequence: event.retained.sequence)
            return body()
        }
    }
}
