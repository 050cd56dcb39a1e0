/// Finding the files of a checkpoint again.
extension FileSource {
    /// Goes on with the files of the positions, under whatever name they have now; says which are lost.
    func restore(_ positions: [SourcePosition], found: [FileFinder.Found], now: Int64) {
        var known: [(position: SourcePosition, identity: FileIdentity)] = []
        for position in positions {
            if let identity = FileIdentity(position.identity) {
                known.append((position, identity))
                let next = max(generations[identity.incarnations, default: 0], identity.generation + 1)
                generations[identity.incarnations] = next
            } else {
                options.notice(.unknownPosition(identity: position.identity))
            }
        }
        // Of several incarnations with one inode and one head the last is what the file holds now.
        var paths: [Int: String] = [:]
        var taken: Set<FileKey> = []
        for index in known.indices.sorted(by: { known[$0].identity.generation > known[$1].identity.generation }) {
            let (position, identity) = known[index]
            guard let (path, key) = locate(identity, found: found, searches: !position.hasEnded) else { continue }
            if taken.insert(key).inserted { paths[index] = path }
        }
        for (index, (position, identity)) in known.enumerated() {
            guard let path = paths[index], case .opened(let file) = OpenedFile.open(path: path) else {
                if let note = position.note { notes[identity.path] = note }
                if !position.hasEnded {
                    options.notice(.lost(path: identity.path, identity: position.identity, offset: position.offset))
                }
                continue
            }
            resume(file, position: position, identity: identity, path: path, now: now)
        }
    }

    private func resume(_ file: OpenedFile, position: SourcePosition, identity: FileIdentity, path: String, now: Int64) {
        if file.size < position.offset {
            if let note = position.note { notes[identity.path] = note }
            if !position.hasEnded { options.notice(.truncated(path: path, offset: position.offset, unfinished: 0)) }
        } else if position.hasEnded {
            let index = addPartition(identity, path: path, start: position.offset)
            ended[file.key] = EndedFile(partition: index, head: file.head(), end: position.offset, seen: nil)
            endings.append(index)
        } else {
            makeRoom()
            track(file, as: identity, path: path, from: position.offset, note: position.note, now: now)
        }
    }

    /// Where the file of an identity is: among those that match; `searches`: or else in their directories and its own.
    private func locate(_ identity: FileIdentity, found: [FileFinder.Found], searches: Bool) -> (path: String, key: FileKey)? {
        let matches = found.filter { $0.key.inode == identity.inode }.map(\.path)
        if let result = first(of: matches, identity) { return result }
        guard searches else { return nil }
        let places = [identity.path, identity.target, FileFinder.target(of: identity.path)].compactMap { $0 } + found.map(\.path)
        return first(of: FileFinder.paths(inode: identity.inode, in: places.map(FileFinder.directory(of:))), identity)
    }

    /// Devices are not compared: their numbers change with a restart of the machine.
    private func first(of paths: [String], _ identity: FileIdentity) -> (path: String, key: FileKey)? {
        for path in paths {
            guard case .opened(let file) = OpenedFile.open(path: path), file.key.inode == identity.inode else { continue }
            if file.head(length: identity.length).fingerprint(length: identity.length) == identity.head { return (path, file.key) }
        }
        return nil
    }
}
