/// Keeps the memory that some events lie in. Whoever holds events of it beyond the next read holds this too.
open class EventMemory {
    /// Number of the last batch that was told to keep it; for whoever collects batches, so that once is enough.
    package var keptByBatch = UInt64.max

    /// Keeps nothing yet.
    public init() {}
}

/// A block of events that goes back to its pool when nobody holds it.
final class BlockLease: EventMemory {
    let block: EventBlock
    private let pool: EventBlockPool

    init(_ block: EventBlock, pool: EventBlockPool) {
        self.block = block
        self.pool = pool
    }

    deinit { pool.put(block) }
}

/// The blocks that the events of one batch lie in.
final class BlockLeases: EventMemory {
    private let leases: [BlockLease]

    init(_ leases: [BlockLease]) { self.leases = leases }
}

/// Blocks that are never given back while their reader lives.
final class KeptBlocks: EventMemory {
    var blocks: [EventBlock] = []
}
