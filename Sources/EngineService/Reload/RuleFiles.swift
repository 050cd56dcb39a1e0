import Connectors
import Glibc
import RuleLanguage

/// The files that a rule set is read from, as they are now: two are equal when nothing has been written, renamed, swapped
/// or deleted between them.
struct RuleFiles: Equatable {
    private struct File: Equatable {
        let path: String
        let device: UInt64
        let inode: UInt64
        let size: Int64
        /// Of the content and of the inode, as the first can be set back.
        let changes: [Int]
    }

    private var files: [File] = []
    /// Directories in which a change can happen.
    private(set) var directories: [String] = []

    /// Looks at rules and libraries; `patterns` nil: libraries in, beside and above the rules.
    init(rules: [String], patterns: [String]?) {
        var sink = DiagnosticSink()
        for path in rules {
            add(path, into: &sink)
            if patterns == nil { for directory in FileSearch.patternDirectories(near: path) { add(directory, into: &sink) } }
        }
        for directory in patterns ?? [] { add(directory, into: &sink) }
        directories = Array(Set(directories)).sorted()
    }

    private mutating func add(_ path: String, into sink: inout DiagnosticSink) {
        directories.append(FileFinder.directory(of: path))
        guard FileSearch.isDirectory(path) else { return add(file: path) }
        directories.append(path)
        for file in FileSearch.yamlFiles(in: path, into: &sink) {
            add(file: file)
            directories.append(FileFinder.directory(of: file))
        }
    }

    private mutating func add(file path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            files.append(File(path: path, device: 0, inode: 0, size: -1, changes: []))
            return
        }
        files.append(
            File(
                path: path, device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
                changes: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]))
    }
}
