import Foundation
import TestSupport
import Testing

@testable import AdminServer
@testable import EngineService

/// Metrics say what the status says.
@Suite struct MetricsTests {
    /// Samples by name and labels.
    private func samples(_ text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            samples[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
        return samples
    }

    @Test func metricsAreTheStatus() throws {
        let service = try sharedService.get()
        let answer = try service.get("/metrics")
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let metrics = samples(answer.text)
        let status = try service.get("/api/v1/status").json
        for source in try #require(status["sources"] as? [[String: Any]]) {
            let labels = "{source=\"\(try #require(source["name"] as? String))\"}"
            for (name, key) in [("read", "read"), ("processed", "processed"), ("late", "late"), ("malformed", "malformed")] {
                #expect(metrics["fluxcore_events_\(name)_total\(labels)"] == source[key] as? Double, "\(name)")
            }
        }
        for rule in try #require(try service.get("/api/v1/rules").json["rules"] as? [[String: Any]]) {
            let labels = "{rule=\"\(try #require(rule["id"] as? String))\"}"
            for name in ["matches", "suppressed", "timeouts", "attempts", "limited"] {
                #expect(metrics["fluxcore_rule_\(name)_total\(labels)"] == rule[name] as? Double, "\(name)")
            }
            #expect(metrics["fluxcore_rule_keys\(labels)"] == rule["keys"] as? Double)
            #expect(metrics["fluxcore_rule_open_attempts\(labels)"] == rule["openAttempts"] as? Double)
        }
        // Those of ann and zoë wait.
        #expect(metrics["fluxcore_rule_open_attempts{rule=\"auth.bruteforce\"}"] == 2)
        #expect(metrics["fluxcore_outbox_delivered_total{action=\"alerts\"}"] == 6 && metrics["fluxcore_ready"] == 1)
        #expect(metrics["fluxcore_checkpoint_duration_seconds_count"] == metrics["fluxcore_checkpoints_total"])
        #expect(metrics["process_resident_memory_bytes"] ?? 0 > 1_000_000)
        #expect((metrics["fluxcore_watermark_lag_seconds"] ?? 0) > 0 && metrics["fluxcore_store_generation"] == 1)
    }

    /// However many rules there are, so many have samples of their own; the sums stay right.
    @Test(arguments: ["rule-0600", "other"])
    func rulesBeyondTheLimitAreSummedUp(_ last: String) {
        var status = ServiceStatus()
        for number in 0..<600 {
            var rule = ServiceStatus.Rule(id: "rule-" + String(10000 + number).dropFirst(), level: "low", isShadow: false)
            rule.statistics.matches = 1
            status.rules.append(rule)
        }
        status.rules[10].id = last
        let metrics = samples(MetricsReport(status, intakes: [], version: "1", now: 0).text)
        let matches = metrics.filter { $0.key.hasPrefix("fluxcore_rule_matches_total") }
        #expect(matches.values.reduce(0, +) == 600)
        #expect(matches["fluxcore_rule_matches_total{rule=\"other\"}"] == (last == "other" ? 101 : 100))
    }

    /// What attempts ended by is counted over a crash, like what began.
    @Test func endsOfAttemptsOutliveTheProcess() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }")
        let events = [(0, "bob", "failure"), (1, "bob", "failure"), (2, "bob", "failure"), (3, "bob", "success"), (900, "ann", "failure")]
        let pushed = try service.post(
            "/api/v1/events/auth?durable=true", events.map { RunningService.event($0.0, $0.1, $0.2) }.joined())
        #expect(pushed.status == 202)
        func ends() throws -> [String: Double] {
            samples(try service.get("/metrics").text).filter {
                $0.key.hasPrefix("fluxcore_rule_attempts_ended_total") && $0.key.contains("auth.bruteforce")
            }
        }
        let family = "fluxcore_rule_attempts_ended_total{rule=\"auth.bruteforce\",cause="
        let expected = [family + "\"match\"}": 1.0, family + "\"skip\"}": 2]
        try service.wait("the counts") { try ends() == expected }
        try service.restart()
        #expect(try ends() == expected)
    }

    /// A store that goes away is counted, and the metric that says so goes back when it returns.
    @Test func storeErrorsAreCounted() throws {
        let redis = try RedisServer(["appendonly yes"])
        let service = try RunningService(state: "redis://127.0.0.1:\(redis.port)/0?name=metrics")
        func metric(_ name: String) throws -> Double { samples(try service.get("/metrics").text)[name] ?? -1 }
        #expect(try metric("fluxcore_store_errors_total") == 0 && metric("fluxcore_store_away") == 0)
        redis.stop()
        try service.wait("errors") { try metric("fluxcore_store_errors_total") > 1 && metric("fluxcore_store_away") == 1 }
        try redis.start()
        try service.wait("the store") { try metric("fluxcore_store_away") == 0 && metric("fluxcore_checkpoints_total") > 1 }
    }

    /// One sample for each rule and each cause that came up; rules beyond the limit are summed up by cause.
    @Test func endsOfAttemptsAreByCause() {
        var status = ServiceStatus()
        for number in 0..<502 {
            var rule = ServiceStatus.Rule(id: "rule-" + String(10000 + number).dropFirst(), level: "low", isShadow: false)
            rule.statistics.ends[.gap] = number == 0 || number > 499 ? 2 : 0
            rule.statistics.ends[.match] = number == 1 ? 1 : 0
            status.rules.append(rule)
        }
        let ends = samples(MetricsReport(status, intakes: [], version: "1", now: 0).text).filter {
            $0.key.hasPrefix("fluxcore_rule_attempts_ended_total")
        }
        let family = "fluxcore_rule_attempts_ended_total"
        #expect(
            ends == [
                family + "{rule=\"rule-0000\",cause=\"gap\"}": 2, family + "{rule=\"rule-0001\",cause=\"match\"}": 1,
                family + "{rule=\"other\",cause=\"gap\"}": 4,
            ])
    }

    /// Buckets hold what is below them too, and the last one everything.
    @Test func deliveryTimesAreByAction() {
        var action = ServiceStatus.Action(name: "mail")
        for time: Int64 in [1_000_000, 2_000_000, 60_000_000_000] { action.latency.add(time) }
        var status = ServiceStatus()
        status.actions = [action]
        let metrics = samples(MetricsReport(status, intakes: [], version: "1", now: 0).text)
        let family = "fluxcore_action_delivery_duration_seconds"
        for (bound, count) in [("0.001", 1.0), ("0.005", 2), ("30", 2), ("+Inf", 3)] {
            #expect(metrics[family + "_bucket{action=\"mail\",le=\"\(bound)\"}"] == count, "\(bound)")
        }
        #expect(metrics[family + "_count{action=\"mail\"}"] == 3 && metrics[family + "_sum{action=\"mail\"}"] == 60.003)
    }

    @Test func labelsAreEscaped() {
        var status = ServiceStatus()
        status.sources = [ServiceStatus.Source(name: "a\"b\\c\nd")]
        let text = MetricsReport(status, intakes: [], version: "1", now: 0).text
        #expect(text.contains(#"fluxcore_events_read_total{source="a\"b\\c\nd"} 0"#))
    }
}
