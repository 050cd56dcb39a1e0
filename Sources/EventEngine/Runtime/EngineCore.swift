/// What the machines of one engine share: the event under test, memory, timers, and where matches go. Owned by one thread.
final class EngineCore {
    let expressions: ExpressionMachine
    let store: EventStore
    let wheel = TimingWheel()
    let texts = SizeClassPool()
    private let streams: NameTable
    private let sources: SourceNames
    /// Names of streams by index.
    let streamNames: UnsafeBufferPointer<Value>
    /// Names of sources by index, for `@source`.
    let sourceNames: UnsafeBufferPointer<Value>

    /// The event under test.
    @exclusivity(unchecked) var event: EventView
    /// Its place in the order of processing; every event has another one.
    @exclusivity(unchecked) var sequence: UInt64 = 0
    /// Event time reached: every deadline before it has fired.
    @exclusivity(unchecked) var clock = Int64.min
    /// What the next decision comes of, and where it stands in the order of such (`DecisionPoint`).
    @exclusivity(unchecked) var phase = DecisionPoint.Phase.event
    @exclusivity(unchecked) var order: Int64 = 0
    @exclusivity(unchecked) var part: Int32 = 0
    /// Whose keys.
    let share: WorkerShare
    /// Slots of an event.
    let slotCount: Int
    /// Work that waits for evicted keys; nil where nothing is ever evicted.
    @exclusivity(unchecked) var parking: Parking?
    /// Its retained copy, made when the first attempt binds it.
    @exclusivity(unchecked) private var retained: RetainedEvent?
    /// Memory of local predicates: `sequence * 2 + result` once evaluated for this event.
    private let memo: UnsafeMutablePointer<UInt64>
    /// Room for what is read of a key when it is restored.
    let restoredParts = RestoredParts()
    /// In order, not yet fetched.
    @exclusivity(unchecked) var decisions: [Decision] = []

    init(program: EngineProgram, share: WorkerShare, sources: SourceNames) {
        self.share = share
        slotCount = program.schema.fields.count
        expressions = ExpressionMachine(pool: program.expressions)
        store = EventStore(keptSlots: program.keptSlots)
        memo = .allocate(capacity: max(1, program.expressions.count))
        memo.initialize(repeating: .max, count: max(1, program.expressions.count))
        streams = NameTable(program.schema.streams)
        self.sources = sources
        streamNames = streams.values
        sourceNames = sources.values
        event = EventView(header: UnsafePointer(bitPattern: 8).unsafelyUnwrapped, slots: UnsafePointer(bitPattern: 8).unsafelyUnwrapped)
    }

    deinit { memo.deallocate() }

    /// The name of a stream by index; empty for -1.
    func streamName(_ index: Int32) -> UnsafeRawBufferPointer {
        index >= 0 && Int(index) < streamNames.count ? streamNames[Int(index)].bytes : UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Begins an event.
    @inline(__always)
    func begin(_ event: EventView, sequence: UInt64) {
        self.event = event
        self.sequence = sequence
    }

    /// Ends it: gives up the engine's own hold on its copy.
    @inline(__always)
    func end() {
        if let retained {
            store.release(retained)
            self.retained = nil
        }
    }

    /// A reference to the copy of the event under test, for the caller to release.
    @inline(__always)
    func retainCurrent() -> RetainedEvent {
        if let retained {
            store.retain(retained)
            return retained
        }
        let copy = store.copy(event, sequence: sequence)
        retained = copy
        store.retain(copy)
        return copy
    }

    /// A context for the event under test.
    @inline(__always)
    func context(_ bindings: UnsafeMutablePointer<Binding>?, lag: RetainedEvent?) -> EvaluationContext {
        var context = EvaluationContext(
            event: event, streamNames: streamNames, sourceNames: sourceNames)
        context.bindings = bindings
        context.lag = lag
        return context
    }

    /// A predicate over the event alone, evaluated at most once per event over all rules.
    @inline(__always)
    func isTrueOnce(_ program: Int32) -> Bool {
        let slot = memo + Int(program)
        if slot.pointee >> 1 == sequence { return slot.pointee & 1 == 1 }
        var context = context(nil, lag: nil)
        let result = expressions.isTrue(program, &context)
        slot.pointee = sequence << 1 | (result ? 1 : 0)
        return result
    }
}
