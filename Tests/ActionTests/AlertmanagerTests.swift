import Foundation
import TestSupport
import Testing

@testable import Connectors

@Suite struct AlertmanagerTests {
    /// A real Alertmanager shows what was posted, each match once however often it comes.
    @Test func aRealOne() throws {
        let folder = try TemporaryFolder()
        let port = try LoopbackPort.free()
        try folder.write("route: { receiver: none }\nreceivers: [{ name: none }]\n", to: "alertmanager.yml")
        let process = try ChildProcess(
            "prometheus-alertmanager",
            [
                "--config.file=\(folder.file("alertmanager.yml"))", "--storage.path=\(folder.file("data"))",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ], output: folder.file("log"))
        defer { process.kill() }
        var settings = AlertmanagerAction.Settings(url: "http://127.0.0.1:\(port)/")
        settings.annotations.append(.init(name: "where", value: Template(known: "{{events[0].host}}{{key.none}}")))
        settings.annotations.append(.init(name: "empty", value: Template(known: "{{key.none}}")))
        let action = AlertmanagerAction(settings)
        action.open(pendingBytes: 0, cancellation: Cancellation())
        let alerts = (0..<20).map { Sample.alert($0, user: "\"user\\\(String(describing: $0))\n") }
        try eventually("a delivery to Alertmanager: \((try? folder.text(of: "log")) ?? "")", timeoutSeconds: 20) {
            Sample.error { try action.deliver(alerts) } == nil
        }
        try action.deliver(alerts)
        let answer = try HTTPTestClient.get(port: port, path: "/api/v2/alerts")
        let shown = try JSONSerialization.jsonObject(with: answer) as? [[String: Any]] ?? []
        #expect(shown.count == 20)
        let labels = shown.compactMap { $0["labels"] as? [String: String] }
        #expect(Set(labels.compactMap { $0["match_id"] }) == Set((0..<20).map { "m\($0)" }))
        #expect(labels.allSatisfy { $0["alertname"] == "auth.bruteforce" && $0["severity"] == "high" })
        let annotations = try #require(shown.first?["annotations"] as? [String: String])
        #expect(annotations["where"] == "web1" && annotations["empty"] == nil)
        #expect(shown.allSatisfy { ($0["startsAt"] as? String)?.hasPrefix("2026-01-01T00:00:00") == true })
        #expect(shown.allSatisfy { ($0["status"] as? [String: Any])?["state"] as? String == "active" })
    }

    @Test func authorizationAndRefusal() throws {
        let server = try HTTPTestServer { _, count in count == 0 ? .status(200) : .status(400, body: "bad label") }
        var settings = AlertmanagerAction.Settings(url: server.url)
        settings.authorization = "Bearer abc"
        let action = AlertmanagerAction(settings)
        action.open(pendingBytes: 0, cancellation: Cancellation())
        try action.deliver([Sample.alert()])
        #expect(server.requests.first?.headers["authorization"] == "Bearer abc")
        #expect(server.requests.first?.path == "/api/v2/alerts")
        let error = Sample.error { try action.deliver([Sample.alert()]) }
        #expect(error?.kind == .refused)
    }
}
