import Glibc

/// Finds files by a path or a glob, and by their inode in directories.
package struct FileFinder {
    /// A regular file that matches.
    struct Found {
        var path: String
        var key: FileKey
        var size: UInt64
        /// When its contents last changed, nanoseconds.
        var changed: Int64
    }

    let pattern: String
    private let isGlob: Bool

    /// `pattern`: a path, or a glob as of glob(3): `*`, `?`, `[…]`.
    init(pattern: String) {
        self.pattern = pattern
        isGlob = pattern.contains { "*?[".contains($0) }
    }

    /// True where the path has a directory.
    var isDirectory: Bool {
        var status = stat()
        return stat(pattern, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Regular files that match, each once, in order of name; links are followed. `unreadable` is told what cannot be
    /// looked at and why.
    func list(unreadable: (_ path: String, _ reason: String) -> Void) -> [Found] {
        var keys: Set<FileKey> = []
        var found: [Found] = []
        for path in paths(unreadable: unreadable) {
            var status = stat()
            guard stat(path, &status) == 0 else {
                if errno != ENOENT, errno != ENOTDIR { unreadable(path, String(cString: strerror(errno))) }
                continue
            }
            let key = FileKey(status)
            guard status.st_mode & S_IFMT == S_IFREG, keys.insert(key).inserted else { continue }
            found.append(Found(path: path, key: key, size: UInt64(status.st_size), changed: status.modified))
        }
        return found
    }

    private func paths(unreadable: (_ path: String, _ reason: String) -> Void) -> [String] {
        guard isGlob else { return [pattern] }
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else {
            // What no directory lists may be in one that cannot be read.
            let directory = Self.directory(of: String(pattern.prefix { !"*?[".contains($0) }) + "x")
            if let stream = opendir(directory) {
                closedir(stream)
            } else if errno != ENOENT, errno != ENOTDIR {
                unreadable(directory, String(cString: strerror(errno)))
            }
            return []
        }
        return (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
    }

    /// Paths in the directories whose entry has the inode.
    static func paths(inode: UInt64, in directories: [String]) -> [String] {
        var paths: [String] = []
        var visited: Set<String> = []
        for directory in directories where visited.insert(directory).inserted {
            guard let stream = opendir(directory) else { continue }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                guard UInt64(entry.pointee.d_ino) == inode else { continue }
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                paths.append(directory + "/" + name)
            }
        }
        return paths
    }

    /// The directory of a path; `.` where it names none.
    package static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What the path leads to over links; nil when that is the path itself.
    static func target(of path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        let target = String(cString: resolved)
        return target == path ? nil : target
    }
}
