/// Finds and reads libraries, each file once.
struct LibraryStore {
    /// Paths of the files that were read, in order of reading.
    private(set) var files: [String] = []

    private enum Entry {
        case loading
        case loaded(LibraryReader.Contents)
        case failed
    }
    private var entries: [String: Entry] = [:]
    /// The libraries being read, outermost first.
    private var chain: [(path: String, name: String)] = []
    /// Texts that stand in for files, by library name.
    private let texts: [String: String]
    /// The directory that a library was found in by `checkAll`, by path.
    private var homes: [String: String] = [:]
    /// Where libraries are looked for; nil: near the file that uses them.
    private let explicit: [String]?

    /// A store; `texts` are libraries given as text, which go before files. `directories` are where libraries are looked
    /// for, in this order; nil: the `patterns` directories near the file that uses them.
    init(texts: [String: String] = [:], directories: [String]? = nil) {
        self.texts = texts
        explicit = directories
    }

    /// Where the libraries that a rule or library file uses are looked for, in this order.
    ///
    /// Of several of one name the first found counts, for a rule also where its libraries use it: a name means one thing in a rule.
    func directories(for path: String) -> [String] {
        guard let explicit else { return FileSearch.patternDirectories(near: path) }
        guard let home = homes[path], !explicit.contains(home) else { return explicit }
        return [home] + explicit
    }

    /// The libraries that the rule file `path` names in `use`, and those that they use in turn, by name; as far as they
    /// can be read, and whether all could be without errors.
    mutating func libraries(
        _ uses: [DSLText], of path: String, into sink: inout DiagnosticSink
    ) -> (found: [String: LibraryDefinition], isSound: Bool) {
        var found: [String: LibraryDefinition] = [:]
        var isSound = true
        let directories = uses.isEmpty ? [] : directories(for: path)
        for use in uses where !add(use, to: &found, in: directories, into: &sink) { isSound = false }
        return (found, isSound)
    }

    /// Reads every library of a directory, so that also those no rule uses are checked.
    mutating func checkAll(in directory: String, into sink: inout DiagnosticSink) {
        for path in FileSearch.yamlFiles(in: directory, into: &sink) where entries[path] == nil {
            homes[path] = directory
            load(path, name: FileSearch.stem(of: path), into: &sink)
        }
    }

    /// Adds a library and what it uses; false when one of them is missing or has errors.
    private mutating func add(
        _ use: DSLText, to result: inout [String: LibraryDefinition], in directories: [String], into sink: inout DiagnosticSink
    ) -> Bool {
        let name = use.text
        if result[name] != nil { return true }
        guard let path = path(of: use, in: directories, into: &sink) else { return false }
        if entries[path] == nil { load(path, name: name, into: &sink) }
        guard case .loaded(let contents) = entries[path] else { return false }
        result[name] = contents.definition
        var isSound = !contents.isBroken
        for inner in contents.uses where !add(inner, to: &result, in: directories, into: &sink) { isSound = false }
        return isSound
    }

    /// Checks what the libraries read so far say in the pattern and expression language.
    mutating func checkContents(into sink: inout DiagnosticSink) {
        var index = 0
        while index < files.count {
            let path = files[index]
            index += 1
            guard case .loaded(let contents) = entries[path], !contents.isBroken else { continue }
            var libraries = [contents.name: contents.definition]
            var unused = DiagnosticSink()
            let directories = directories(for: path)
            for use in contents.uses { _ = add(use, to: &libraries, in: directories, into: &unused) }
            LibraryCheck.report(contents.name, of: libraries, into: &sink)
        }
    }

    private mutating func load(
        _ path: String, name: String, into sink: inout DiagnosticSink
    ) {
        guard let file = texts[name].map({ SourceFile(path: path, text: $0) }) ?? FileSearch.read(path, into: &sink) else {
            entries[path] = .failed
            return
        }
        files.append(path)
        entries[path] = .loading
        chain.append((path, name))
        var own = DiagnosticSink()
        let documents = YAMLReader.documents(of: file, into: &own)
        var contents = LibraryReader.contents(documents, name: name, into: &own)
        var sound: [DSLText] = []
        let directories = directories(for: path)
        for inner in contents.uses {
            guard let innerPath = self.path(of: inner, in: directories, into: &own) else { continue }
            if entries[innerPath] == nil { load(innerPath, name: inner.text, into: &sink) }
            switch entries[innerPath] {
            case .loading: reportCycle(to: innerPath, at: inner, into: &own)
            case .loaded: sound.append(inner)
            case .failed, nil: contents.isBroken = true
            }
        }
        chain.removeLast()
        contents.uses = sound
        contents.isBroken = contents.isBroken || own.hasErrors
        entries[path] = .loaded(contents)
        sink.append(contentsOf: own.diagnostics)
    }

    private func reportCycle(to path: String, at use: DSLText, into sink: inout DiagnosticSink) {
        let start = chain.firstIndex { $0.path == path } ?? 0
        let names = chain[start...].map(\.name) + [use.text]
        sink.error(
            .libraryCycle, "libraries use each other in a circle: " + names.joined(separator: " -> "), at: use.span,
            hint: "move what both need into a third library")
    }

    private func path(of use: DSLText, in directories: [String], into sink: inout DiagnosticSink) -> String? {
        let name = use.text
        guard NameSyntax.check(name, as: "a library", at: use.span, into: &sink) else { return nil }
        if texts[name] != nil { return "patterns/\(name).yaml" }
        for directory in directories {
            for ending in [".yaml", ".yml"] where FileSearch.isFile(directory + "/" + name + ending) {
                return directory + "/" + name + ending
            }
        }
        let known = Array(texts.keys) + directories.flatMap(FileSearch.libraryNames)
        var hint = NameSuggestion.hint(for: name, among: known)
        if hint.isEmpty {
            hint = directories.isEmpty ? "there is no `patterns` directory" : "looked in " + directories.joined(separator: ", ")
        }
        sink.error(.unknownLibrary, "there is no library `\(name)`", at: use.span, hint: hint)
        return nil
    }
}
