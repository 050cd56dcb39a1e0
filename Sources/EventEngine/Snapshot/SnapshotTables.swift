/// The events and bindings that a key reaches, each once, every binding behind the one before it. Reusable.
final class SnapshotTables {
    private(set) var events: [RetainedEvent] = []
    private(set) var bindings: [UnsafeMutablePointer<Binding>] = []
    private var eventIndex = PointerIndex()
    private var bindingIndex = PointerIndex()
    private var chain: [UnsafeMutablePointer<Binding>] = []

    /// Collects what a key reaches.
    func collect(_ key: UnsafeMutablePointer<KeyState>) {
        events.removeAll(keepingCapacity: true)
        bindings.removeAll(keepingCapacity: true)
        eventIndex.removeAll()
        bindingIndex.removeAll()
        if let lag = key.pointee.lag { add(lag) }
        var nextAttempt = key.pointee.first
        while let attempt = nextAttempt {
            nextAttempt = attempt.pointee.next
            var next = attempt.pointee.threads
            while let thread = next {
                next = thread.pointee.next
                add(thread.pointee.bindings)
            }
        }
    }

    /// The index of an event that was collected.
    func index(of event: RetainedEvent) -> Int { eventIndex.index(of: UnsafeRawPointer(event.record)) ?? 0 }

    /// The index of a binding that was collected.
    func index(of binding: UnsafeMutablePointer<Binding>) -> Int { bindingIndex.index(of: UnsafeRawPointer(binding)) ?? 0 }

    private func add(_ event: RetainedEvent) {
        if eventIndex.insert(UnsafeRawPointer(event.record)) { events.append(event) }
    }

    private func add(_ last: UnsafeMutablePointer<Binding>) {
        chain.removeAll(keepingCapacity: true)
        var next: UnsafeMutablePointer<Binding>? = last
        while let binding = next, bindingIndex.index(of: UnsafeRawPointer(binding)) == nil {
            chain.append(binding)
            next = binding.pointee.previous
        }
        for binding in chain.reversed() {
            add(binding.pointee.event)
            _ = bindingIndex.insert(UnsafeRawPointer(binding))
            bindings.append(binding)
        }
    }
}

/// Indices of pointers in order of insertion: a list while there are few, which most keys have, then a dictionary.
private struct PointerIndex {
    private static let few = 24
    private var list: [UnsafeRawPointer] = []
    private var table: [UnsafeRawPointer: Int] = [:]

    func index(of pointer: UnsafeRawPointer) -> Int? {
        table.isEmpty ? list.firstIndex(of: pointer) : table[pointer]
    }

    /// False when it is there already.
    mutating func insert(_ pointer: UnsafeRawPointer) -> Bool {
        guard index(of: pointer) == nil else { return false }
        list.append(pointer)
        if !table.isEmpty {
            table[pointer] = list.count - 1
        } else if list.count > Self.few {
            for (index, pointer) in list.enumerated() { table[pointer] = index }
        }
        return true
    }

    mutating func removeAll() {
        list.removeAll(keepingCapacity: true)
        if !table.isEmpty { table.removeAll(keepingCapacity: true) }
    }
}
