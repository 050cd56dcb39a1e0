import CRocksDB

/// Writes the changes of a `StateBatch` into a WriteBatch, in order. Does not own it.
struct RocksDBBatchWriter {
    private let target: OpaquePointer

    init(_ target: OpaquePointer) { self.target = target }

    func write(_ batch: StateBatch) {
        var current: StateTable?
        var prefix: [UInt8] = []
        batch.forEach { change in
            let table: StateTable
            switch change {
            case .put(let of, _, _), .delete(let of, _), .clear(let of): table = of
            }
            if table != current {
                current = table
                prefix = RocksDBKeys.prefix(of: table)
            }
            switch change {
            case .put(_, let key, let value): prefix.withUnsafeBytes { put($0, key, value) }
            case .delete(_, let key): prefix.withUnsafeBytes { delete($0, key) }
            case .clear:
                let end = RocksDBKeys.end(of: table)
                prefix.withUnsafeBytes { start in
                    end.withUnsafeBytes { end in
                        rocksdb_writebatch_delete_range(target, start.characters, start.count, end.characters, end.count)
                    }
                }
            }
        }
    }

    private func put(_ prefix: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        withUnsafePointer(to: (prefix.characters, key.characters)) { keys in
            withUnsafePointer(to: (prefix.count, key.count)) { keySizes in
                withUnsafePointer(to: value.characters) { values in
                    withUnsafePointer(to: value.count) { valueSizes in
                        keys.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 2) { keys in
                            keySizes.withMemoryRebound(to: Int.self, capacity: 2) { keySizes in
                                rocksdb_writebatch_putv(target, 2, keys, keySizes, 1, values, valueSizes)
                            }
                        }
                    }
                }
            }
        }
    }

    private func delete(_ prefix: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer) {
        withUnsafePointer(to: (prefix.characters, key.characters)) { keys in
            withUnsafePointer(to: (prefix.count, key.count)) { keySizes in
                keys.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 2) { keys in
                    keySizes.withMemoryRebound(to: Int.self, capacity: 2) { keySizes in
                        rocksdb_writebatch_deletev(target, 2, keys, keySizes)
                    }
                }
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as C's `char`s; nil when there is none.
    var characters: UnsafePointer<CChar>? { baseAddress?.assumingMemoryBound(to: CChar.self) }
}
