/// Finds for each event the rules whose key of it is this worker's, before any rule is asked: rules with the same `by` are
/// passed over together. Only where several workers share the keys.
final class RuleOwnership {
    private struct Group {
        let spec: KeySpec
        /// One bit for each rule with that key.
        let rules: UnsafeMutablePointer<UInt64>
    }

    private let share: WorkerShare
    private let words: Int
    private let groups: [Group]
    /// Rules that find out by themselves: without a key, or with keys per name.
    private let others: UnsafeMutablePointer<UInt64>
    private let owned: UnsafeMutablePointer<UInt64>

    /// For the machines of a shard, in order.
    init(_ machines: [RuleMachine], share: WorkerShare) {
        self.share = share
        let words = (machines.count + 63) / 64
        self.words = words
        func mask() -> UnsafeMutablePointer<UInt64> {
            let mask = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, words))
            mask.initialize(repeating: 0, count: max(1, words))
            return mask
        }
        others = mask()
        owned = mask()
        var groups: [ObjectIdentifier: Group] = [:]
        for (number, machine) in machines.enumerated() {
            let bit: UInt64 = 1 << UInt64(number & 63)
            guard machine.program.keyWidth > 0, !machine.program.hasPerNameKeys else {
                others[number / 64] |= bit
                continue
            }
            let id = ObjectIdentifier(machine.keySpec)
            let group = groups[id] ?? Group(spec: machine.keySpec, rules: mask())
            group.rules[number / 64] |= bit
            groups[id] = group
        }
        self.groups = Array(groups.values)
    }

    deinit {
        for group in groups { group.rules.deallocate() }
        others.deallocate()
        owned.deallocate()
    }

    /// One bit for each rule that may have to take the event; valid until the next call.
    @inline(__always)
    func rules(of event: EventView, sequence: UInt64) -> UnsafePointer<UInt64> {
        for word in 0..<words { owned[word] = others[word] }
        for group in groups where group.spec.encode(event, sequence: sequence) && share.owns(group.spec.hash) {
            for word in 0..<words { owned[word] |= group.rules[word] }
        }
        return UnsafePointer(owned)
    }
}
