import RuleLanguage
import Synchronization

/// The rules that run, as their authors wrote them, and what was said about them. From any thread.
public final class RuleCatalog: Sendable {
    private struct State {
        var rules: [String: Rule] = [:]
        var diagnostics: [Diagnostic] = []
    }

    private let state: Mutex<State>

    /// The rules that a service begins with.
    public init(rules: [Rule], diagnostics: [Diagnostic]) {
        state = Mutex(Self.state(rules, diagnostics))
    }

    /// Other rules run from now on.
    public func replace(rules: [Rule], diagnostics: [Diagnostic]) {
        state.withLock { $0 = Self.state(rules, diagnostics) }
    }

    /// All rules, in order of id.
    var all: [Rule] { state.withLock { $0.rules.values.sorted { $0.id < $1.id } } }

    /// A rule by id.
    func rule(_ id: String) -> Rule? { state.withLock { $0.rules[id] } }

    /// What was said about the file of a rule.
    func diagnostics(of rule: Rule) -> [Diagnostic] {
        state.withLock { $0.diagnostics.filter { $0.span.file === rule.span.file } }
    }

    private static func state(_ rules: [Rule], _ diagnostics: [Diagnostic]) -> State {
        State(rules: Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }, diagnostics: diagnostics)
    }
}
