/// Memory for what an evaluation computes: bump allocation, all given back at once.
///
/// A handle to state behind one pointer, so that it is passed around without counting references. Whoever makes it
/// calls `free` once.
struct ScratchArena {
    /// A place to go back to.
    struct Mark {
        fileprivate let chunk: UnsafeMutablePointer<Chunk>
        fileprivate let offset: Int
    }

    fileprivate struct Chunk {
        var next: UnsafeMutablePointer<Chunk>?
        /// Bytes behind this header.
        var capacity: Int
    }

    private struct State {
        var first: UnsafeMutablePointer<Chunk>
        var current: UnsafeMutablePointer<Chunk>
        var offset = 0
    }

    private static let chunkCapacity = 16 << 10
    private let state: UnsafeMutablePointer<State>

    init() {
        let chunk = Self.makeChunk(Self.chunkCapacity)
        state = .allocate(capacity: 1)
        state.initialize(to: State(first: chunk, current: chunk))
    }

    /// Frees everything; the arena may not be used again.
    func free() {
        freeChunks(behind: state.pointee.first)
        UnsafeMutableRawPointer(state.pointee.first).deallocate()
        state.deallocate()
    }

    /// The present place.
    @inline(__always)
    var mark: Mark { Mark(chunk: state.pointee.current, offset: state.pointee.offset) }

    /// Gives back what was allocated since the mark; the memory is kept for the next allocations.
    @inline(__always)
    func restore(_ mark: Mark) {
        state.pointee.current = mark.chunk
        state.pointee.offset = mark.offset
    }

    /// Gives back everything, to the system what goes beyond the first chunk.
    func reset() {
        state.pointee.current = state.pointee.first
        state.pointee.offset = 0
        if state.pointee.first.pointee.next != nil { freeChunks(behind: state.pointee.first) }
    }

    /// Memory for `count` bytes, 8-byte aligned, not initialised.
    func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let size = (count + 7) & ~7
        if state.pointee.offset + size > state.pointee.current.pointee.capacity { nextChunk(size) }
        let memory = UnsafeMutableRawPointer(state.pointee.current + 1) + state.pointee.offset
        state.pointee.offset += size
        return memory
    }

    /// A copy of a text as a value.
    func string(copying bytes: UnsafeRawBufferPointer) -> Value {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return .string(bytes) }
        let memory = allocate(bytes.count)
        memory.copyMemory(from: start, byteCount: bytes.count)
        return .string(UnsafeRawBufferPointer(start: memory, count: bytes.count))
    }

    @inline(never)
    private func nextChunk(_ size: Int) {
        let current = state.pointee.current
        if let next = current.pointee.next, next.pointee.capacity >= size {
            state.pointee.current = next
        } else {
            freeChunks(behind: current)
            let chunk = Self.makeChunk(max(size, Self.chunkCapacity))
            current.pointee.next = chunk
            state.pointee.current = chunk
        }
        state.pointee.offset = 0
    }

    private func freeChunks(behind chunk: UnsafeMutablePointer<Chunk>) {
        var next = chunk.pointee.next
        chunk.pointee.next = nil
        while let victim = next {
            next = victim.pointee.next
            UnsafeMutableRawPointer(victim).deallocate()
        }
    }

    private static func makeChunk(_ capacity: Int) -> UnsafeMutablePointer<Chunk> {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<Chunk>.stride + capacity, alignment: 16)
        let chunk = memory.bindMemory(to: Chunk.self, capacity: 1)
        chunk.initialize(to: Chunk(next: nil, capacity: capacity))
        return chunk
    }
}
