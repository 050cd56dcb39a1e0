import CProcess

/// How the process gives memory back.
public enum ProcessMemory {
    /// Blocks of this size are the system's own, and go back to it when they are freed.
    private static let largest: Int32 = 512 << 10
    private static let unused: Int32 = 8 << 20

    /// Has large blocks returned to the system once they are freed. A checkpoint after a burst of events needs hundreds of
    /// megabytes for a moment; glibc, which learns to keep blocks of such sizes, would hold on to them for good.
    public static func returnsLargeBlocks() {
        fx_return_memory(largest, unused)
    }
}
