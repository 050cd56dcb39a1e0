import Glibc

/// Finds and reads rule and library files.
package struct FileSearch {
    /// A directory or file, however it is spelt.
    private struct Identity: Hashable {
        let device: UInt64
        let number: UInt64
    }

    /// Directories nested deeper are not searched.
    private static let maximumDepth = 128

    /// The files found so far, in order of path.
    private var found: [String] = []
    /// Directories that were passed over.
    private var passedOver: [String] = []
    /// Directories that were read: symbolic links can lead to one many times.
    private var visited: Set<Identity> = []

    /// The `.yaml` and `.yml` files under a directory in order of path, hidden ones left out; each directory is read once.
    /// What cannot be read is reported.
    package static func yamlFiles(in directory: String, into sink: inout DiagnosticSink) -> [String] {
        var search = FileSearch()
        search.visit(directory, depth: 0, skipping: nil, into: &sink)
        return search.found
    }

    /// The same, and the directories named `patterns`, which are passed over: they hold libraries.
    static func ruleFiles(
        in directory: String, into sink: inout DiagnosticSink
    ) -> (files: [String], patternDirectories: [String]) {
        var search = FileSearch()
        search.visit(directory, depth: 0, skipping: "patterns", into: &sink)
        return (search.found, search.passedOver)
    }

    /// The names of the libraries in a directory; none when it cannot be read.
    static func libraryNames(in directory: String) -> [String] {
        (try? entries(of: directory))?.filter(isYAML).map(stem) ?? []
    }

    /// The `patterns` directories in, beside and above `path`, the nearest first.
    package static func patternDirectories(near path: String) -> [String] {
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
    package static func isDirectory(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }

    /// True for a file.
    static func isFile(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFREG } ?? false }

    /// Reads a file, of which at most one byte more than the budget of YAML; nil with a diagnostic when that fails.
    package static func read(_ path: String, into sink: inout DiagnosticSink) -> SourceFile? {
        // To open a pipe would wait for a writer, to read a device might never end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            reportUnreadable(path, errno, into: &sink)
            return nil
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            reportUnreadable(path, "it is no regular file", into: &sink)
            return nil
        }
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
        reportUnreadable(path, strerror(reason).map { String(cString: $0) } ?? "error \(reason)", into: &sink)
    }

    private static func reportUnreadable(_ path: String, _ reason: String, into sink: inout DiagnosticSink) {
        let file = SourceFile(path: path, bytes: [])
        sink.error(.unreadableFile, "cannot be read: \(reason)", at: SourceSpan(file: file, start: 0, end: 0))
    }

    /// Why a directory cannot be read: `errno`.
    private struct Unreadable: Error {
        let reason: Int32
    }

    private mutating func visit(_ directory: String, depth: Int, skipping skipped: String?, into sink: inout DiagnosticSink) {
        guard let identity = Self.identity(of: directory), visited.insert(identity).inserted else { return }
        guard depth < Self.maximumDepth else { return Self.reportUnreadable(directory, ELOOP, into: &sink) }
        let names: [String]
        do {
            names = try Self.entries(of: directory)
        } catch {
            return Self.reportUnreadable(directory, error.reason, into: &sink)
        }
        let base = directory == "." ? "" : directory.hasSuffix("/") ? directory : directory + "/"
        for name in names {
            let path = base + name
            if Self.isDirectory(path) {
                if name == skipped {
                    passedOver.append(path)
                } else {
                    visit(path, depth: depth + 1, skipping: skipped, into: &sink)
                }
            } else if Self.isYAML(name), Self.isFile(path) {
                found.append(path)
            } else if Self.isYAML(name), Self.mode(of: path) == nil {
                Self.reportUnreadable(path, errno, into: &sink)
            }
        }
    }

    /// The names in a directory in order, hidden ones left out.
    private static func entries(of directory: String) throws(Unreadable) -> [String] {
        guard let handle = opendir(directory) else { throw Unreadable(reason: errno) }
        defer { closedir(handle) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(handle) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        if errno != 0 { throw Unreadable(reason: errno) }
        return names.sorted()
    }

    private static func isYAML(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

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

    /// Nil for what does not exist.
    private static func identity(of path: String) -> Identity? {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        return Identity(device: UInt64(information.st_dev), number: UInt64(information.st_ino))
    }
}
