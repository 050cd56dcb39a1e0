import Foundation
import ReferenceMatcher
import TestSupport

/// Rules of every kind and a stream of events for them that is the same for the same seed: keyed sequences, absence, lag,
/// `emit: final`, suppression with a summary, composition, per-name keys, no key; late events, malformed lines and two
/// sources whose times are often equal.
struct ServiceScenario {
    var seed: UInt64 = 1
    /// Events of each source, about.
    var events = 4000
    var users = 40
    /// Blanks for each event.
    var blanks = 2048
    /// Further keys of the configuration's `state`.
    var state = ""
    var workers = 1
    /// Lines of the configuration beside the rest.
    var extra = ""
    var follow = false

    static let rules = """
        rule: seq.bruteforce
        level: high
        from: auth
        by: user
        events: { fail: outcome == "failure", ok: outcome == "success" }
        pattern: fail{2,} -> ok
        within: 60s
        select: { failures: count(fail) }
        tests: []
        ---
        rule: seq.no_logout
        from: auth
        by: user
        events: { ok: action == "transfer", out: action == "logout" }
        pattern: ok -> !out for 30s
        tests: []
        ---
        rule: seq.jump
        from: net
        by: user
        events: { jump: bytes > lag(bytes) + 900 }
        pattern: jump
        tests: []
        ---
        rule: seq.streak
        from: auth
        by: user
        events: { fail: outcome == "failure", ok: outcome == "success" }
        pattern: fail+ , ok
        within: 40s
        emit: final
        tests: []
        ---
        rule: seq.often
        level: low
        from: auth
        by: user
        events: { login: outcome == "success" }
        pattern: login
        suppress: { by: user, for: 90s, summary: true }
        tests: []
        ---
        rule: seq.composed
        level: critical
        from: { guessed: matches, moved: net }
        by: { guessed: key.user, moved: user }
        events: { guessed: rule == "seq.bruteforce", moved: bytes > 500 }
        pattern: guessed -> moved
        within: 2m
        select: { failures: guessed.select.failures, bytes: moved.bytes }
        tests: []
        ---
        rule: seq.anybody
        from: net
        events: { small: bytes < 100, large: bytes > 900 }
        pattern: small ,[<= 20s] large
        tests: []
        ---
        rule: seq.across
        from: { login: auth, sent: net }
        by: { login: user, sent: actor }
        events: { login: outcome == "success", sent: bytes > 700 }
        pattern: login ->[<= 15s] sent
        tests: []

        """

    /// The configuration with a store and the file action `alerts`.
    func configuration(store: String) -> String {
        """
        sources:
          auth: { path: auth.ndjson, time: ts, lateness: 5s, follow: \(follow), late: { side: late.ndjson }, idle: 1h }
          net: { path: net.ndjson, time: ts, lateness: 5s, follow: \(follow), idle: 1h }
        rules: [rules.yaml]
        workers: \(workers)
        state: { url: "\(store)", checkpoint: 10ms\(state.isEmpty ? "" : ", " + state) }
        actions:
          alerts: { type: file, path: alerts.ndjson }
        dead_letter: dead.txt
        log: { level: debug }
        \(extra)

        """
    }

    /// Everything that the service needs.
    func files(store: String) -> [String: String] {
        [
            ServiceHarness.configurationFile: configuration(store: store), "rules.yaml": Self.rules, "auth.ndjson": authEvents,
            "net.ndjson": netEvents,
        ]
    }

    /// A folder with everything.
    func harness(store: String) throws -> ServiceHarness { try ServiceHarness(files(store: store)) }

    /// What one undisturbed run with one worker comes to, without a store.
    func reference() throws -> ServiceReference {
        var scenario = self
        scenario.workers = 1
        scenario.state = ""
        let harness = try scenario.harness(store: "memory:")
        try harness.run()
        return ServiceReference(
            alerts: harness.alerts, accounts: harness.accounts, deadLetters: harness.text("dead.txt"), late: harness.text("late.ndjson"))
    }

    // MARK: Events

    /// About two events of each source in a second, of which some are out of order, some late and some no events. Blanks
    /// between them make that the input is read in many small steps.
    private func lines(salt: UInt64, _ event: (Int, inout SeededGenerator) -> String) -> String {
        var generator = SeededGenerator(seed: seed &* 31 &+ salt)
        let blank = blanks == 0 ? "" : String(repeating: " ", count: 16 * blanks) + "\n"
        var text = ""
        for index in 0..<events {
            if index % 16 == 0 { text += blank }
            let time = Self.start + index / 2
            switch generator.number(0...99) {
            case 0: text += "no event \(index)\n"
            case 1: text += event(time - 60, &generator)
            case 2...20: text += event(time - generator.number(1...4), &generator)
            default: text += event(time, &generator)
            }
        }
        return text
    }

    private static let start = 1_767_225_600

    /// Events behind those of every scenario, a second apart; those of the outcome `end` are behind the others.
    static func lines(of outcome: String, count: Int) -> String {
        let time = start + (outcome == "end" ? 200_000 : 100_000)
        return (0..<count).map { "{\"ts\":\(time + $0),\"user\":\"later\",\"outcome\":\"\(outcome)\"}\n" }.joined()
    }

    var authEvents: String {
        lines(salt: 1) { time, generator in
            let user = "user\(generator.number(0...users - 1))"
            let (action, outcome) = generator.pick([
                ("login", "failure"), ("login", "failure"), ("login", "success"), ("transfer", "done"), ("logout", "done"),
            ])
            return "{\"ts\":\(time),\"user\":\"\(user)\",\"action\":\"\(action)\",\"outcome\":\"\(outcome)\"}\n"
        }
    }

    var netEvents: String {
        lines(salt: 2) { time, generator in
            let user = "user\(generator.number(0...users - 1))"
            let actor = "user\(generator.number(0...users - 1))"
            return "{\"ts\":\(time),\"user\":\"\(user)\",\"actor\":\"\(actor)\",\"bytes\":\(generator.number(0...1000))}\n"
        }
    }
}

/// What an undisturbed run came to.
struct ServiceReference {
    let alerts: String
    let accounts: [ServiceAccounts]
    let deadLetters: String
    let late: String

    var alertCount: Int { alerts.split(separator: "\n").count }
}

/// Where two texts of many lines differ first, in few words; nil when they are the same.
func firstDifference(_ found: String, _ expected: String) -> String? {
    if found == expected { return nil }
    let found = found.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(found.count, expected.count)
    func show(_ lines: [Substring]) -> String { line < lines.count ? String(lines[line].prefix(240)) : "nothing" }
    return "\(found.count) lines instead of \(expected.count); line \(line + 1) is\n\(show(found))\ninstead of\n\(show(expected))"
}
