import Connectors
import Testing

@testable import EngineService

@Suite struct ConfigurationReaderTests {
    private let bench: ConfigurationBench

    init() throws {
        bench = try ConfigurationBench()
    }

    private func configuration(_ yaml: String) throws -> ServiceConfiguration {
        let loaded = bench.read(yaml)
        return try #require(loaded.configuration, "\(bench.report(loaded))")
    }

    private func source(_ yaml: String) throws -> ServiceConfiguration.Source {
        let configuration = try configuration("sources:\n  s: \(yaml)\nrules: rule.yaml\n")
        return try #require(configuration.sources.first)
    }

    private func path(_ name: String) -> String { bench.folder.file(name) }

    @Test func defaults() throws {
        let read = try configuration(ConfigurationSample.sound)
        #expect(read.path == path("c.yaml"))
        #expect(read.rules == [path("rule.yaml")])
        #expect(read.patterns == nil && read.workers == nil && read.deadLetter == nil)
        #expect(read.actions.map(\.name) == ["stdout"] && read.actions[0].kind == .standardOutput && read.actions[0].level == nil)
        #expect(read.defaultActions == ["stdout"])
        #expect(read.log == ServiceConfiguration.Log())
        #expect(read.state.url == "rocksdb:" + path("state"))
        #expect(read.state.checkpointInterval == 100_000_000 && read.state.checkpointEvents == 1_000_000)
        #expect(read.state.memory == nil && read.state.syncs && read.state.startTimeout == 30_000_000_000)
        let source = read.sources[0]
        #expect(source.name == "s" && source.kind == .file(pattern: path("in.ndjson"), follow: true) && source.format == .ndjson)
        #expect(source.timeFields.isEmpty && source.lateness == 0 && source.idle == 30_000_000_000)
        #expect(source.start == .beginning && source.late == .drop)
    }

    @Test func everythingElse() throws {
        let read = try configuration(
            """
            sources:
              web: { type: file, path: /var/log/web.csv, follow: false, columns: [ts, user], time: [ts, at], lateness: 1m30s,
                     idle: never, start: end, late: { side: late.txt } }
              in: { type: stdin, format: csv, time: { field: ts }, idle: 5s, late: process }
            rules: [rule.yaml, .]
            patterns: .
            workers: 3
            state: { url: "redis+sentinel://s1:26379,s2:26379/main/0", checkpoint: 1s, events: 5, memory: 512MiB, sync: false, start_timeout: 0s }
            actions:
              out: { type: stdout, level: high }
              log: { type: file, path: ./alerts.ndjson }
            default_actions: log
            dead_letter: dead/letters
            log: { level: debug, format: json }
            """)
        #expect(read.sources.map(\.name) == ["web", "in"])
        let web = read.sources[0]
        #expect(web.kind == .file(pattern: "/var/log/web.csv", follow: false) && web.format == .csv(columns: ["ts", "user"]))
        #expect(web.timeFields == ["ts", "at"] && web.lateness == 90_000_000_000 && web.idle == nil)
        #expect(web.start == .end && web.late == .side(path: path("late.txt")))
        let input = read.sources[1]
        #expect(input.kind == .standardInput && input.format == .csv(columns: nil) && input.timeFields == ["ts"] && input.late == .process)
        #expect(read.rules == [path("rule.yaml"), bench.folder.path] && read.patterns == [bench.folder.path])
        #expect(read.workers == 3)
        #expect(read.state.url == "redis+sentinel://s1:26379,s2:26379/main/0")
        #expect(read.state.checkpointInterval == 1_000_000_000 && read.state.checkpointEvents == 5)
        #expect(read.state.memory == 512 << 20 && !read.state.syncs && read.state.startTimeout == 0)
        #expect(read.actions.map(\.name) == ["out", "log"] && read.actions[0].level == "high")
        #expect(read.actions[1].kind == .file(FileAction.Settings(path: path("alerts.ndjson"))))
        #expect(read.defaultActions == ["log"] && read.deadLetter == path("dead/letters"))
        #expect(read.log.level == .debug && read.log.format == .json)
    }

