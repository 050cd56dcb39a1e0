import Foundation
import TestSupport

/// A `fluxcore run` of the built executable in a folder of its own.
final class RunningService: Sendable {
    static let rule = #"""
        rule: auth.bruteforce
        title: '<script>alert("x")</script> " \ ü'
        level: high
        from: auth
        by: user
        events:
          fail: outcome == "failure"
          ok: outcome == "success"
        pattern: fail{2,} -> ok
        within: 10m
        select: { failures: count(fail) }
        ---
        rule: auth.other
        title: Everything
        level: low
        from: auth
        events: { any: outcome is not null }
        pattern: any
        within: 1m
        tests: []
        """#

    let folder: TemporaryFolder
    let port: Int
    /// Path of what the service's certificate is checked with; nil: it speaks no TLS.
    let authority: String?
    private let process: Mutable<ChildProcess>
    private let environment: [String: String]

    /// Starts a service; `configuration` is what stands beside the sources, rules and state, with PORT for a free port.
    init(
        sources: String = "auth: { type: http, time: ts, lateness: 1h, idle: never }",
        _ configuration: String = "server: { listen: '127.0.0.1:PORT' }", state: String = "rocksdb:./state",
        actions: String = "{ alerts: { type: file, path: alerts.ndjson } }", rule: String = rule, environment: [String: String] = [:],
        authority: String? = nil, in folder: TemporaryFolder? = nil
    ) throws {
        self.folder = try folder ?? TemporaryFolder()
        self.environment = environment
        self.authority = authority
        port = try LoopbackPort.free()
        try self.folder.write(rule, to: "rule.yaml")
        try self.folder.write(
            """
            sources:
              \(sources)
            rules: [rule.yaml]
            actions: \(actions)
            state: '\(state)'
            log: { level: debug }
            \(configuration.replacing("PORT", with: "\(port)"))

            """, to: "fluxcore.yaml")
        process = Mutable(try Self.start(self.folder, environment))
        try waitUntilReady()
    }

    /// The log so far.
    var log: String { (try? folder.text(of: "log")) ?? "" }

    /// Ends it as `kill -9` does, and starts it again.
    func restart() throws {
        process.value.kill()
        process.value = try Self.start(folder, environment)
        try waitUntilReady()
    }

    /// Asks it to reload.
    func hangUp() { process.value.signal(SIGHUP) }

    /// Ends it in order; its exit code.
    func stop() -> Int32 {
        process.value.signal(SIGTERM)
        return process.value.waitUntilExit()
    }

    func get(_ target: String, headers: [String: String] = [:]) throws -> HTTPClient.Answer {
        try HTTPClient.request(port, "GET", target, headers: headers)
    }

    func post(_ target: String, _ body: String, headers: [String: String] = [:]) throws -> HTTPClient.Answer {
        try HTTPClient.request(port, "POST", target, headers: headers, body: Array(body.utf8))
    }

    /// Waits for something that the service does.
    func wait(_ what: String, until isDone: () throws -> Bool) throws {
        for _ in 0..<200 {
            if try isDone() { return }
            usleep(50_000)
        }
        throw TestSupportError("not in time: \(what)\n\(log)")
    }

    /// One event as a line; seconds count from the start of 2026.
    static func event(_ second: Int, _ user: String, _ outcome: String) -> String {
        "{\"ts\":\(1_767_225_600 + second),\"user\":\"\(user)\",\"outcome\":\"\(outcome)\"}\n"
    }

    /// Runs another command of `fluxcore` to its end; its exit code, and what it wrote.
    func command(_ arguments: String..., environment: [String: String] = [:]) throws -> (status: Int32, output: String, errors: String) {
        for name in ["command-output", "command-errors"] { try folder.write("", to: name) }
        let command = try ChildProcess(
            Self.executable, arguments + ["--config", folder.file("fluxcore.yaml")], environment: environment,
            output: folder.file("command-output"), errors: folder.file("command-errors"))
        let status = command.waitUntilExit()
        return (status, try folder.text(of: "command-output"), try folder.text(of: "command-errors"))
    }

    /// Path of the executable, which lies beside the tests.
    static var executable: String {
        let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        return directory.appendingPathComponent("fluxcore").path
    }

    private func waitUntilReady() throws {
        try wait("readiness") {
            guard process.value.isRunning else { throw TestSupportError("it has ended: \(log)") }
            let status = authority == nil ? try? get("/readyz").status : try? curl("/readyz").status
            return status == 200
        }
    }

    private static func start(_ folder: TemporaryFolder, _ environment: [String: String]) throws -> ChildProcess {
        try ChildProcess(
            executable, ["run", "--config", folder.file("fluxcore.yaml")],
            environment: environment, output: folder.file("output"), errors: folder.file("log"))
    }
}

/// A value that one test changes.
final class Mutable<Value: Sendable>: @unchecked Sendable {
    // Unchecked: a service is restarted by the test that owns it, and by no other.
    var value: Value

    init(_ value: Value) { self.value = value }
}
