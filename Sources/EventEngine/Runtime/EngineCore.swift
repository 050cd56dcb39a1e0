/// What the machines of one engine share: the event under test, memory, timers, and where matches go. Owned by one thread.
final class EngineCore {
    let expressions: ExpressionMachine
    let store: EventStore
    let wheel = TimingWheel()
    let texts = SizeClassPool()
    let streamNames: UnsafeMutableBufferPointer<Value>
    private let streamNameBytes: [[UInt8]]
    @exclusivity(unchecked) private(set) var sourceNames: UnsafeMutableBufferPointer<Value>
    private var sourceNameBytes: [UnsafeMutableRawBufferPointer] = []

    /// The event under test.
    @exclusivity(unchecked) var event: EventView
    /// Its place in the order of processing; every event has another one.
    @exclusivity(unchecked) var sequence: UInt64 = 0
    /// Its retained copy, made when the first attempt binds it.
    @exclusivity(unchecked) private var retained: RetainedEvent?
    /// Memory of local predicates: `sequence * 2 + result` once evaluated for this event.
    private let memo: UnsafeMutablePointer<UInt64>
    /// Matches in order, not yet fetched.
    @exclusivity(unchecked) var matches: [Match] = []

    init(program: EngineProgram) {
        expressions = ExpressionMachine(pool: program.expressions)
        store = EventStore(keptSlots: program.keptSlots)
        memo = .allocate(capacity: max(1, program.expressions.count))
        memo.initialize(repeating: .max, count: max(1, program.expressions.count))
        streamNameBytes = program.schema.streams.map { Array($0.utf8) }
        streamNames = .allocate(capacity: max(1, streamNameBytes.count))
        for (index, bytes) in streamNameBytes.enumerated() {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
            copy.copyBytes(from: bytes)
            sourceNameBytes.append(copy)
            streamNames.initializeElement(at: index, to: .string(UnsafeRawBufferPointer(rebasing: copy[0..<bytes.count])))
        }
        sourceNames = .allocate(capacity: 0)
        event = EventView(header: UnsafePointer(bitPattern: 8).unsafelyUnwrapped, slots: UnsafePointer(bitPattern: 8).unsafelyUnwrapped)
    }

    deinit {
        memo.deallocate()
        streamNames.deallocate()
        sourceNames.deallocate()
        for bytes in sourceNameBytes { bytes.deallocate() }
    }

    /// Names of sources by index, for `@source`.
    func setSources(_ names: [String]) {
        sourceNames.deallocate()
        sourceNames = .allocate(capacity: names.count)
        for (index, name) in names.enumerated() {
            let bytes = Array(name.utf8)
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
            copy.copyBytes(from: bytes)
            sourceNameBytes.append(copy)
            sourceNames.initializeElement(at: index, to: .string(UnsafeRawBufferPointer(rebasing: copy[0..<bytes.count])))
        }
    }

    /// The name of a stream by index; empty for -1.
    func streamName(_ index: Int32) -> UnsafeRawBufferPointer {
        index >= 0 && Int(index) < streamNameBytes.count ? streamNames[Int(index)].bytes : UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Begins an event.
    @inline(__always)
    func begin(_ event: EventView) {
        self.event = event
        sequence &+= 1
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
            event: event, streamNames: UnsafeBufferPointer(streamNames), sourceNames: UnsafeBufferPointer(sourceNames))
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
