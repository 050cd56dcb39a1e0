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

    /// A store; `texts` are libraries given as text, which go before files.
    init(texts: [String: String] = [:]) {
        self.texts = texts
    }

    /// The libraries of `use`, and those that they use in turn, by name; nil when one of them has errors.
    mutating func libraries(
        _ uses: [DSLText], in directories: [String], into sink: inout DiagnosticSink
    ) -> [String: LibraryDefinition]? {
        var result: [String: LibraryDefinition] = [:]
        var isSound = true
        for use in uses where !add(use, to: &result, in: directories, into: &sink) { isSound = false }
        return isSound ? result : nil
    }

    /// Reads every library of a directory, so that also those no rule uses are checked.
    mutating func checkAll(in directory: String, into sink: inout DiagnosticSink) {
        for path in FileSearch.yamlFiles(in: directory) {
            let name = FileSearch.stem(of: path)
            if entries[path] == nil { load(path, name: name, in: [directory], into: &sink) }
        }
    }

    /// Adds a library and what it uses; false when one of them is missing or has errors.
    private mutating func add(
        _ use: DSLText, to result: inout [String: LibraryDefinition], in directories: [String], into sink: inout DiagnosticSink
    ) -> Bool {
        let name = use.text
        if result[name] != nil { return true }
        guard let path = path(of: use, in: directories, into: &sink) else { return false }
        if entries[path] == nil { load(path, name: name, in: directories, into: &sink) }
        guard case .loaded(let contents) = entries[path] else { return false }
        result[name] = contents.definition
        var isSound = !contents.isBroken
        for inner in contents.uses where !add(inner, to: &result, in: directories, into: &sink) { isSound = false }
        return isSound
    }

    /// Checks what the libraries read so far say in the pattern and expression language.
    func checkContents(into sink: inout DiagnosticSink) {
        for path in files {
            guard case .loaded(let contents) = entries[path], !contents.isBroken else { continue }
            var libraries = [contents.name: contents.definition]
            var open = contents.uses.map(\.text)
            while let name = open.popLast() {
                guard libraries[name] == nil, let used = loadedContents[name] else { continue }
                libraries[name] = used.definition
                open += used.uses.map(\.text)
            }
            LibraryCheck.report(contents.name, of: libraries, into: &sink)
        }
    }

    /// The libraries read so far, by name; of several of one name the one read last.
    private var loadedContents: [String: LibraryReader.Contents] {
        var result: [String: LibraryReader.Contents] = [:]
        for path in files {
            if case .loaded(let contents) = entries[path] { result[contents.name] = contents }
        }
        return result
    }

    private mutating func load(
        _ path: String, name: String, in directories: [String], into sink: inout DiagnosticSink
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
        for inner in contents.uses {
            guard let innerPath = self.path(of: inner, in: directories, into: &own) else { continue }
            if entries[innerPath] == nil { load(innerPath, name: inner.text, in: directories, into: &sink) }
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
        let known = Array(texts.keys) + directories.flatMap(FileSearch.yamlFiles).map(FileSearch.stem)
        var hint = NameSuggestion.hint(for: name, among: known)
        if hint.isEmpty {
            hint = directories.isEmpty ? "there is no `patterns` directory" : "looked in " + directories.joined(separator: ", ")
        }
        sink.error(.unknownLibrary, "there is no library `\(name)`", at: use.span, hint: hint)
        return nil
    }
}
