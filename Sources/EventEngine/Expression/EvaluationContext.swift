/// What an expression is evaluated against. Trivially copyable; everything it points to outlives the evaluation.
public struct EvaluationContext {
    /// Slots of the current event, when it is one under test; nil when `current` holds it.
    public var slots: UnsafePointer<Value>?
    /// Header of the current event, when it is one under test.
    public var header: UnsafePointer<EventHeader>?
    /// The current event in `having` and `select`: the match's last bound one.
    public var current: RetainedEvent?
    /// The thread's last binding; nil before its first event.
    public var bindings: UnsafeMutablePointer<Binding>?
    /// The previous event of the keyed sequence; nil when there is none or no expression of the rule asks for it.
    public var lag: RetainedEvent?
    /// Names of streams by index, texts that outlive the evaluation.
    public var streamNames: UnsafeBufferPointer<Value>
    /// Names of sources by index, likewise.
    public var sourceNames: UnsafeBufferPointer<Value>

    /// A context for an event under test, without bindings.
    public init(
        event: EventView, streamNames: UnsafeBufferPointer<Value>, sourceNames: UnsafeBufferPointer<Value>
    ) {
        slots = event.slots
        header = event.header
        self.streamNames = streamNames
        self.sourceNames = sourceNames
    }

    /// A context for `having` and `select` of a thread whose last binding is `bindings`.
    public init(
        bindings: UnsafeMutablePointer<Binding>, streamNames: UnsafeBufferPointer<Value>,
        sourceNames: UnsafeBufferPointer<Value>
    ) {
        current = bindings.pointee.event
        self.bindings = bindings
        self.streamNames = streamNames
        self.sourceNames = sourceNames
    }
}
