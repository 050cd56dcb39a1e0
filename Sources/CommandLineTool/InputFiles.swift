import EngineService
import RuleLanguage

/// Which streams the files of a command line are.
enum InputFiles {
    /// Files by stream, streams in order of their first file: all of `stream` where it is said, or of the one stream that the
    /// rules name; else each of the stream that it is named like.
    static func streams(_ files: [String], stream: String?, rules: [Rule]) -> [(name: String, files: [String])] {
        if let stream { return [(stream, files)] }
        let named = Set(rules.flatMap { $0.events.flatMap { $0.streams ?? [] } }).subtracting(["matches"])
        if named.count == 1, let only = named.first { return [(only, files)] }
        var result: [(name: String, files: [String])] = []
        for file in files {
            let name = streamName(of: file)
            if let index = result.firstIndex(where: { $0.name == name }) {
                result[index].files.append(file)
            } else {
                result.append((name, [file]))
            }
        }
        return result
    }

    /// The file's name without folders and up to the first dot.
    static func streamName(of file: String) -> String {
        let base = file.split(separator: "/").last ?? ""
        return String(base.prefix { $0 != "." })
    }

    /// The names of a list with commas.
    static func names(_ list: String?) -> [String] { (list ?? "").split(separator: ",").map(String.init) }

    /// The format of a file: what was said, else by its name.
    static func format(of file: String, said: ReplayCommand.Format?, hasColumns: Bool) -> ReplayCommand.Format {
        said ?? (hasColumns || file.lowercased().hasSuffix(".csv") ? .csv : .ndjson)
    }
}
