import EventEngine

/// Reads the files of a path or a glob, and follows them as they grow.
///
/// Each incarnation of a file is a partition, told by device, inode and a fingerprint of its first bytes as they were
/// when it was found (up to 256 bytes, at least one line):
/// - Rotation by rename: the old file is read on through its descriptor until it has not grown for the grace period,
///   then ends; what has its path now is a new partition. The same goes for a link that leads elsewhere and for a
///   deleted file. A file that matches the glob under its new name too is not read twice; if it grows after it ended, the
///   rest is a new partition.
/// - Truncation (the file is shorter than what was read, or begins with other bytes): the partition ends and a new one
///   begins at byte 0. Lines that were written after the last read and before the truncation are lost; a file that begins
///   with the same 256 bytes again and has grown beyond the old position is not noticed. A copy that a tool makes before
///   it truncates is a file of its own: a glob should not match it.
/// - A last line without end waits; when its file has ended, it is delivered as it is.
///
/// An event's id is made of the stream, its offset in its file and its bytes, so two files of one stream with the same line at
/// the same offset have two events with one id.
///
/// Directories and what is no regular file are passed over.
public final class FileSource: EventSource {
    let settings: FileSourceOptions
    let options: SourceOptions
    let reader: SourceReader
    let finder: FileFinder
    /// Every incarnation found so far.
    public internal(set) var partitions: [SourcePartition] = []
    /// Files that are read, by their partitions; nil when it has ended.
    var files: [TrackedFile?] = []
    /// Partitions that have not ended, in the order in which they take turns.
    var live: [TrackedFile] = []
    /// Files that were read to their end and are still there: where that is.
    var ended: [FileKey: EndedFile] = [:] { didSet { endedPartitions = nil } }
    /// Compressed files that were told of.
    var compressed: Set<FileKey> = []
    /// The partitions of `ended`; nil: to be made again.
    private var endedPartitions: Set<Int>?
    /// How many incarnations there were with an inode and a head.
    var generations: [String: Int] = [:]
    /// Partitions whose end is still to be told.
    var endings: [Int] = []
    /// What cannot be looked at or opened, and the reasons told.
    var complaints: [String: String] = [:]
    /// Notes of files that have ended, by path: what the next file of the path goes on with.
    var notes: [String: String] = [:]
    var isStarted = false
    private var turn = -1
    private var nextScan = Int64.min
    private var uses: UInt64 = 0

    /// A file that was read to its end.
    struct EndedFile {
        var partition: Int
        var head: FileHead
        var end: UInt64
        /// Change time at which the head was last compared.
        var seen: Int64?
    }

    /// Opens nothing yet: files are looked for by the first `next`. Throws what is wrong with the format.
    public init(_ settings: FileSourceOptions, options: SourceOptions) throws(SourceFormatError) {
        self.settings = settings
        self.options = options
        reader = try SourceReader(options)
        finder = FileFinder(pattern: settings.pattern)
    }

    /// What there is to read now, of files in turn; looks for new and rotated files from time to time. Does not throw.
    public func next() throws(InputError) -> SourceRead {
        let now = WallClock.monotonic()
        if now >= nextScan {
            scan(now: now)
            nextScan = settings.follow || !complaints.isEmpty ? now + settings.rescanInterval : Int64.max
        }
        if !endings.isEmpty { return .ended(partition: endings.removeFirst()) }
        for _ in 0..<live.count {
            turn = turn + 1 < live.count ? turn + 1 : 0
            let file = live[turn]
            if file.isPaused || now < file.nextRead { continue }
            guard open(file, now: now) else { continue }
            if let read = try read(file, now: now) { return read }
        }
        return live.isEmpty && nextScan == Int64.max ? .finished : .waiting
    }

    /// Holds back or goes on with a file; a paused one is not ended by its rotation.
    public func setPaused(_ paused: Bool, partition: Int) { files[partition]?.isPaused = paused }

    /// The latest month of a text format without years.
    public func note(offset: UInt64, partition: Int) -> String? { files[partition]?.partition.note(at: offset) }

