/// Messages to one thread, in order, of which only so many wait; and urgent ones, which go ahead of them.
final class Mailbox<Message>: Sendable {
    private struct State {
        var messages: [Message] = []
        var head = 0
        var urgent: [Message] = []
        /// Messages that may wait.
        var capacity: Int

        mutating func next() -> Message? {
            if !urgent.isEmpty { return urgent.removeFirst() }
            guard head < messages.count else { return nil }
            defer {
                head += 1
                // A mailbox that never empties must not keep what was taken.
                if head * 2 >= messages.count {
                    messages.removeFirst(head)
                    head = 0
                }
            }
            return messages[head]
        }
    }

    private let state: Monitor<State>

    /// A mailbox in which `capacity` messages may wait.
    init(capacity: Int = .max) { state = Monitor(State(capacity: capacity)) }

    /// Puts a message behind the others; waits while the mailbox is full.
    func put(_ message: sending Message) {
        state.wait { state -> Void? in
            guard state.messages.count - state.head < state.capacity else { return nil }
            state.messages.append(message)
            return ()
        }
    }

    /// From now on `put` never waits: nobody may be left who takes messages.
    func widen() { state.update { $0.capacity = .max } }

    /// Puts a message ahead of those that are not urgent; never waits.
    func putUrgent(_ message: sending Message) { state.update { $0.urgent.append(message) } }

    /// The next message; waits for one.
    func take() -> Message { state.wait { $0.next() } }

    /// The next urgent message; waits for one.
    func takeUrgent() -> Message { state.wait { state -> Message? in state.urgent.isEmpty ? nil : state.urgent.removeFirst() } }
}
