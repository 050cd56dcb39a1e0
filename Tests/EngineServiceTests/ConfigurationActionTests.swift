import Connectors
import Testing

@testable import EngineService

/// What actions of a configuration come to.
@Suite struct ConfigurationActionTests {
    private let bench: ConfigurationBench

    init() throws { bench = try ConfigurationBench() }

    /// The one action of a configuration that is sound but for warnings of secrets.
    private func action(_ text: String, extra: String = "") throws -> ServiceConfiguration.Action {
        let loaded = bench.read(
            ConfigurationSample.sound + "actions:\n  a: \(text)\n\(extra)", environment: ["TOKEN": "t0ken-planted", "P": "p@ss: planted"])
        let configuration = try #require(loaded.configuration, "\(bench.report(loaded))")
        #expect(!configuration.redacted.contains("planted"))
        return try #require(configuration.actions.first)
    }

    @Test func webhook() throws {
        let action = try action(
            "{ type: webhook, url: 'https://u:${env:P}@h/p', method: PUT, headers: { X-A: 'b', Authorization: '${env:TOKEN}' }, "
                + "body: '[{{json}}]', signature: { secret: '${env:TOKEN}' }, batch: { count: 7, wait: 2s }, timeout: 5s, tls: { ca: rule.yaml } }"
        )
        guard case .webhook(let settings) = action.kind else { throw Unexpected(action.kind) }
        #expect(settings.url == "https://u:p%40ss%3A%20planted@h/p")
        #expect(settings.method == "PUT" && settings.batch == 7 && settings.transfer.timeout == 5_000_000_000)
        #expect(settings.headers.map(\.name) == ["X-A", "Authorization"] && settings.headers[1].value.source == "t0ken-planted")
        #expect(settings.body?.source == "[{{json}}]")
        #expect(settings.signature == WebhookAction.Signature(secret: "t0ken-planted", header: "X-FluxCore-Signature"))
        #expect(settings.transfer.authorities == bench.folder.file("rule.yaml") && settings.transfer.verifiesTLS)
        #expect(action.policy.batch == 7 && action.policy.batchWait == 2_000_000_000)
    }

    @Test func argumentsOfProgramsAreNoTemplates() throws {
        let loaded = bench.read(
            ConfigurationSample.sound + "actions:\n  a: { type: exec, command: [/bin/echo, '{{rule}}'] }\nallow_exec: [/bin/echo]\n")
        let report = bench.report(loaded)
        #expect(!loaded.hasErrors && report.contains("arguments are no templates: `{{rule}}` is passed as it stands"), "\(report)")
    }

    @Test func theOthers() throws {
        guard case .slack(let slack) = try action("{ type: slack, url: 'https://h/${env:TOKEN}', channel: '#c', text: '{{rule}}' }").kind
        else {
            throw Unexpected("slack")
        }
        #expect(slack.url == "https://h/t0ken-planted" && slack.channel == "#c" && slack.text.source == "{{rule}}")
        guard
            case .alertmanager(let manager) = try action(
                "{ type: alertmanager, url: 'http://h:9093', labels: { team: soc }, authorization: 'Bearer ${env:TOKEN}', lasts: 1h }"
            ).kind
        else { throw Unexpected("alertmanager") }
        #expect(manager.labels.map(\.name) == ["alertname", "team"] && manager.batch == 64 && manager.lasts == 3_600_000_000_000)
        guard
            case .email(let mail) = try action(
                "{ type: email, server: '[::1]', encryption: implicit, user: u, password: '${env:P}', from: 'A <a@b.c>', to: d@e.f }"
            ).kind
        else { throw Unexpected("email") }
        #expect(mail.server == "[::1]:465" && mail.password == "p@ss: planted" && mail.recipients == ["d@e.f"])
        guard case .syslog(let syslog) = try action("{ type: syslog, server: 'h:601', protocol: tcp, facility: auth, app: x }").kind else {
            throw Unexpected("syslog")
        }
        #expect(syslog.host == "h" && syslog.port == 601 && syslog.carrier == .tcp && syslog.facility == 4 && syslog.application == "x")
        guard case .redis(let redis) = try action("{ type: redis, url: 'redis://:${env:P}@h:1/2', list: k, max: 5 }").kind else {
            throw Unexpected("redis")
        }
        #expect(redis.target == .list && redis.key == "k" && redis.most == 5 && redis.url.options.password == "p@ss: planted")
        guard
            case .exec(let exec) = try action(
                "{ type: exec, command: [bin/page, '{{rule}}'], environment: [A, B], timeout: 1s }", extra: "allow_exec: [./bin/page]\n"
            ).kind
        else { throw Unexpected("exec") }
        #expect(
            exec
                == ExecAction.Settings(
                    command: [bench.folder.file("bin/page"), "{{rule}}"], environment: ["A", "B"], timeout: 1_000_000_000))
        guard case .file(let file) = try action("{ type: file, path: out, rotate: { size: 1MiB } }").kind else { throw Unexpected("file") }
        #expect(file.rotation == FileRotation(maximumSize: 1 << 20, keep: 5))
    }

    @Test func policies() throws {
        #expect(try action("{ type: stdout }").policy == DeliveryPolicy())
        let policy = try action(
            "{ type: stdout, retry: { first: 1s, longest: 1m, give_up: 1h }, rate: { count: 5, per: 1m }, circuit: { failures: 2, pause: 3s }, "
                + "queue: { max: 9, when_full: drop_newest } }"
        ).policy
        var expected = DeliveryPolicy()
        expected.firstPause = 1_000_000_000
        expected.longestPause = 60_000_000_000
        expected.giveUp = .after(3_600_000_000_000)
        expected.rate = DeliveryPolicy.Rate(count: 5, period: 60_000_000_000, burst: 5)
        expected.circuitFailures = 2
        expected.circuitPause = 3_000_000_000
        expected.queueLimit = 9
        expected.whenFull = .dropNewest
        #expect(policy == expected)
        let other = try action("{ type: stdout, retry: { give_up: 12 }, circuit: never }").policy
        #expect(other.giveUp == .attempts(12) && other.circuitFailures == nil)
        #expect(try action("{ type: stdout, retry: { give_up: never } }").policy.giveUp == .never)
    }

    /// A template with a reference in it tells nothing of its value when it is wrong.
    @Test func aTemplateThatASecretBreaks() {
        let loaded = bench.read(
            ConfigurationSample.sound + "actions: { a: { type: webhook, url: 'http://h', headers: { Authorization: 'x${env:S}' } } }\n",
            environment: ["S": "{{planted"])
        #expect(loaded.hasErrors)
        let report = bench.report(loaded)
        #expect(report.contains("header `Authorization` is no template once its references are resolved") && !report.contains("planted"))
    }

    private struct Unexpected: Error {
        let what: String
        init(_ what: Any) { self.what = String(describing: what) }
    }
}
