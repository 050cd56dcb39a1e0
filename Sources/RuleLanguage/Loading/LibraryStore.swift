/// Finds and reads libraries, each file once.
struct LibraryStore {
    /// Paths of the files that were read, in order of reading.
    private(set) var files: [String] = []

    private enum Entry {
        case loading(name: String)
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

    /// The libraries of `use`, and those that they use in turn, by name.
    mutating func libraries(
        _ uses: [DSLText], in directories: [String], into sink: inout DiagnosticSink
    ) -> [String: LibraryDefinition] {
        var result: [String: LibraryDefinition] = [:]
        for use in uses { add(use, to: &result, in: directories, into: &sink) }
        return result
    }

    /// Reads every library of a directory, so that also those no rule uses are checked.
    mutating func checkAll(in directory: String, into sink: inout DiagnosticSink) {
        for path in FileSearch.yamlFiles(in: directory) {
            let name = FileSearch.stem(of: path)
            if entries[path] == nil { load(path, name: name, in: [directory], at: nil, into: &sink) }
        }
    }

    private mutating func add(
        _ use: DSLText, to result: inout [String: LibraryDefinition], in directories: [String], into sink: inout DiagnosticSink
    ) {
        let name = use.text
        guard result[name] == nil, let path = path(of: use, in: directories, into: &sink) else { return }
        if entries[path] == nil { load(path, name: name, in: directories, at: use, into: &sink) }
        guard case .loaded(let contents) = entries[path] else {
            if case .loading = entries[path] { reportCycle(to: path, at: use, into: &sink) }
            return
        }
        result[name] = contents.definition
        for inner in contents.uses { add(inner, to: &result, in: directories, into: &sink) }
    }

    private mutating func load(
        _ path: String, name: String, in directories: [String], at use: DSLText?, into sink: inout DiagnosticSink
    ) {
        guard let file = texts[name].map({ SourceFile(path: path, text: $0) }) ?? FileSearch.read(path, into: &sink) else {
            entries[path] = .failed
            return
        }
        files.append(path)
        entries[path] = .loading(name: name)
        chain.append((path, name))
        let documents = YAMLReader.documents(of: file, into: &sink)
        let contents = LibraryReader.contents(documents, name: name, into: &sink)
        for inner in contents.uses {
            guard let innerPath = self.path(of: inner, in: directories, into: &sink) else { continue }
            if entries[innerPath] == nil { load(innerPath, name: inner.text, in: directories, at: inner, into: &sink) }
            if case .loading = entries[innerPath] { reportCycle(to: innerPath, at: inner, into: &sink) }
        }
        chain.removeLast()
        var acyclic = contents
        acyclic.uses = contents.uses.filter { use in !chain.contains { $0.name == use.text } && use.text != name }
        entries[path] = .loaded(acyclic)
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
