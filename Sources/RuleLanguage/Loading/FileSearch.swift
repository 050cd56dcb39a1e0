import Glibc

/// Finds and reads rule and library files.
struct FileSearch {
    /// Directories nested deeper are not searched: symbolic links can make circles.
    private static let maximumDepth = 32

    /// The `.yaml` and `.yml` files under a directory in order of path, hidden ones left out; libraries are not: see `patternDirectories`.
    static func yamlFiles(in directory: String) -> [String] {
        files(in: directory, depth: 0).files
    }

    /// The rule files under a directory in order of path, and the directories named `patterns` that were passed over.
    static func ruleFiles(in directory: String) -> (files: [String], patternDirectories: [String]) {
        files(in: directory, depth: 0, skipping: "patterns")
    }

    /// The `patterns` directories in, beside and above `path`, the nearest first.
    static func patternDirectories(near path: String) -> [String] {
        var found: [String] = []
        var base = isDirectory(path) ? path : parent(of: path)
        while true {
            let candidate = base == "." ? "patterns" : base == "/" ? "/patterns" : base + "/patterns"
            if isDirectory(candidate) { found.append(candidate) }
            if identity(of: base) == identity(of: "/") || base.utf8.count > 4096 { return found }
            base = parent(of: base)
        }
    }

    /// The name of a file without its directory and ending.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    /// The directory's name.
    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// True for a directory.
    static func isDirectory(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }

    /// True for a file.
    static func isFile(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFREG } ?? false }

    /// Reads a file, of which at most one byte more than the budget of YAML; nil with a diagnostic when that fails.
    static func read(_ path: String, into sink: inout DiagnosticSink) -> SourceFile? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            reportUnreadable(path, errno, into: &sink)
            return nil
        }
        defer { close(descriptor) }
        let limit = YAMLReader.Budget().bytes + 1
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                reportUnreadable(path, errno, into: &sink)
                return nil
            }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return SourceFile(path: path, bytes: bytes)
    }

    /// Reports a path that cannot be read, with the system's reason.
    static func reportUnreadable(_ path: String, _ reason: Int32, into sink: inout DiagnosticSink) {
        let file = SourceFile(path: path, bytes: [])
        let text = strerror(reason).map { String(cString: $0) } ?? "error \(reason)"
        sink.error(.unreadableFile, "cannot be read: \(text)", at: SourceSpan(file: file, start: 0, end: 0))
    }

    private static func files(in directory: String, depth: Int, skipping skipped: String? = nil) -> (
        files: [String], patternDirectories: [String]
    ) {
        guard depth < maximumDepth, let handle = opendir(directory) else { return ([], []) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        var result: (files: [String], patternDirectories: [String]) = ([], [])
        let base = directory == "." ? "" : directory.hasSuffix("/") ? directory : directory + "/"
        for name in names.sorted() {
            let path = base + name
            if isDirectory(path) {
                if name == skipped {
                    result.patternDirectories.append(path)
                    continue
                }
                let inner = files(in: path, depth: depth + 1, skipping: skipped)
                result.files += inner.files
                result.patternDirectories += inner.patternDirectories
            } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                result.files.append(path)
            }
        }
        return result
    }

    private static func parent(of path: String) -> String {
        if path == "/" || path.isEmpty { return "/" }
        let parts = path.split(separator: "/").map(String.init)
        if let last = parts.last, last == ".." || path == "." { return path == "." ? ".." : path + "/.." }
        let rest = parts.dropLast().filter { $0 != "." }.joined(separator: "/")
        return path.hasPrefix("/") ? "/" + rest : rest.isEmpty ? "." : rest
    }

    private static func mode(of path: String) -> mode_t? {
        var information = stat()
        return stat(path, &information) == 0 ? information.st_mode : nil
    }

    /// Tells directories apart however they are spelt; nil for what does not exist.
    private static func identity(of path: String) -> [UInt64]? {
        var information = stat()
        return stat(path, &information) == 0 ? [UInt64(information.st_dev), UInt64(information.st_ino)] : nil
    }
}
