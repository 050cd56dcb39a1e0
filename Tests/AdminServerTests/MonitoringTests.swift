import EventEngine
import Foundation
import TestSupport
import Testing

/// The files of `tools/monitoring` against a real Prometheus that scrapes a real service.
@Suite struct MonitoringTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("tools/monitoring")

    private static let troubled = Shared { try TroubledService() }

    private func promtool(_ arguments: [String], input: String = "/dev/null", in folder: TemporaryFolder) throws -> (Int32, String) {
        let process = try ChildProcess("promtool", arguments, input: input, output: folder.file("promtool"))
        let status = process.waitUntilExit()
        return (status, try folder.text(of: "promtool"))
    }

    @Test func promtoolFindsNothing() throws {
        let folder = try TemporaryFolder()
        for (name, text) in [("calm", try sharedService.get().get("/metrics").text), ("troubled", try Self.troubled.get().metrics())] {
            try folder.write(text, to: name)
            let metrics = try promtool(["check", "metrics"], input: folder.file(name), in: folder)
            #expect(metrics.0 == 0 && metrics.1.isEmpty, "\(metrics)")
        }
        for (kind, name) in [("rules", "alerts.yaml"), ("config", "prometheus.yaml")] {
            let checked = try promtool(["check", kind, Self.folder.appendingPathComponent(name).path], in: folder)
            #expect(checked.0 == 0, "\(checked)")
        }
    }

    /// Each query of the dashboard has data, and each alert can be evaluated; those fire, or wait to, whose trouble there is.
    @Test func everyQueryHasData() throws {
        let troubled = try Self.troubled.get()
        let service = troubled.service
        let alerts = Self.folder.appendingPathComponent("alerts.yaml").path
        let prometheus = try PrometheusServer(scraping: service, token: troubled.token, alerts: alerts)
        try service.wait("alert rules") { try !prometheus.ruleHealth().values.contains("unknown") }
        #expect(try prometheus.alerts("firing").isEmpty)
        try troubled.makeTrouble()
        let queries = try Self.queries()
        #expect(queries.count > 45)
        for query in queries {
            // Rates need two samples.
            try service.wait("data of \(query)") { try !prometheus.query(query.replacing("$__rate_interval", with: "5s")).isEmpty }
        }
        let named = try #require(try prometheus.query("count(fluxcore_events_read_total)").first)
        #expect(named == 2)
        let text = try String(contentsOfFile: alerts, encoding: .utf8)
        let names = text.split(separator: "\n").filter { $0.contains("- alert: ") }.compactMap {
            $0.split(separator: " ").last.map(String.init)
        }
        #expect(try prometheus.ruleHealth() == Dictionary(uniqueKeysWithValues: names.map { ($0, "ok") }))
        // Groups are evaluated at moments of Prometheus' own choice.
        try service.wait("alerts that fire") { try prometheus.alerts("firing") == ["FluxCoreDeadLetters", "FluxCoreAlertsDropped"] }
        let pending = ["CircuitOpen", "ReloadFailed", "ActionFails", "Behind", "CertificateExpires"].map { "FluxCore" + $0 }
        try service.wait("alerts that wait") { try prometheus.alerts("pending").isSuperset(of: pending) }
    }

    /// What the dashboard and the alerts name is there.
    @Test func everyMetricOfTheFilesExists() throws {
        let known = try Self.knownMetrics()
        let alerts = try String(contentsOf: Self.folder.appendingPathComponent("alerts.yaml"), encoding: .utf8)
        let texts = try Self.queries() + alerts.split(separator: "\n").filter { !$0.contains("description:") }.map(String.init)
        let expression = /fluxcore_[a-z_]+/
        for text in texts {
            for match in text.matches(of: expression) {
                let name = String(match.output).replacing("_bucket", with: "")
                #expect(known.contains(name), "\(name)")
            }
        }
    }

    /// The README has a row for each metric, and for each cause; and for none that is not there.
    @Test func theReadmeTellsOfEveryMetric() throws {
        let readme = try String(
            contentsOf: Self.folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("README.md"),
            encoding: .utf8)
        let behind = try #require(readme.components(separatedBy: "\n### Metrics\n").dropFirst().first)
        let section = behind.components(separatedBy: "\n## ")[0]
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.dropFirst()
        let told = rows.flatMap { row in
            row.split(separator: "|")[0].matches(of: /`([a-z_]+)`/).map { "fluxcore_" + $0.output.1 }
        }
        #expect(told.count == Set(told).count)
        #expect(try Set(told) == Self.knownMetrics().filter { $0.hasPrefix("fluxcore_") })
        let causes = try #require(rows.first { $0.contains("rule_attempts_ended_total") })
        // Nothing ends the input of a service.
        for end in AttemptEnd.allCases where end != .flush { #expect(causes.contains("`\(end.name)`")) }
    }

    /// Names of all metrics: what never came up in one of the services did in the other.
    private static func knownMetrics() throws -> Set<String> {
        let metrics = try sharedService.get().get("/metrics").text + troubled.get().metrics()
        return Set(
            metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
                String($0.split(separator: " ")[2])
            })
    }

    private static func queries() throws -> [String] {
        let data = try Data(contentsOf: folder.appendingPathComponent("dashboard.json"))
        let dashboard = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        return panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }.compactMap { $0["expr"] as? String }
    }
}
