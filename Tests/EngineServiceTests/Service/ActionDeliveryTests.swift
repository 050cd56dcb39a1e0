import Foundation
import StateStore
import TestSupport
import Testing

/// Alerts of a running service on their way to systems that are away, refuse, or repeat what they are told.
@Suite(.serialized) struct ActionDeliveryTests {
    private static let count = 200

    /// A service that alerts on each event, with a file and further actions.
    private static func harness(_ actions: String, extra: String = "") throws -> ServiceHarness {
        let events = (0..<count).map { "{\"ts\":\(1_767_225_600 + $0),\"user\":\"user\($0)\"}\n" }.joined()
        let configuration = """
            sources: { auth: { path: auth.ndjson, time: ts, follow: false } }
            rules: [rules.yaml]
            workers: 1
            state: { url: "rocksdb:./state", checkpoint: 10ms }
            actions:
              alerts: { type: file, path: alerts.ndjson }
            \(actions)
            \(extra)

            """
        let rules = "rule: each\nlevel: high\nfrom: auth\nby: user\nevents: { any: user != \"\" }\npattern: any\ntests: []\n"
        return try ServiceHarness([ServiceHarness.configurationFile: configuration, "rules.yaml": rules, "auth.ndjson": events])
    }

    private static func run(_ harness: ServiceHarness, _ arguments: String..., environment: [String: String] = [:]) throws -> (
        status: Int32, output: String, errors: String
    ) {
        let name = "command-\(UUID().uuidString)"
        let process = try ChildProcess(
            ServiceHarness.executable, arguments, environment: environment, output: harness.folder.file(name),
            errors: harness.folder.file(name + ".errors"))
        return (process.waitUntilExit(), harness.text(name), harness.text(name + ".errors"))
    }

