/// One bound event of a thread, and those before it: a persistent list, shared by the threads that forked behind it.
public struct Binding {
    /// The event.
    public var event: RetainedEvent
    /// The binding before; nil at the attempt's first event.
    public var previous: UnsafeMutablePointer<Binding>?
    /// Index of the event variable in the rule.
    public var variable: Int32
    /// How many bindings the list has, this one included.
    public var length: Int32
    /// How many threads and bindings point here.
    public var references: Int32
    /// Index of the automaton's step that took the event.
    public var step: Int32
}
