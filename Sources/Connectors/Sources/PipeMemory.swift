/// A pipe that stays open, and the bytes of it that were read and are in no checkpoint: a source that takes the place of another in the
/// same process reads them first. For one thread.
public final class PipeMemory {
    private var pipe: PipeBytes?
    private var bytes: [UInt8] = []
    /// Bytes at the front of `bytes` that are forgotten.
    private var head = 0
    /// Offset of the first byte that is kept.
    private var start: UInt64 = 0
    /// Names of the columns of a CSV header, and where it stands.
    var header: (columns: [String], offset: UInt64)?

    /// Nothing is open.
    public init() {}

    /// The pipe's bytes from `offset` on, which is the offset of what is read next when the pipe was not open.
    func reader(path: String, from offset: UInt64) throws(InputError) -> any ByteSource {
        if let pipe { return KeptPipe(pipe, memory: self, from: max(offset, start)) }
        let opened = try PipeBytes(name: path)
        pipe = opened
        start = offset
        return KeptPipe(opened, memory: self, from: offset)
    }

    /// Everything before `offset` is in a checkpoint.
    func forget(before offset: UInt64) {
        guard offset > start else { return }
        let count = Int(min(offset - start, UInt64(bytes.count - head)))
        start += UInt64(count)
        head += count
        guard head > 1 << 16, head * 2 > bytes.count else { return }
        bytes.removeFirst(head)
        head = 0
    }

    /// Adds bytes that were read.
    fileprivate func append(_ read: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: read) }

    /// Copies what is kept from `offset` on; how many bytes.
    fileprivate func copy(from offset: UInt64, to target: UnsafeMutablePointer<UInt8>, count: Int) -> Int {
        let first = head + Int(offset - start)
        let count = min(count, bytes.count - first)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBufferPointer { target.update(from: $0.baseAddress! + first, count: count) }
        return count
    }
}

/// Reads what a `PipeMemory` has, then the pipe, of which it keeps everything there.
private final class KeptPipe: ByteSource {
    let name: String
    private let pipe: PipeBytes
    private let memory: PipeMemory
    private var offset: UInt64

    init(_ pipe: PipeBytes, memory: PipeMemory, from offset: UInt64) {
        name = pipe.name
        self.pipe = pipe
        self.memory = memory
        self.offset = offset
    }

    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) throws(InputError) -> ByteRead {
        let known = memory.copy(from: offset, to: bytes, count: count)
        offset += UInt64(known)
        if known > 0 { return .bytes(known) }
        let result = try pipe.read(into: bytes, count: count)
        if case .bytes(let read) = result {
            memory.append(UnsafeBufferPointer(start: bytes, count: read))
            offset += UInt64(read)
        }
        return result
    }
}
