/// One way to take a key from an event, shared by all rules with that `by`: the key of an event is encoded once.
final class KeySpec {
    let encoder = KeyEncoder()
    private let parts: UnsafeMutablePointer<KeyEncoder.Part>
    private let partCount: Int
    /// The event whose key `encoder` and `hash` hold; 0: none.
    @exclusivity(unchecked) private var sequence: UInt64 = 0
    @exclusivity(unchecked) private var isPresent = false
    /// Hash of the event's key.
    @exclusivity(unchecked) private(set) var hash: UInt64 = 0

    init(_ parts: [RuleProgram.KeyPart]) {
        partCount = parts.count
        self.parts = .allocate(capacity: max(1, parts.count))
        for (index, part) in parts.enumerated() {
            (self.parts + index).initialize(to: KeyEncoder.Part(slot: part.slot, allowsNull: part.allowsNull))
        }
    }

    deinit { parts.deallocate() }

    /// Encodes the event's key, unless it has been; false when the event has none.
    @inline(__always)
    func encode(_ event: EventView, sequence: UInt64) -> Bool {
        if self.sequence == sequence { return isPresent }
        self.sequence = sequence
        isPresent = encoder.encode(parts, count: partCount, slots: event.slots)
        if isPresent { hash = tableHash(encoder.text) }
        return isPresent
    }

    /// Takes a key's text instead of an event's.
    func load(_ text: UnsafeRawBufferPointer) {
        sequence = 0
        encoder.load(text)
    }
}
