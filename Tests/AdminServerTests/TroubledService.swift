import Foundation
import TestSupport

/// A service over TLS, with one action whose alerts are refused and one that cannot be reached.
struct TroubledService {
    let service: RunningService
    let token = "prometheus-0123456789"
    private let certificate: Certificate
    private let endpoint: HTTPTestServer

    /// Starts it; all is well.
    init() throws {
        certificate = try Certificate()
        endpoint = try HTTPTestServer { request, _ in .status(request.path == "/refuses" ? 400 : 503) }
        service = try RunningService(
            sources: "auth: { type: http, time: ts, idle: never }\n  file: { path: file.ndjson, idle: 1ms }",
            """
            server:
              listen: '127.0.0.1:PORT'
              tls: { certificate: '\(certificate.certificate)', key: '\(certificate.key)' }
              tokens: [{ name: prometheus, scopes: [read, ingest], value: '${env:TOKEN}' }]
            """,
            actions: """
                {
                    alerts: { type: file, path: alerts.ndjson },
                    refuses: { type: webhook, url: '\(endpoint.url)/refuses' },
                    away: {
                      type: webhook, url: '\(endpoint.url)/away', circuit: { failures: 2, pause: 1h },
                      retry: { first: 1ms, longest: 1ms }, queue: { max: 1, when_full: drop_oldest } } }
                """, environment: ["TOKEN": token], authority: certificate.certificate)
    }

    /// The metrics as they are.
    func metrics() throws -> String {
        let answer = try service.curl("/metrics", token: token)
        guard answer.status == 200 else { throw TestSupportError("\(answer)") }
        return answer.body
    }

    /// Alerts that no action but the file takes, an event behind the watermark, and rules that cannot be read.
    func makeTrouble() throws {
        let events = [(0, "bob", "failure"), (1, "bob", "failure"), (2, "ann", "failure"), (3, "bob", "success"), (4, "zoë", "failure")]
        let lines = (events + [(1, "late", "failure")]).map { RunningService.event($0.0, $0.1, $0.2) }
        let answer = try service.curl("/api/v1/events/auth", token: token, body: lines.joined() + "no event\n")
        guard answer.status == 202 else { throw TestSupportError("\(answer)") }
        try service.folder.write("rule: [", to: "rule.yaml")
        let signs = [
            "fluxcore_dead_letters_total{action=\"refuses\"} 6", "fluxcore_outbox_dropped_total{action=\"away\"} 5",
            "fluxcore_action_circuit_open{action=\"away\"} 1", "fluxcore_action_failures_total{action=\"away\"} 2",
            "fluxcore_action_retries_total{action=\"away\"} 1", "fluxcore_outbox_delivered_total{action=\"alerts\"} 6",
            "fluxcore_action_delivery_duration_seconds_count{action=\"away\"} 0", "fluxcore_events_dropped_total{source=\"auth\"} 1",
            "fluxcore_rules_stale 1", "fluxcore_reloads_total{result=\"error\"} 1",
            "fluxcore_rule_attempts_ended_total{rule=\"auth.bruteforce\",cause=\"match\"} 1",
            "fluxcore_rule_attempts_ended_total{rule=\"auth.bruteforce\",cause=\"skip\"} 1",
        ]
        var missing = signs
        try service.wait("trouble; still missing: \(missing)") {
            let text = try metrics()
            missing = signs.filter { !text.contains("\n" + $0 + "\n") }
            return missing.isEmpty
        }
    }
}