    /// Files keep what was read; only notes are forgotten.
    public func committed(offset: UInt64, partition: Int) { files[partition]?.partition.forget(before: offset) }

    /// False when the file has ended and no longer matches under any name.
    public func needsPosition(partition: Int) -> Bool {
        if files[partition] != nil { return true }
        let known = endedPartitions ?? Set(ended.values.lazy.map(\.partition))
        endedPartitions = known
        return known.contains(partition)
    }

    /// Gives a block back. From any thread.
    public func recycle(_ block: EventBlock) { reader.pool.put(block) }

    /// Closes all files.
    public func close() {
        for file in live { file.bytes.close() }
        live = []
        files = files.map { _ in nil }
        nextScan = Int64.max
    }

    /// Reads a file; nil when it has nothing now.
    private func read(_ file: TrackedFile, now: Int64) throws(InputError) -> SourceRead? {
        let before = file.bytes.position
        let result = try file.partition.read()
        if file.bytes.position != before { file.grewAt = now }
        switch result {
        case .block(let block): return .events(block, partition: file.index, end: file.partition.offset)
        case .nothing: return .nothing(partition: file.index, end: file.partition.offset)
        case .end:
            end(file, remembers: true)
            return .ended(partition: file.index)
        case .waiting: break
        }
        if file.bytes.isReplaced {
            let offset = file.bytes.position
            options.notice(.truncated(path: file.path, offset: offset, unfinished: offset - file.partition.offset))
            end(file, remembers: false)
            nextScan = now
            return .ended(partition: file.index)
        }
        if file.bytes.failure != file.failure {
            file.failure = file.bytes.failure
            if let failure = file.failure { options.notice(.unreadable(path: file.path, reason: failure)) }
        }
        file.mayHaveMore = file.failure != nil
        file.nextRead = now + (file.failure == nil ? settings.pollInterval : settings.rescanInterval)
        return nil
    }

    /// Ends a partition; `remembers`: its file may still be there and is not to be read again.
    func end(_ file: TrackedFile, remembers: Bool) {
        if remembers {
            ended[file.bytes.key] = EndedFile(partition: file.index, head: file.bytes.head, end: file.bytes.position)
        }
        if let note = file.partition.note(at: UInt64.max) {
            // Names with a date in them would pile up.
            if notes.count >= 1024 { notes = [:] }
            notes[file.identity.path] = note
        }
        file.bytes.close()
        files[file.index] = nil
        live.removeAll { $0 === file }
    }

    /// Makes sure that the file's descriptor is open; false when it is not and there is nothing to read, or it cannot be.
    private func open(_ file: TrackedFile, now: Int64) -> Bool {
        uses += 1
        file.lastUse = uses
        if file.bytes.descriptor >= 0 { return true }
        guard file.mayHaveMore else { return false }
        makeRoom()
        if file.bytes.open(at: file.path) { return true }
        let directories = [file.path, file.identity.target].compactMap { $0.map(FileFinder.directory(of:)) }
        for path in FileFinder.paths(inode: file.bytes.key.inode, in: directories) where file.bytes.open(at: path) {
            file.path = path
            return true
        }
        if case .unreadable(let reason) = OpenedFile.open(path: file.path) {
            if file.failure != reason { options.notice(.unreadable(path: file.path, reason: reason)) }
            file.failure = reason
            file.nextRead = now + settings.rescanInterval
            return false
        }
        if !file.bytes.isDry {
            options.notice(.lost(path: file.path, identity: file.identity.text, offset: file.bytes.position))
        }
        file.bytes.isGone = true
        return true
    }

    /// Closes the file that was used least recently when as many are open as may be; those that were rotated away stay
    /// open, as their path leads elsewhere.
    func makeRoom() {
        let open = live.filter { $0.bytes.descriptor >= 0 }
        guard open.count >= settings.maximumOpenFiles else { return }
        open.filter { $0.leftAt == nil }.min { $0.lastUse < $1.lastUse }?.bytes.close()
    }
}
