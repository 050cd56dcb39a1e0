/// Loads rule files and the libraries they use.
public struct RuleLoader {
    private var store: LibraryStore
    private var sink = DiagnosticSink()
    private var rules: [Rule] = []
    private var files: [String] = []

    private init(store: LibraryStore) {
        self.store = store
    }

    /// Loads files, and directories recursively (`.yaml`, `.yml`, in order of path; hidden ones are left out).
    ///
    /// - Parameter patternDirectories: where libraries are looked for, in this order. Left out: for each path the
    ///   `patterns` directories in it, beside it and beside its parents, the nearest first. Directories named
    ///   `patterns` hold no rules: the libraries in them are checked instead.
    public static func load(paths: [String], patternDirectories: [String]? = nil) -> RuleSet {
        var loader = RuleLoader(store: LibraryStore(directories: patternDirectories))
        for path in paths { loader.load(path) }
        return loader.finish()
    }

    /// Loads one text; `path` names it in diagnostics, `libraries` are texts of libraries by name.
    public static func load(text: String, path: String, libraries: [String: String] = [:]) -> RuleSet {
        load(bytes: Array(text.utf8), path: path, libraries: libraries)
    }

    /// Loads the bytes of one file; otherwise as `load(text:path:libraries:)`.
    public static func load(bytes: [UInt8], path: String, libraries: [String: String] = [:]) -> RuleSet {
        var loader = RuleLoader(store: LibraryStore(texts: libraries, directories: []))
        // As of a file, no more is looked at than what shows that it is too large.
        loader.load(SourceFile(path: path, bytes: Array(bytes.prefix(YAMLReader.Budget().bytes + 1))))
        return loader.finish()
    }

    /// Loads the bytes of one file as `load(bytes:path:libraries:)` does; its libraries are read from directories, in this order.
    public static func load(bytes: [UInt8], path: String, patternDirectories: [String]) -> RuleSet {
        var loader = RuleLoader(store: LibraryStore(directories: patternDirectories))
        loader.load(SourceFile(path: path, bytes: Array(bytes.prefix(YAMLReader.Budget().bytes + 1))))
        return loader.finish()
    }

    /// Where the libraries of the rules at a path are looked for when no directories are given, the nearest first.
    public static func patternDirectories(near path: String) -> [String] { FileSearch.patternDirectories(near: path) }

    private mutating func load(_ path: String) {
        guard FileSearch.isDirectory(path) else {
            if let file = FileSearch.read(path, into: &sink) { load(file) }
            return
        }
        if FileSearch.name(of: path) == "patterns" {
            store.checkAll(in: path, into: &sink)
            return
        }
        let found = FileSearch.ruleFiles(in: path, into: &sink)
        for file in found.files {
            if let file = FileSearch.read(file, into: &sink) { load(file) }
        }
        for directory in found.patternDirectories { store.checkAll(in: directory, into: &sink) }
    }

    private mutating func load(_ file: SourceFile) {
        guard !files.contains(file.path) else { return }
        files.append(file.path)
        for document in YAMLReader.documents(of: file, into: &sink) {
            var own = DiagnosticSink()
            let uses = Self.uses(of: document, into: &own)
            let libraries = store.libraries(uses, of: file.path, into: &own)
            let read = RuleReader(document: document, libraries: libraries.found).rules(into: &own)
            if libraries.isSound, !own.hasErrors { rules += read }
            let missing = uses.map(\.text).filter { libraries.found[$0] == nil }
            sink.append(contentsOf: own.diagnostics.filter { !Self.follows($0, from: missing) })
        }
    }

    /// True for a name of a library that could not be read: that was said already.
    private static func follows(_ diagnostic: Diagnostic, from missing: [String]) -> Bool {
        guard !missing.isEmpty, [.unknownEvent, .unknownList].contains(diagnostic.code) else { return false }
        let source = String(decoding: diagnostic.span.file.bytes[diagnostic.span.start..<diagnostic.span.end], as: UTF8.self)
        return missing.contains { source.hasPrefix($0 + ".") || source.hasPrefix("@lists.\($0).") }
    }

    private static func uses(of document: YAMLNode, into sink: inout DiagnosticSink) -> [DSLText] {
        guard case .mapping(let pairs) = document.kind, let use = pairs.first(where: { $0.key == "use" })?.value, !use.isNull else {
            return []
        }
        return use.texts(as: "`use`", into: &sink)
    }

    private mutating func finish() -> RuleSet {
        var seen: [String: SourceSpan] = [:]
        var unique: [Rule] = []
        for rule in rules {
            guard let first = seen[rule.id] else {
                seen[rule.id] = rule.span
                unique.append(rule)
                continue
            }
            let place = "\(first.file.path):\(first.file.position(at: first.start).line)"
            sink.error(
                .duplicateRule, "rule `\(rule.id)` is already defined at \(place)", at: rule.span, hint: "ids must be unique over all files"
            )
        }
        store.checkContents(into: &sink)
        let cyclic = CompositionCheck.report(unique, into: &sink)
        let running = unique.indices.filter { !cyclic.contains($0) }.map { unique[$0] }
        return RuleSet(rules: running, diagnostics: Self.ordered(sink.diagnostics), files: files + store.files)
    }

    /// In order of place within each file, files in order of first report; what instances repeat is said once.
    private static func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var ranks: [ObjectIdentifier: Int] = [:]
        var seen: Set<String> = []
        var unique: [(rank: Int, index: Int, diagnostic: Diagnostic)] = []
        for diagnostic in diagnostics {
            let rank = ranks[ObjectIdentifier(diagnostic.span.file), default: ranks.count]
            ranks[ObjectIdentifier(diagnostic.span.file)] = rank
            let identity = "\(rank) \(diagnostic.span.start) \(diagnostic.span.end) \(diagnostic.code.rawValue) \(diagnostic.message)"
            if seen.insert(identity).inserted { unique.append((rank, unique.count, diagnostic)) }
        }
        unique.sort { ($0.rank, $0.diagnostic.span.start, $0.index) < ($1.rank, $1.diagnostic.span.start, $1.index) }
        return unique.map(\.diagnostic)
    }
}
