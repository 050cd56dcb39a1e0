/// Deadlines of keys: a hierarchical timing wheel (Varghese and Lauck, 1987), 6 levels of 256 slots, a tick of about
/// a millisecond: no deadline lies beyond the top level. Setting and expiring cost constant time; an entry whose key has moved its deadline is dropped or
/// set again when it comes up, so nothing is ever searched for.
final class TimingWheel {
    struct Entry {
        var deadline: Int64
        var rule: Int32
        var key: UnsafeMutablePointer<KeyState>
        var serial: UInt64
    }

    private static let tickShift: Int64 = 20
    private static let slotBits: Int64 = 8
    private static let levels = 6
    @exclusivity(unchecked) private var slots: [[Entry]]
    /// Which slots of a level are not empty, 256 bits each.
    @exclusivity(unchecked) private var occupied: [UInt64]
    /// Deadlines before this tick have been handed out.
    @exclusivity(unchecked) private var current: Int64 = .min
    /// Entries set for ticks already passed, or for the current one.
    @exclusivity(unchecked) private var near: [Entry] = []
    /// Lower bound of all deadlines set; `Int64.max` when there is none.
    @exclusivity(unchecked) private(set) var earliest: Int64 = .max

    init() {
        slots = Array(repeating: [], count: Self.levels << Int(Self.slotBits))
        occupied = Array(repeating: 0, count: Self.levels * 4)
    }

    /// Sets an entry.
    func set(_ entry: Entry) {
        earliest = min(earliest, entry.deadline)
        place(entry)
    }

    private func place(_ entry: Entry) {
        let tick = entry.deadline >> Self.tickShift
        if current == .min { current = tick - 1 }
        if tick <= current {
            near.append(entry)
            return
        }
        for level in 0..<Self.levels {
            let shift = Int64(level) * Self.slotBits
            if (tick >> shift) - (current >> shift) < 1 << Self.slotBits {
                let slot = Int((tick >> shift) & 255)
                slots[level << Int(Self.slotBits) | slot].append(entry)
                occupied[level << 2 | slot >> 6] |= 1 << UInt64(slot & 63)
                return
            }
        }
        preconditionFailure("a deadline beyond the top level")
    }

    /// Moves every entry whose deadline is less than `time` to `expired`, in no particular order.
    func expire(before time: Int64, into expired: inout [Entry]) {
        guard earliest < time else { return }
        let end = time == .max ? Int64.max >> Self.tickShift : time >> Self.tickShift
        var pending = near
        near = []
        if end > current {
            drain(through: end, into: &pending)
            current = end
        }
        for entry in pending {
            if entry.deadline < time { expired.append(entry) } else { place(entry) }
        }
        earliest = lowerBound()
    }

    /// Empties every slot that covers a tick in (current, end].
    private func drain(through end: Int64, into pending: inout [Entry]) {
        for level in 0..<Self.levels {
            let shift = Int64(level) * Self.slotBits
            let last = min(end >> shift, (current >> shift) + 255)
            var position = (current >> shift) + (level == 0 ? 1 : 0)
            while let found = firstOccupied(level: level, from: position, through: last) {
                let slot = Int(found & 255)
                let index = level << Int(Self.slotBits) | slot
                pending.append(contentsOf: slots[index])
                slots[index].removeAll(keepingCapacity: true)
                occupied[level << 2 | slot >> 6] &= ~(1 << UInt64(slot & 63))
                position = found + 1
            }
        }
    }

    /// The first position of a level from `first` to `last`, at most 256 apart, whose slot is not empty.
    private func firstOccupied(level: Int, from first: Int64, through last: Int64) -> Int64? {
        var position = first
        while position <= last {
            let slot = Int(position & 255)
            let bits = occupied[level << 2 | slot >> 6] >> UInt64(slot & 63)
            if bits != 0 {
                position += Int64(bits.trailingZeroBitCount)
                return position <= last ? position : nil
            }
            position += Int64(64 - (slot & 63))
        }
        return nil
    }

    private func lowerBound() -> Int64 {
        var bound = Int64.max
        for entry in near { bound = min(bound, entry.deadline) }
        for level in 0..<Self.levels {
            let shift = Int64(level) * Self.slotBits
            if let position = firstOccupied(level: level, from: current >> shift, through: (current >> shift) + 255) {
                bound = min(bound, (position << shift) << Self.tickShift)
            }
        }
        return bound
    }
}
