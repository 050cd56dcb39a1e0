/// Something that the operator of a source should know.
public enum SourceNotice: Sendable, Equatable, CustomStringConvertible {
    /// No file matches when the source is opened.
    case noFile(pattern: String)
    /// A file is compressed.
    case compressed(path: String)
    /// A directory stands where a file should.
    case directory(path: String)
    /// A file or directory cannot be read; it is tried again. Said once until it can be read or the reason changes.
    case unreadable(path: String, reason: String)
    /// A file of a checkpoint is not there any more under any name of its directory.
    case lost(path: String, identity: String, offset: UInt64)
    /// A file has become shorter than what was read of it, or begins with other bytes; it is read from its start.
    /// `unfinished`: bytes of a last line without end that were dropped.
    case truncated(path: String, offset: UInt64, unfinished: UInt64)
    /// A file that had ended, rotated away, has grown since; it goes on as a new partition.
    case grownAfterEnd(path: String, offset: UInt64)
    /// A position of a checkpoint is none of this source's.
    case unknownPosition(identity: String)
    /// The server of a source cannot be reached or refuses; it is tried again. Said once for each outage.
    case disconnected(server: String, reason: String)
    /// The server of a source is there again.
    case reconnected(server: String)
    /// Entries that were to be read, for the first time or again, are not in the stream any more. Nil: they are gone if there
    /// were any between the checkpoint's position and the first entry that is there, or were deleted one by one.
    case trimmed(stream: String, entries: Int?)

    /// Whether input may have been lost.
    public var tellsLoss: Bool {
        switch self {
        case .lost, .truncated, .trimmed: return true
        case .noFile, .compressed, .directory, .unreadable, .grownAfterEnd, .unknownPosition, .disconnected, .reconnected: return false
        }
    }

    /// One line for a log.
    public var description: String {
        switch self {
        case .noFile(let pattern): return "\(pattern): there is no such file"
        case .compressed(let path): return "\(path): it is compressed, and is not read"
        case .directory(let path): return "\(path): it is a directory; its files are read with a path such as \(path)/*.ndjson"
        case .unreadable(let path, let reason): return "\(path): \(reason); it will be tried again"
        case .lost(let path, _, 0): return "\(path): the file that was to be read from its start is gone; whatever was in it is lost"
        case .lost(let path, _, let offset):
            return "\(path): the file that was read up to byte \(offset) is gone; whatever was not read of it is lost"
        case .truncated(let path, let offset, let unfinished):
            let line = unfinished == 0 ? "" : ", and so are the last \(unfinished) bytes, a line without end"
            return "\(path): truncated after byte \(offset) was read; what was written behind it before that is lost\(line); "
                + "it is read from its start"
        case .grownAfterEnd(let path, let offset):
            return "\(path): grew after it had ended and was read to its end; reading goes on at byte \(offset)"
        case .unknownPosition(let identity): return "the checkpoint has a position that is none of this source: \(identity)"
        case .disconnected(let server, let reason): return "\(server): \(reason); it will be tried again"
        case .reconnected(let server): return "\(server): connected again"
        case .trimmed(let stream, let entries?):
            return "\(stream): \(entries) entries that were to be read are not in the stream any more; they are lost"
        case .trimmed(let stream, nil):
            return "\(stream): the stream was trimmed or entries were deleted behind the checkpoint's position; "
                + "those that were read after the checkpoint and are not in the stream any more are lost"
        }
    }
}

/// Takes what operators should know. Called in the thread that calls `EventSource.next`.
public typealias SourceNoticeHandler = (SourceNotice) -> Void
