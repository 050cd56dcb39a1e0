import Foundation
import TestSupport

/// A real Prometheus that scrapes one service over TLS every half second.
final class PrometheusServer {
    private let folder: TemporaryFolder
    private let port: Int
    private let process: ChildProcess

    /// Starts it with the alert rules of the repository, and waits until it has scraped a few times.
    init(scraping target: RunningService, token: String, alerts: String) throws {
        folder = try TemporaryFolder()
        port = try LoopbackPort.free()
        try folder.write(
            """
            global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s }
            rule_files: ['\(alerts)']
            scrape_configs:
              - job_name: fluxcore
                scheme: https
                tls_config: { ca_file: '\(target.authority ?? "")' }
                authorization: { credentials: '\(token)' }
                static_configs: [{ targets: ['127.0.0.1:\(target.port)'] }]

            """, to: "prometheus.yaml")
        process = try ChildProcess(
            "prometheus",
            [
                "--config.file=\(folder.file("prometheus.yaml"))", "--storage.tsdb.path=\(folder.file("data"))",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ], output: folder.file("log"))
        for _ in 0..<200 {
            usleep(100_000)
            if let samples = try? query("count_over_time(up{job=\"fluxcore\"}[1m]) > 6"), !samples.isEmpty { return }
        }
        throw TestSupportError("prometheus does not scrape: \((try? folder.text(of: "log")) ?? "")")
    }

    /// The values that an expression has now.
    func query(_ expression: String) throws -> [Double] {
        let encoded = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try HTTPClient.request(port, "GET", "/api/v1/query?query=\(encoded)")
        let data = answer.json["data"] as? [String: Any]
        guard answer.status == 200, let result = data?["result"] as? [[String: Any]] else {
            throw TestSupportError("\(expression): \(answer.text)")
        }
        return result.compactMap { ($0["value"] as? [Any])?.last as? String }.compactMap(Double.init)
    }

    /// Names of the alerts in a state, `pending` or `firing`.
    func alerts(_ state: String) throws -> Set<String> {
        let data = try HTTPClient.request(port, "GET", "/api/v1/alerts").json["data"] as? [String: Any]
        let alerts = (data?["alerts"] as? [[String: Any]] ?? []).filter { $0["state"] as? String == state }
        return Set(alerts.compactMap { ($0["labels"] as? [String: Any])?["alertname"] as? String })
    }

    /// Health of the alert rules by name: `ok` when they can be evaluated.
    func ruleHealth() throws -> [String: String] {
        let data = try HTTPClient.request(port, "GET", "/api/v1/rules").json["data"] as? [String: Any]
        let rules = (data?["groups"] as? [[String: Any]] ?? []).flatMap { $0["rules"] as? [[String: Any]] ?? [] }
        return Dictionary(
            uniqueKeysWithValues: rules.compactMap { rule in
                (rule["name"] as? String).map { ($0, rule["health"] as? String ?? "") }
            })
    }
}
