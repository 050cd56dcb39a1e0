import Glibc

/// Paths of the configuration: relative ones are relative to its file.
enum ConfigurationPath {
    /// `path` when it is absolute, else the path in `directory`.
    static func absolute(_ path: String, in directory: String) -> String {
        if path.hasPrefix("/") { return path }
        var rest = Substring(path)
        while rest.hasPrefix("./") { rest = rest.dropFirst(2).drop { $0 == "/" } }
        if rest.isEmpty || rest == "." { return directory }
        return directory == "/" ? "/" + rest : directory + "/" + rest
    }

    /// The same of a pattern of glob(3): in the directory no character has a meaning.
    static func absolutePattern(_ pattern: String, in directory: String) -> String {
        guard isPattern(pattern) || isPattern(directory) else { return absolute(pattern, in: directory) }
        var escaped = ""
        for character in directory {
            if "*?[\\".contains(character) { escaped += "\\" }
            escaped.append(character)
        }
        return absolute(pattern, in: escaped)
    }

    /// True when a path has a character of globs.
    static func isPattern(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

    /// `path` without `directory`, for people; whole when it lies elsewhere.
    static func short(_ path: String, in directory: String) -> String {
        let prefix = directory == "/" ? "/" : directory + "/"
        return path.hasPrefix(prefix) && path.utf8.count > prefix.utf8.count ? String(path.dropFirst(prefix.count)) : path
    }

    /// The absolute path of the directory that holds `file`.
    static func directory(of file: String) -> String {
        let absolute = absolute(file, in: currentDirectory)
        let end = absolute.lastIndex(of: "/") ?? absolute.startIndex
        return end == absolute.startIndex ? "/" : String(absolute[..<end])
    }

    /// The process's directory; `/` when it was removed.
    static var currentDirectory: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
