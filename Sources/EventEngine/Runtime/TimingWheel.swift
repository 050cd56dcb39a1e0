/// Deadlines of keys: a hierarchical timing wheel (Varghese and Lauck, 1987), 8 levels of 256 slots, a tick of about
/// a millisecond. Setting and expiring cost constant time; an entry whose key has moved its deadline is dropped or
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
    private var slots: [[Entry]]
    private var counts: [Int]
    /// Deadlines before this tick have been handed out.
    private var current: Int64 = .min
    /// Entries set for ticks already passed, or for the current one.
    private var near: [Entry] = []
    /// Entries beyond the top level.
    private var far: [Entry] = []
    /// Lower bound of all deadlines set; `Int64.max` when there is none.
    private(set) var earliest: Int64 = .max

    init() {
        slots = Array(repeating: [], count: Self.levels << Int(Self.slotBits))
        counts = Array(repeating: 0, count: Self.levels)
    }

    /// True when nothing is set.
    var isEmpty: Bool { near.isEmpty && far.isEmpty && counts.allSatisfy { $0 == 0 } }

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
                slots[level << Int(Self.slotBits) | Int((tick >> shift) & 255)].append(entry)
                counts[level] += 1
                return
            }
        }
        far.append(entry)
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
        for level in 0..<Self.levels where counts[level] > 0 {
            let shift = Int64(level) * Self.slotBits
            let first = (current >> shift) + (level == 0 ? 1 : 0)
            let last = min(end >> shift, (current >> shift) + 255)
            guard first <= last else { continue }
            for position in first...last {
                let index = level << Int(Self.slotBits) | Int(position & 255)
                if slots[index].isEmpty { continue }
                counts[level] -= slots[index].count
                pending.append(contentsOf: slots[index])
                slots[index].removeAll(keepingCapacity: true)
            }
        }
        if !far.isEmpty {
            pending.append(contentsOf: far)
            far.removeAll()
        }
    }

    private func lowerBound() -> Int64 {
        var bound = Int64.max
        for entry in near { bound = min(bound, entry.deadline) }
        for entry in far { bound = min(bound, entry.deadline) }
        for level in 0..<Self.levels where counts[level] > 0 {
            let shift = Int64(level) * Self.slotBits
            for position in (current >> shift)...((current >> shift) + 255)
            where !slots[level << Int(Self.slotBits) | Int(position & 255)].isEmpty {
                bound = min(bound, (position << shift) << Self.tickShift)
                break
            }
        }
        return bound
    }
}