    @Test func theConfigurationOfTheDesign() throws {
        let read = bench.read(
            """
            sources:
              auth: { type: file, path: /var/log/auth.ndjson, format: ndjson, time: ts, lateness: 5s, idle: 30s, start: beginning }
            rules: [rule.yaml]                          # files or directories, watched
            workers: 2
            state: { url: "rocksdb:./state", checkpoint: 100ms }
            actions:
              log:  { type: file, path: alerts.ndjson }
              hook: { type: webhook, url: "https://soc.example/hook", headers: { Authorization: "${env:HOOK_TOKEN}" }, level: high }
            default_actions: [log]                  # for rules that name none
            server: { listen: "127.0.0.1:8080" }    # left out: no HTTP
            """, environment: ["HOOK_TOKEN": "Bearer x"])
        #expect(read.configuration?.state.url == "rocksdb:" + path("state"))
        #expect(read.diagnostics.isEmpty)
    }

    @Test func redisStreams() throws {
        let one = try source(#"{ type: redis, url: "redis://h:6379/1", key: events, field: body }"#)
        #expect(one.kind == .redis(url: "redis://h:6379/1", keys: ["events"], group: "fluxcore", consumer: "fluxcore", field: "body"))
        let two = try source(#"{ type: redis, url: "redis+unix:///run/redis.sock", keys: [a, b], group: g, consumer: c, start: end }"#)
        #expect(two.kind == .redis(url: "redis+unix:///run/redis.sock", keys: ["a", "b"], group: "g", consumer: "c", field: nil))
        #expect(two.start == .end)
    }

    @Test func linesOfText() throws {
        let ssh = try source(
            #"""
            { path: ssh.log, format: text, expression: '^(?P<when>\w{3} +\d+ [\d:]+) (?P<host>\S+)',
                time: { field: when, format: "%b %e %H:%M:%S", year: 2026, zone: "-05:30" } }
            """#)
        #expect(
            ssh.format
                == .text(
                    TextFormat(
                        expression: #"^(?P<when>\w{3} +\d+ [\d:]+) (?P<host>\S+)"#, timeGroup: "when", timeFormat: "%b %e %H:%M:%S",
                        year: 2026, zone: -19_800)))
        #expect(ssh.timeFields == ["when"])
        let several = try source("{ path: ssh.log, format: text, expression: '(?P<a>x)|(?P<b>y)', time: [b, a] }")
        #expect(several.timeFields == ["b", "a"])
        #expect(several.format == .text(TextFormat(expression: "(?P<a>x)|(?P<b>y)")))
    }

    @Test func formatFollowsTheEndingOfTheFile() throws {
        #expect(try source("{ path: A.CSV }").format == .csv(columns: nil))
        #expect(try source("{ path: '*.csv' }").format == .csv(columns: nil))
        #expect(try source("{ path: a.csv, format: ndjson }").format == .ndjson)
        #expect(try source("{ path: a.csv.log }").format == .ndjson)
    }

    /// No character of the directory has a meaning in a pattern.
    @Test func patternsBeginAtTheDirectory() {
        #expect(ConfigurationPath.absolutePattern("*.log", in: "/a[1]/b*") == "/a\\[1]/b\\*/*.log")
        #expect(ConfigurationPath.absolutePattern("a.log", in: "/a[1]") == "/a\\[1]/a.log")
        #expect(ConfigurationPath.absolutePattern("a.log", in: "/a\\b") == "/a\\b/a.log")
        #expect(ConfigurationPath.absolutePattern("/x/*.log", in: "/a[1]") == "/x/*.log")
        #expect(ConfigurationPath.absolute(".//./a/../b", in: "/d") == "/d/a/../b")
        #expect(ConfigurationPath.absolute("a", in: "/") == "/a")
        #expect(ConfigurationPath.absolute("./", in: "/d") == "/d")
        #expect(ConfigurationPath.directory(of: "/c.yaml") == "/" && ConfigurationPath.directory(of: "/a/c.yaml") == "/a")
        #expect(ConfigurationPath.directory(of: "c.yaml") == ConfigurationPath.currentDirectory)
    }

    @Test(arguments: [
        ("0", 0), ("65536", 65536), ("1B", 1), ("2kB", 2000), ("2KB", 2000), ("2MB", 2_000_000), ("3GB", 3_000_000_000),
        ("1TB", 1_000_000_000_000), ("1KiB", 1024), ("512MiB", 512 << 20), ("2GiB", 2 << 30), ("1TiB", 1 << 40),
    ])
    func sizes(_ text: String, _ bytes: Int) {
        #expect(ByteSize.parse(text) == bytes)
    }

    @Test(arguments: ["", "MiB", "-1", "1.5GiB", "1 MiB", "1mib", "1M", "99999999999999999999", "9999999999TiB", "١", "1MiB "])
    func textsThatAreNoSizes(_ text: String) {
        #expect(ByteSize.parse(text) == nil)
    }

    @Test func sizesForPeople() {
        #expect([1 << 20, 3 << 29, 1500, 1024].map(ByteSize.format) == ["1MiB", "1536MiB", "1500B", "1KiB"])
    }

    @Test func zones() {
        let texts = ["UTC", "Z", "+02:00", "-0530", "+05", "+2:00", "02:00", "+02:0", "+0200:", "+19", "+01:60", "CET", "+", "", "+:0200"]
        #expect(
            texts.map(TimeSection.seconds) == [0, 0, 7200, -19_800, 18_000, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil])
    }

    @Test(arguments: [
        (#"(?P<a>x)(?P<b_1>y(?P<c>z))"#, ["a", "b_1", "c"]), (#"\(?P<a>x"#, []), (#"[(?P<a>]x(?P<b>y)"#, ["b"]),
        (#"[]](?P<a>x)[^](?P<n>](?P<b>y)"#, ["a", "b"]), (#"\Q(?P<a>\E(?P<b>x)"#, ["b"]), (#"[[:alpha:](?P<n>](?P<a>x)"#, ["a"]),
        (#"\\(?P<a>x)[\](?P<n>](?P<b>x)"#, ["a", "b"]), (#"(x)(?:y)(?i)z"#, []), (#"\Q(?P<a>"#, []),
    ])
    func namedGroups(_ expression: String, _ names: [String]) {
        #expect(NamedGroups.names(in: expression) == names)
    }

    @Test func serverIsAnAddressOrAMapping() throws {
        let short = try #require(try configuration(ConfigurationSample.sound + "server: '[::1]:9000'\n").server)
        #expect(short.host == "::1" && short.port == 9000 && short.listen == "[::1]:9000")
        #expect(short.tokens.isEmpty && short.hosts.isEmpty && short.timeout == 30_000_000_000)
        let hash = String(repeating: "0a", count: 32)
        let yaml = """
            server:
              listen: LOCALHOST:8081
              hosts: [Flux.Example]
              tokens: [{ name: one, scopes: [read, ingest], sha256: \(hash) }]
              body: 1MiB
              connections: 7
              timeout: 2s
            """
        let long = try #require(try configuration(ConfigurationSample.sound + yaml + "\n").server)
        #expect(long.host == "localhost" && long.port == 8081 && long.hosts == ["flux.example"])
        #expect(long.tokens == [.init(name: "one", scopes: [.read, .ingest], hash: Array(repeating: 10, count: 32))])
        #expect(long.maximumBody == 1 << 20 && long.connections == 7 && long.timeout == 2_000_000_000)
        #expect(long.tls == nil && long.url == "http://localhost:8081")
    }

    /// With TLS and tokens any address may be listened on; files lie beside the configuration.
    @Test(arguments: ["10.0.0.1:8443", "[2001:db8::1]:8443", "flux.example:8443", "0.0.0.0:8443", "[::]:8443", "localhost:8443"])
    func serversWithTLSListenAnywhere(_ listen: String) throws {
        let yaml = """
            server:
              listen: "\(listen)"
              hosts: [flux.example, "[2001:DB8::1]"]
              tls: { certificate: tls/cert.pem, key: /etc/key.pem }
              tokens: [{ name: one, scopes: [read], sha256: \(String(repeating: "0a", count: 32)) }]
            """
        let server = try #require(try configuration(ConfigurationSample.sound + yaml + "\n").server)
        #expect(server.url == "https://" + listen && server.hosts == ["flux.example", "[2001:db8::1]"])
        #expect(server.tls?.certificate.hasSuffix("/tls/cert.pem") == true && server.tls?.certificate.hasPrefix("/") == true)
        #expect(server.tls?.key == "/etc/key.pem")
    }

    /// Of a token only the hash is kept: the examples are those of FIPS 180-4.
    @Test func tokensAreHashed() {
        let hashes = [
            "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ]
        for (text, hash) in hashes {
            let digits = SHA256.hash(Array(text.utf8)).flatMap { [$0 >> 4, $0 & 15] }.map { String($0, radix: 16) }
            #expect(digits.joined() == hash)
        }
    }
}
