/// Which of how many workers a shard belongs to, and so which keys are its own.
public struct WorkerShare: Sendable, Equatable {
    /// From 0.
    public let index: Int
    /// How many there are.
    public let count: Int

    /// Worker `index` of `count`.
    public init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// The only worker.
    public static let whole = WorkerShare(index: 0, count: 1)

    /// True for keys of that hash.
    @inline(__always)
    func owns(_ hash: UInt64) -> Bool { count == 1 || Self.owner(of: hash, count: count) == index }

    /// Which of `count` workers has keys of that hash.
    @inline(__always)
    static func owner(of hash: UInt64, count: Int) -> Int { Int(((hash >> 32) &* UInt64(count)) >> 32) }
}
