/// Names by index as text values, in memory of its own.
final class NameTable {
    /// One text a name; valid as long as the table.
    let values: UnsafeBufferPointer<Value>
    private let memory: [UnsafeMutableRawBufferPointer]

    /// Copies the names.
    init(_ names: [String]) {
        memory = names.map { name in
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: name.utf8.count, alignment: 1)
            block.copyBytes(from: name.utf8)
            return block
        }
        let copies = UnsafeMutableBufferPointer<Value>.allocate(capacity: names.count)
        _ = copies.initialize(from: memory.map { .string(UnsafeRawBufferPointer($0)) })
        values = UnsafeBufferPointer(copies)
    }

    deinit {
        values.deallocate()
        for block in memory { block.deallocate() }
    }
}
