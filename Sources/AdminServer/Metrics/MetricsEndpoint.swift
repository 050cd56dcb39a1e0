/// `/metrics`.
struct MetricsEndpoint: Sendable {
    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/metrics", scope: .read, summary: "Metrics in the text format of Prometheus",
                type: "text/plain", statuses: [(200, "The metrics")]
            ) { [context] _ in
                let report = MetricsReport(
                    context.monitor.status, intakes: context.controls.intakes, certificateExpiry: context.certificate?.expiry,
                    version: context.version)
                return .text(report.text, contentType: "text/plain; version=0.0.4; charset=utf-8")
            }
        ]
    }
}
