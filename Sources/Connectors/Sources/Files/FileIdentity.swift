import EventEngine
import Glibc

/// What tells one incarnation of a file from every other, over restarts and renames.
struct FileIdentity: Equatable {
    /// Where it was found.
    var path: String
    /// What the path led to, where that is another name: links of containers' logs.
    var target: String?
    var device: UInt64
    var inode: UInt64
    /// XXH3 of the file's first bytes.
    var head: String
    /// How many bytes `head` is of, at most `FileHead.limit`.
    var length: Int
    /// How many incarnations with the same inode and head came before: a file that is truncated and begins alike again.
    var generation = 0

    /// What incarnations that only their generation tells apart have in common.
    var incarnations: String { "\(inode) \(length) \(head)" }

    /// One line of JSON.
    var text: String {
        var text = "{\"path\":" + IdentityText.quoted(path)
        if let target { text += ",\"target\":" + IdentityText.quoted(target) }
        text += ",\"device\":\(Int64(bitPattern: device)),\"inode\":\(Int64(bitPattern: inode))"
        text += ",\"head\":\"\(head)\",\"length\":\(length)"
        if generation > 0 { text += ",\"generation\":\(generation)" }
        return text + "}"
    }
}

extension FileIdentity {
    /// Reads what `text` gave; nil when it is no file's identity.
    init?(_ text: String) {
        guard let values = IdentityText.values(of: text, names: ["path", "target", "device", "inode", "head", "length", "generation"]),
            case .text(let path) = values[0], case .number(let device) = values[2], case .number(let inode) = values[3],
            case .text(let head) = values[4], case .number(let length) = values[5], (1...Int64(FileHead.limit)).contains(length)
        else { return nil }
        self.path = path
        if case .text(let target) = values[1] { self.target = target }
        self.device = UInt64(bitPattern: device)
        self.inode = UInt64(bitPattern: inode)
        self.head = head
        self.length = Int(length)
        if case .number(let generation) = values[6] { self.generation = Int(generation) }
    }
}

/// Device and inode: what names a file while it exists.
struct FileKey: Hashable {
    var device: UInt64
    var inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

extension stat {
    /// When the contents last changed, nanoseconds since 1970 UTC.
    var modified: Int64 { Int64(st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(st_mtim.tv_nsec) }
}
