import EventEngine
import Glibc

/// The first bytes of a file, by which a file is told from another that took its inode or its place.
struct FileHead {
    /// Bytes that are looked at.
    static let limit = 256

    /// As many as the file had, up to the limit.
    private(set) var bytes: [UInt8] = []

    /// Reads the first `length` bytes of a file; fewer where it has fewer, none where it cannot be read.
    init(of descriptor: CInt, length: Int = FileHead.limit) {
        bytes = Array(unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let result = pread(descriptor, buffer.baseAddress! + count, length - count, off_t(count))
                if result < 0, errno == EINTR { continue }
                if result <= 0 { break }
                count += result
            }
        }
    }

    /// A fingerprint of the first `length` bytes; nil when there are fewer.
    func fingerprint(length: Int) -> String? {
        guard length <= bytes.count else { return nil }
        return bytes.withUnsafeBytes { Digest128(hashing: UnsafeRawBufferPointer(rebasing: $0[..<length])).text }
    }

    /// Whether the file still begins so; learns what stands behind where it had fewer bytes than the limit.
    mutating func stillMatches(_ descriptor: CInt) -> Bool {
        let now = FileHead(of: descriptor)
        guard now.bytes.starts(with: bytes) else { return false }
        bytes = now.bytes
        return true
    }

    /// Whether they are those of gzip, zstd, bzip2 or xz.
    var isCompressed: Bool {
        let marks: [[UInt8]] = [[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A, 0x58, 0x5A]]
        return marks.contains { bytes.starts(with: $0) }
    }

    /// Whether it is enough to tell the file: its first line is whole, or all bytes that are looked at are there.
    var isTelling: Bool { bytes.count == Self.limit || bytes.contains(10) }
}
