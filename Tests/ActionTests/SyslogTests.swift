import Foundation
import TestSupport
import Testing

@testable import Connectors

@Suite struct SyslogTests {
    /// A real rsyslogd that writes what it parsed, one line of JSON for each message.
    private final class Receiver: Sendable {
        let folder: TemporaryFolder
        let port: Int
        private let process: ChildProcess

        init() throws {
            folder = try TemporaryFolder()
            port = try LoopbackPort.free()
            let template =
                "%pri%|%protocol-version%|%hostname%|%app-name%|%msgid%|%structured-data%|%msg%\\n"
            try folder.write(
                """
                global(workDirectory="\(folder.path)" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
                module(load="imtcp")
                module(load="imudp")
                input(type="imtcp" port="\(port)" address="127.0.0.1")
                input(type="imudp" port="\(port)" address="127.0.0.1")
                template(name="all" type="string" string="\(template)")
                action(type="omfile" file="\(folder.file("messages"))" template="all")

                """, to: "rsyslog.conf")
            process = try ChildProcess(
                "/usr/sbin/rsyslogd", ["-n", "-f", folder.file("rsyslog.conf"), "-i", folder.file("pid")], output: folder.file("log"))
            let (port, folder) = (port, folder)
            try eventually("rsyslogd: \((try? folder.text(of: "log")) ?? "")", timeoutSeconds: 20) {
                guard let server = try? SyslogSocket(SyslogTests.settings(port, .tcp), cancellation: Cancellation()) else { return false }
                return !server.isClosed
            }
        }

        var lines: [Substring] { ((try? folder.text(of: "messages")) ?? "").split(separator: "\n") }
    }

    private static let receiver = Shared { try Receiver() }

    private static func settings(_ port: Int, _ carrier: SyslogAction.Carrier) -> SyslogAction.Settings {
        var settings = SyslogAction.Settings(host: "127.0.0.1")
        settings.port = port
        settings.carrier = carrier
        settings.hostname = "here"
        return settings
    }

    @Test(arguments: SyslogAction.Carrier.allCases)
    func messagesArrive(_ carrier: SyslogAction.Carrier) throws {
        let receiver = try Self.receiver.get()
        var settings = Self.settings(receiver.port, carrier)
        settings.application = "app-\(carrier)"
        let action = SyslogAction(settings)
        action.open(pendingBytes: 0, cancellation: Cancellation())
        let alerts = (0..<50).map {
            Sample.alert($0, user: "a\nb|<13>1 - - - - - - forged", rule: "x \"]\\y", level: $0 == 0 ? "critical" : "low")
        }
        try action.deliver(Array(alerts.prefix(20)))
        try action.deliver(Array(alerts.dropFirst(20)))
        var lines: [Substring] = []
        try eventually("50 messages, there are \(receiver.lines)", timeoutSeconds: 20) {
            lines = receiver.lines.filter { $0.contains("|app-\(carrier)|") }
            return lines.count >= 50
        }
        #expect(lines.count == 50)
        let first = try #require(lines.first)
        #expect(
            first.hasPrefix("130|1|here|app-\(carrier)|alert|[fluxcore@32473 match_id=\"m0\" rule=\"x \\\"\\]\\\\y\"]|"), "\(first)")
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("133|1|here|") })
        for (line, alert) in zip(lines, alerts) {
            #expect(
                line.hasSuffix("|" + String(decoding: alert.json, as: UTF8.self))
                    || line.hasSuffix("| " + String(decoding: alert.json, as: UTF8.self)))
        }
    }

    @Test func aDatagramThatIsTooLong() throws {
        let action = SyslogAction(Self.settings(try LoopbackPort.free(), .udp))
        action.open(pendingBytes: 0, cancellation: Cancellation())
        let error = Sample.error { try action.deliver([Sample.alert(user: String(repeating: "x", count: 70_000))]) }
        #expect(error?.kind == .refused)
    }

    @Test func nobodyListens() throws {
        let port = try LoopbackPort.free()
        let action = SyslogAction(Self.settings(port, .tcp))
        action.open(pendingBytes: 0, cancellation: Cancellation())
        let error = Sample.error { try action.deliver([Sample.alert()]) }
        #expect(error?.kind.isTemporary == true)
        #expect(error?.description == "syslog at 127.0.0.1:\(port): Connection refused")
    }

    @Test(arguments: [("critical", 2), ("high", 3), ("medium", 4), ("low", 5), ("informational", 6)])
    func severities(_ level: String, _ severity: Int) { #expect(SyslogMessage.severity(ofLevel: level) == severity) }
}