    /// The endpoint is away while the service is killed at many places: every alert arrives, none under two ids, and the file, whose
    /// alerts are its own concern, has each once all the while.
    @Test func anEndpointThatIsAwayWhileTheServiceIsKilled() throws {
        let port = try LoopbackPort.free()
        let harness = try Self.harness(
            "  hook: { type: webhook, url: \"http://127.0.0.1:\(port)/\", retry: { first: 1ms, longest: 20ms }, circuit: { failures: 3, pause: 20ms } }"
        )
        try harness.start()
        try harness.waitForAlerts(Self.count)
        usleep(100_000)
        harness.kill()
        // Each further life ends at another place, first without the endpoint, then with it.
        for failPoint in ["outbox.before-delivery:9", "outbox.after-delivery:5"] {
            try harness.start(failPoint: failPoint)
            _ = try harness.waitForExit()
        }
        let server = try HTTPTestServer(port: port) { _, count in
            switch count % 11 {
            case 3: .half
            case 5: .status(503, headers: ["Retry-After": "0"])
            case 7: .close
            default: .status(200)
            }
        }
        for failPoint in ["outbox.after-delivery:40", "outbox.before-delivery:30", "commit.before:2", "commit.after:2"] {
            try harness.start(failPoint: failPoint)
            _ = try harness.waitForExit()
        }
        try harness.run()
        let written = harness.alertLines.map(String.init)
        #expect(written.count == Self.count && Set(written).count == Self.count)
        let requests = server.requests
        #expect(Set(requests.map(\.body)) == Set(written))
        #expect(
            requests.allSatisfy { request in
                request.headers["idempotency-key"].map { request.body.contains("\"match_id\":\"\($0)\"") } == true
            })
        // The first time each comes, they come in order.
        var seen: Set<String> = []
        #expect(requests.map(\.body).filter { seen.insert($0).inserted } == written)
    }

    /// What is refused is a dead letter, in the store at once and for good, until somebody lets it be delivered after all.
    @Test func deadLetters() throws {
        let server = try HTTPTestServer { request, _ in
            request.body.contains("7\"},\"start") ? .status(422, body: "no\u{1B}sevens") : .status(200)
        }
        let harness = try Self.harness("  hook: { type: webhook, url: \"\(server.url)/\" }")
        let configuration = harness.folder.file(ServiceHarness.configurationFile)
        try harness.start(failPoint: "outbox.dead-letter:5")
        #expect(try harness.waitForExit() != 0)
        try harness.run()
        let sevens = harness.alertLines.filter { $0.contains("7\"},\"start") }
        #expect(sevens.count == 20)

        let list = try Self.run(harness, "dlq", "ls", "--config", configuration)
        #expect(list.status == 0 && list.output.split(separator: "\n").count == 21, "\(list)")
        #expect(list.output.contains("answered 422: no sevens"))
        #expect(try Self.run(harness, "outbox", "ls", "--config", configuration).status == 1)

        server.set { _, _ in .status(200) }
        let before = server.requests.count
        let retried = try Self.run(harness, "dlq", "retry", "--config", configuration, "--action", "hook", "--all")
        #expect(
            retried.status == 0 && retried.errors == "to be delivered: 20 alerts of rocksdb:\(harness.folder.path)/state\n", "\(retried)")
        try harness.run()
        #expect(Set(server.requests.dropFirst(before).map(\.body)) == Set(sevens.map(String.init)))
        #expect(try Self.run(harness, "dlq", "ls", "--config", configuration).status == 1)
    }

    /// A file that is rotated while the service is killed has each alert once, in order, over all its parts.
    @Test func aRotatedFileWhileTheServiceIsKilled() throws {
        let harness = try Self.harness("  rotated: { type: file, path: rotated, rotate: { size: 2KiB, keep: 1000 }, batch: { count: 3 } }")
        for failPoint in ["outbox.after-delivery:9", "outbox.after-delivery:4", "outbox.before-delivery:12", "outbox.after-delivery:30"] {
            try harness.start(failPoint: failPoint)
            _ = try harness.waitForExit()
        }
        try harness.run()
        let parts = try FileManager.default.contentsOfDirectory(atPath: harness.folder.path).filter { $0.hasPrefix("rotated") }
        #expect(parts.count > 10)
        let ordered = parts.sorted { (Int($0.dropFirst(8)) ?? 0) > (Int($1.dropFirst(8)) ?? 0) }
        #expect(ordered.map { harness.text($0) }.joined() == harness.alerts)
        #expect(harness.alertLines.count == Self.count)
    }

    /// A queue that is full, by each of its policies.
    @Test(arguments: ["drop_oldest", "drop_newest", "dead_letter"]) func aFullQueue(_ policy: String) throws {
        let port = try LoopbackPort.free()
        let harness = try Self.harness(
            "  hook: { type: webhook, url: \"http://127.0.0.1:\(port)/\", retry: { first: 1ms, longest: 10ms }, circuit: never, "
                + "queue: { max: 50, when_full: \(policy) } }")
        try harness.start()
        try harness.waitForAlerts(Self.count)
        usleep(300_000)
        let server = try HTTPTestServer(port: port)
        #expect(try harness.waitForExit() == 0)
        let configuration = harness.folder.file(ServiceHarness.configurationFile)
        let dead = try Self.run(harness, "dlq", "ls", "--config", configuration)
        let arrived = server.requests.map(\.body)
        let written = harness.alertLines.map(String.init)
        // All alerts may be decided in one checkpoint or in several, so that some arrive between two looks at the queue.
        #expect(arrived.count >= 50 && arrived.count < Self.count, "\(arrived.count)")
        switch policy {
        case "drop_oldest": #expect(arrived.suffix(50) == written.suffix(50))
        case "drop_newest": #expect(arrived.prefix(50) == written.prefix(50))
        default: #expect(dead.output.split(separator: "\n").count - 1 == Self.count - arrived.count)
        }
        let stored = try StateStores.open("rocksdb:\(harness.folder.path)/state")
        defer { stored.close() }
        var record = ""
        try stored.scan(StateTable("actions")) { key, value in
            if String(decoding: key, as: UTF8.self) == "hook" { record = String(decoding: value, as: UTF8.self) }
            return true
        }
        let lost = Self.count - arrived.count
        #expect(record.contains(policy == "dead_letter" ? "dead=\(lost)\n" : "dropped=\(lost)\n"), "\(record)")
        let told = Self.told(policy == "dead_letter" ? "alerts are dead letters now: the queue is full" : "alerts are dropped", harness)
        #expect(told.sum == lost && told.lines < 10, "\(told) of \(lost)\n\(harness.log)")
    }

    /// How many alerts of `hook` the lines of the log that have a text speak of together, and how many lines that are.
    private static func told(_ text: String, _ harness: ServiceHarness) -> (sum: Int, lines: Int) {
        let counts = harness.log.split(separator: "\n").filter { $0.contains(text) && $0.contains(" action=hook ") }.map { line in
            line.split(separator: " ").first { $0.hasPrefix("alerts=") }.flatMap { Int($0.dropFirst(7)) } ?? 0
        }
        return (counts.reduce(0, +), counts.count)
    }

    /// Not one line for each, but each is counted in a line.
    @Test func everyDeadLetterIsTold() throws {
        let server = try HTTPTestServer { _, _ in .status(422, body: "no") }
        let harness = try Self.harness("  hook: { type: webhook, url: \"\(server.url)/\" }")
        try harness.run()
        let told = Self.told("alerts are dead letters now", harness)
        #expect(told.sum == Self.count && told.lines < 5, "\(told)\n\(harness.log)")
    }

    /// Passwords and tokens stand in no log, no output and no error, also when a server repeats them.
    @Test func secretsAreNotTold() throws {
        let secrets = [
            "HOOK_TOKEN": "hook-t0ken-planted", "SLACK_PATH": "T000/B000/slack-planted", "MAIL_PASSWORD": "mail planted horse",
            "SIGNING": "sign-planted-secret", "REDIS_PASSWORD": "redis-planted-pass", "MANAGER": "Bearer manager-planted",
        ]
        let server = try HTTPTestServer { request, _ in
            .status(500, body: "you said \(request.headers["authorization"] ?? "") at \(request.path)")
        }
        let certificate = try Certificate()
        let mail = try PythonServer(PythonServer.smtp, [certificate.certificate, certificate.key])
        let closed = try LoopbackPort.free()
        let harness = try Self.harness(
            """
              hook: { type: webhook, url: "\(server.url)/h", headers: { Authorization: "Bearer ${env:HOOK_TOKEN}" }, signature: { secret: "${env:SIGNING}" } }
              chat: { type: slack, url: "\(server.url)/services/${env:SLACK_PATH}" }
              pager: { type: alertmanager, url: "\(server.url)", authorization: "${env:MANAGER}" }
              mail: { type: email, server: "localhost:\(mail.port)", user: user, password: "${env:MAIL_PASSWORD}", from: a@example.org, to: [b@example.org], tls: { ca: "\(certificate.certificate)" } }
              queue: { type: redis, url: "redis://:${env:REDIS_PASSWORD}@127.0.0.1:\(closed)/0", stream: alerts }
              literal: { type: alertmanager, url: "\(server.url)", authorization: literal-planted-secret }
            """, extra: "log: { level: trace }")
        let configuration = harness.folder.file(ServiceHarness.configurationFile)
        let check = try Self.run(harness, "run", "--config", configuration, "--check", environment: secrets)
        #expect(check.status == 0, "\(check)")
        #expect(check.output.contains("warning[FX0604]") && check.output.contains("webhook POST \(server.url), signed"))
        for (name, value) in secrets { setenv(name, value, 1) }
        defer { for name in secrets.keys { unsetenv(name) } }
        try harness.start()
        for action in ["hook", "chat", "pager", "mail", "queue", "literal"] {
            try eventually("an error of \(action):\n\(harness.log)", timeoutSeconds: 20) {
                harness.log.split(separator: "\n").contains { $0.contains("alerts cannot be delivered") && $0.contains("action=\(action)") }
            }
        }
        harness.signal(SIGTERM)
        _ = try harness.waitForExit()
        let told = harness.log + harness.output + check.output + check.errors
        for secret in Array(secrets.values) + ["literal-planted-secret"] { #expect(!told.contains(secret), "\(secret)") }
        #expect(!harness.log.contains("planted"), "\(harness.log)")
        #expect(harness.log.contains("you said Bearer ${env:HOOK_TOKEN}"))
    }

    /// A service that is told to stop does not wait for an endpoint that hangs.
    @Test func stoppingWhileAnEndpointHangs() throws {
        let server = try HTTPTestServer { _, _ in .hang }
        let harness = try Self.harness("  hook: { type: webhook, url: \"\(server.url)/\", timeout: 1h }")
        try harness.start()
        try eventually("a request", timeoutSeconds: 20) { !server.requests.isEmpty }
        let start = ContinuousClock.now
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(harness.alertLines.count == Self.count)
    }
}
