import Glibc
import RuleLanguage

/// Reports files that are written by two parts of the service, or written by one and read by a source: events would feed
/// themselves.
struct OutputCheck {
    /// The configuration.
    let root: MappingReader

    private struct Output {
        let path: String
        let owner: String
        let span: SourceSpan
    }

    /// Looks at what could be read of the configuration.
    func report(_ configuration: ServiceConfiguration, into context: inout ConfigurationContext) {
        var seen: [Output] = []
        for output in outputs(of: configuration) {
            if let first = seen.first(where: { $0.path == output.path }) {
                context.sink.error(.invalidValue, "\(output.owner) writes the file of \(first.owner)", at: output.span)
            }
            seen.append(output)
            for source in configuration.sources {
                guard case .file(let pattern, _) = source.kind, pattern == output.path || fnmatch(pattern, output.path, FNM_PATHNAME) == 0
                else { continue }
                context.sink.error(
                    .invalidValue, "\(output.owner) writes a file that source `\(source.name)` reads", at: output.span)
            }
        }
    }

    private func outputs(of configuration: ServiceConfiguration) -> [Output] {
        var outputs: [Output] = []
        if let path = configuration.deadLetter, let node = root["dead_letter"] {
            outputs.append(Output(path: path, owner: "`dead_letter`", span: node.span))
        }
        for action in configuration.actions {
            guard case .file(let settings) = action.kind, let node = node("actions", action.name, "path") else { continue }
            outputs.append(Output(path: settings.path, owner: "action `\(action.name)`", span: node.span))
        }
        for source in configuration.sources {
            guard case .side(let path) = source.late, let node = node("sources", source.name, "late") else { continue }
            outputs.append(Output(path: path, owner: "`late` of source `\(source.name)`", span: node.span))
        }
        return outputs
    }

    private func node(_ section: String, _ name: String, _ key: String) -> YAMLNode? {
        root[section].flatMap { Self.value($0, name) }.flatMap { Self.value($0, key) }
    }

    private static func value(_ node: YAMLNode, _ key: String) -> YAMLNode? {
        guard case .mapping(let pairs) = node.kind else { return nil }
        return pairs.first { $0.key == key }?.value
    }
}
