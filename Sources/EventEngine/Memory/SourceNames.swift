#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Names of sources by index, for `@source`. Grows while engines read it: one thread adds, and a name's index reaches other
/// threads only behind the name itself.
public final class SourceNames: @unchecked Sendable {
    // Unchecked: entries are written once, before their index is handed on, and never move.
    /// Room for names that come while it runs.
    public static let growingCapacity = 1 << 16

    private let memory: UnsafeMutableBufferPointer<Value>
    private var indexByName: [String: Int32] = [:]
    /// The names, by index.
    public private(set) var names: [String] = []

    /// A table of these names, with room for `capacity` in all; untouched room takes no memory.
    public init(_ names: [String] = [], capacity: Int = 0) {
        let count = max(capacity, names.count, 1)
        // Zeroed memory reads as null values.
        let room = calloc(count, MemoryLayout<Value>.stride)!
        memory = UnsafeMutableBufferPointer(start: room.bindMemory(to: Value.self, capacity: count), count: count)
        for name in names { _ = append(name) }
    }

    deinit {
        for index in names.indices { memory[index].bytes.deallocate() }
        free(memory.baseAddress)
    }

    /// One text for each name; null behind the last one.
    var values: UnsafeBufferPointer<Value> { UnsafeBufferPointer(memory) }

    /// The index of a name, added when it is new; that of the last name when the table is full.
    public func index(of name: String) -> Int32 { indexByName[name] ?? append(name) }

    private func append(_ name: String) -> Int32 {
        guard names.count < memory.count else { return Int32(memory.count - 1) }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, name.utf8.count), alignment: 1)
        block.copyBytes(from: name.utf8)
        let index = names.count
        (memory.baseAddress! + index).initialize(to: .string(UnsafeRawBufferPointer(rebasing: block[0..<name.utf8.count])))
        names.append(name)
        indexByName[name] = Int32(index)
        return Int32(index)
    }
}
