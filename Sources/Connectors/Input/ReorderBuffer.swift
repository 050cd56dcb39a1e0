import EventEngine

/// Events that wait for the watermark, the next one first: by time, then source, then arrival.
///
/// Most events come in order: those wait in a queue, at constant cost. Only one that belongs before the queue's end
/// goes to the heap.
package struct ReorderBuffer: ~Copyable {
    package struct Entry {
        package var time: Int64
        package var arrival: UInt64
        package var source: Int32
        /// Index of its block in the owner's table.
        package var block: Int32
        package var view: EventView

        /// An event that waits.
        package init(time: Int64, arrival: UInt64, source: Int32, block: Int32, view: EventView) {
            self.time = time
            self.arrival = arrival
            self.source = source
            self.block = block
            self.view = view
        }

        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            if time != other.time { return time < other.time }
            if source != other.source { return source < other.source }
            return arrival < other.arrival
        }
    }

    private var heap = ReorderHeap()
    /// A ring; its capacity is a power of two.
    private var queue: UnsafeMutablePointer<Entry>
    private var capacity = 1024
    private var head = 0
    private var queued = 0

    package init() { queue = .allocate(capacity: capacity) }

    deinit { queue.deallocate() }

    package var isEmpty: Bool { queued == 0 && heap.count == 0 }

    private var queueIsFirst: Bool {
        if heap.count == 0 { return true }
        return queued > 0 && queue[head].precedes(heap.first)
    }

    /// The next one; only when there is one.
    package var first: Entry { queueIsFirst ? queue[head] : heap.first }

    package mutating func insert(_ entry: Entry) {
        if queued > 0, entry.precedes(queue[(head + queued - 1) & (capacity - 1)]) { return heap.insert(entry) }
        if queued == capacity { grow() }
        (queue + ((head + queued) & (capacity - 1))).initialize(to: entry)
        queued += 1
    }

    package mutating func removeFirst() {
        guard queueIsFirst else { return heap.removeFirst() }
        head = (head + 1) & (capacity - 1)
        queued -= 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
        for index in 0..<queued { (larger + index).initialize(to: queue[(head + index) & (capacity - 1)]) }
        queue.deallocate()
        queue = larger
        head = 0
        capacity *= 2
    }
}
