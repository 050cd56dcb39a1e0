/// Looking for new, rotated and deleted files.
extension FileSource {
    func scan(now: Int64) {
        var complaintsNow: [String: String] = [:]
        func complain(_ path: String, _ reason: String) {
            if complaints[path] != reason { options.notice(.unreadable(path: path, reason: reason)) }
            complaintsNow[path] = reason
        }
        let found = finder.list(unreadable: complain)
        let isFirst = !isStarted
        if isFirst {
            isStarted = true
            if let positions = options.positions { restore(positions, found: found, now: now) }
        }
        let byKey = Dictionary(found.map { ($0.key, $0) }) { first, _ in first }
        let keyByPath = Dictionary(found.map { ($0.path, $0.key) }) { first, _ in first }
        for file in live { watch(file, found: byKey[file.bytes.key], isAtHome: keyByPath[file.identity.path] == file.bytes.key, now: now) }
        ended = ended.filter { byKey[$0.key] != nil }
        let known = Set(live.map(\.bytes.key))
        let startsAtEnd = isFirst && options.positions == nil && options.start == .end
        for file in found where !known.contains(file.key) {
            if let reason = adopt(file, startsAtEnd: startsAtEnd, now: now) { complain(file.path, reason) }
        }
        complaints = complaintsNow
        if isFirst, found.isEmpty, complaints.isEmpty {
            options.notice(finder.isDirectory ? .directory(path: settings.pattern) : .noFile(pattern: settings.pattern))
        }
    }

    /// Sees whether a file's path still leads to it.
    private func watch(_ file: TrackedFile, found: FileFinder.Found?, isAtHome: Bool, now: Int64) {
        if let found {
            file.path = found.path
            if found.size != file.bytes.position { file.mayHaveMore = true }
        }
        if isAtHome {
            file.leftAt = nil
            file.bytes.endsHere = !settings.follow
            return
        }
        let leftAt = file.leftAt ?? now
        file.leftAt = leftAt
        file.mayHaveMore = true
        if now - max(leftAt, file.grewAt) >= settings.rotationGrace { file.bytes.endsHere = true }
    }

    /// Begins to read a file, unless there is nothing to tell it by yet or it was read before; why it cannot be read.
    private func adopt(_ found: FileFinder.Found, startsAtEnd: Bool, now: Int64) -> String? {
        if let old = ended[found.key], old.seen == found.changed, old.end == found.size { return nil }
        makeRoom()
        let file: OpenedFile
        switch OpenedFile.open(path: found.path) {
        case .notAFile: return nil
        case .unreadable(let reason): return reason
        case .opened(let opened): file = opened
        }
        // Swapped since the listing: the next one tells.
        guard file.key == found.key else { return nil }
        let head = file.head()
        if head.isCompressed {
            if compressed.insert(found.key).inserted { options.notice(.compressed(path: found.path)) }
            return nil
        }
        guard head.isTelling || !settings.follow, !head.bytes.isEmpty else { return nil }
        var start: UInt64 = 0
        if let old = ended[found.key], head.bytes.starts(with: old.head.bytes), file.size >= old.end {
            ended[found.key]?.seen = found.changed
            guard file.size > old.end else { return nil }
            start = old.end
            options.notice(.grownAfterEnd(path: found.path, offset: start))
        } else if startsAtEnd {
            start = file.startOfLastLine()
        }
        ended[found.key] = nil
        let identity = identity(of: file, path: found.path, head: head)
        let note = live.last { $0.identity.path == found.path }?.partition.note(at: UInt64.max) ?? notes[found.path]
        track(file, as: identity, path: found.path, from: start, note: note, now: now)
        return nil
    }

    private func identity(of file: OpenedFile, path: String, head: FileHead) -> FileIdentity {
        var identity = FileIdentity(
            path: path, target: FileFinder.target(of: path), device: file.key.device, inode: file.key.inode,
            head: head.fingerprint(length: head.bytes.count) ?? "", length: head.bytes.count)
        identity.generation = generations[identity.incarnations, default: 0]
        generations[identity.incarnations] = identity.generation + 1
        return identity
    }

    /// Makes a file a partition.
    func track(_ file: OpenedFile, as identity: FileIdentity, path: String, from start: UInt64, note: String?, now: Int64) {
        var start = start
        var columns: [String]?
        if reader.needsHeader, start > 0 {
            if let header = CSVHeader(of: file, limit: options.maximumLineLength) {
                if header.end <= start { columns = header.columns }
            } else {
                start = 0
            }
        }
        let index = addPartition(identity, path: path, start: start)
        partitions[index].written = SourcePartition.Written(end: file.size, time: file.modified)
        let bytes = file.reader(name: path, from: start)
        bytes.endsHere = !settings.follow
        let partition = reader.partition(
            bytes, from: start, number: partitions[index].number, index: index, note: note, columns: columns)
        let tracked = TrackedFile(identity: identity, index: index, path: path, bytes: bytes, partition: partition, now: now)
        files[index] = tracked
        live.append(tracked)
    }

    /// The index of a new partition, which is not read yet.
    func addPartition(_ identity: FileIdentity, path: String, start: UInt64) -> Int {
        var partition = SourcePartition(identity: identity.text, name: path, isReplayable: true, start: start)
        partition.number = options.number(partition)
        partitions.append(partition)
        files.append(nil)
        return partitions.count - 1
    }
}
