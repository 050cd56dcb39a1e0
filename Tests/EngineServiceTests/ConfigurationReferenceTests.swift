import Foundation
import RuleLanguage
import TestSupport
import Testing

@testable import EngineService

/// `${env:NAME}` and `${file:PATH}`: what they stand for is used and never shown.
@Suite struct ConfigurationReferenceTests {
    private let bench: ConfigurationBench
    private static let secret = "hunter2-and-more"

    init() throws {
        bench = try ConfigurationBench()
    }

    private func deadLetter(_ written: String, environment: [String: String] = [:]) throws -> String {
        let loaded = bench.read(ConfigurationSample.sound + "dead_letter: \(written)\n", environment: environment)
        let path = try #require(loaded.configuration?.deadLetter, "\(bench.report(loaded))")
        return path.replacing(bench.folder.path + "/", with: "")
    }

    @Test func variablesAndFilesAreReplacedInTexts() throws {
        try bench.folder.write("from-file\n", to: "secret")
        try bench.folder.write("two\r\n", to: "windows")
        try bench.folder.write("lines\n\n", to: "lines")
        let environment = ["A": "one", "B": "", "C": "${env:A}", "D": "x: [y"]
        #expect(try deadLetter("a-${env:A}-${env:B}z", environment: environment) == "a-one-z")
        #expect(try deadLetter("${file:secret}.${file:./windows}", environment: environment) == "from-file.two")
        #expect(try deadLetter("'${file:\(bench.folder.file("lines"))}x'", environment: environment) == "lines\nx")
        #expect(try deadLetter("${env:C}", environment: environment) == "${env:A}")
        #expect(try deadLetter("${env:D}", environment: environment) == "x: [y")
        #expect(try deadLetter("$${env:A} $$ $ $$${env:A} $A", environment: environment) == "${env:A} $$ $ $${env:A} $A")
    }

    @Test func numbersAndKeysStayWhatTheyAre() throws {
        let sound = ConfigurationSample.sound
        let environment = ["N": "2", "T": "true", "D": "90s", "S": "64MiB", "L": "high"]
        #expect(bench.read(sound + "workers: ${env:N}\n", environment: environment).hasErrors)
        #expect(bench.read(sound + "state: { sync: \"${env:T}\" }\n", environment: environment).hasErrors)
        #expect(bench.read(sound + "\"${env:N}\": 1\n", environment: environment).diagnostics.map(\.code) == [.unknownKey])
        let written = #"""
            state: { checkpoint: "${env:D}", memory: "${env:S}" }
            actions: { log: { type: stdout, level: "${env:L}" } }
            """#
        let configuration = bench.read(sound + written, environment: environment).configuration
        #expect(configuration?.state.checkpointInterval == 90_000_000_000 && configuration?.state.memory == 64 << 20)
        #expect(configuration?.actions.first?.level == "high")
    }

    /// A password cannot change the parts of a URL either.
    @Test func valuesAreEncodedWhereAURLNeedsIt() throws {
        let environment = ["P": "a/b@c:%?é ~", "H": "host:6379", "U": "redis://:p%2Fq@h/1", "N": "main"]
        let urls = [
            ("redis://u:${env:P}@${env:H}/0", "redis://u:a%2Fb%40c%3A%25%3F%C3%A9%20~@host:6379/0"), ("${env:U}", "redis://:p%2Fq@h/1"),
            (
                "redis+sentinel://a,${env:H}/${env:N}?sentinel_password=${env:P}",
                "redis+sentinel://a,host:6379/main?sentinel_password=a%2Fb%40c%3A%25%3F%C3%A9%20~"
            ),
            ("redis://${env:H}/0", "redis://host:6379/0"),
        ]
        for (written, url) in urls {
            let loaded = bench.read(ConfigurationSample.sound + "state: \(written)\n", environment: environment)
            #expect(loaded.configuration?.state.url == url)
            #expect(loaded.configuration?.redacted.contains(written) == true, "\(loaded.configuration?.redacted ?? "")")
        }
    }

    @Test func filesThatCannotBeSecrets() throws {
        try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: bench.folder.file("bytes")))
        try Data(count: 65537).write(to: URL(fileURLWithPath: bench.folder.file("large")))
        try bench.folder.write("a\0b", to: "zero")
        #expect(mkfifo(bench.folder.file("pipe"), 0o600) == 0)
        let messages = ["bytes", "large", "zero", "pipe"].flatMap { name in
            bench.read(ConfigurationSample.sound + "dead_letter: ${file:\(name)}\n").diagnostics.map(\.message)
        }
        #expect(
            messages == [
                "`bytes` is not UTF-8", "`large` has more than 65536 bytes",
                "`dead_letter` has a character 0, which no text here can have", "`pipe` cannot be read: it is no regular file",
            ])
    }

    /// A secret in every place where a text can stand, sound or not.
    @Test(arguments: [
        #"sources: { s: { path: "$" } }"#, #"sources: { s: { path: x, format: "$" } }"#, #"sources: { s: { path: x, lateness: "$" } }"#,
        #"sources: { s: { path: x, idle: "$" } }"#, #"sources: { s: { path: x, late: "$" } }"#, #"sources: { s: { type: "$" } }"#,
        #"sources: { s: { path: x, format: text, expression: "($" } }"#, #"sources: { s: { path: x, format: text, expression: "$" } }"#,
        #"sources: { s: { path: x, format: text, expression: "(?P<a>b)", time: "$" } }"#,
        #"sources: { s: { path: x, format: text, expression: "(?P<a>b)", time: { field: a, zone: "$" } } }"#,
        #"sources: { s: { path: x, time: ["$", "$"] } }"#, #"sources: { s: { type: redis, url: "$", keys: [a] } }"#,
        #"sources: { s: { type: redis, url: "redis://u:$@h", keys: ["$"], group: "$", consumer: "$", field: "$" } }"#,
        #"sources: { s: { path: x, late: { side: "$" } } }"#, #"rules: ["$"]"#, #"patterns: "$""#, #"workers: "$""#, #"state: "$""#,
        #"state: "rocksdb:$""#, #"state: "memory:$""#, #"state: "redis://:$@127.0.0.1""#, #"state: { memory: "$" }"#,
        #"state: { checkpoint: "$" }"#, #"actions: { a: { type: "$" } }"#, #"actions: { a: { type: file, path: "$" } }"#,
        #"actions: { a: { type: stdout, level: "$" } }"#, #"default_actions: ["$"]"#, #"dead_letter: "$""#, #"log: { level: "$" }"#,
        #"actions: { a: { type: file, path: "$" }, b: { type: file, path: "$" } }"#,
        #"actions: { a: { type: file, path: "$${no} $ ${env:NO}" } }"#,
    ])
    func secretsAreNeverShown(_ template: String) throws {
        let key = template.prefix { $0 != ":" }
        let rest = ["sources: { s: { path: x } }", "rules: rule.yaml"].filter { !$0.hasPrefix(key) }
        let line = template.replacing("$\"", with: "${env:SECRET}\"").replacing("$@", with: "${env:SECRET}@")
            .replacing("$ $", with: "${env:SECRET} $")
        let loaded = bench.read(([line] + rest).joined(separator: "\n") + "\n", environment: ["SECRET": Self.secret])
        let shown = DiagnosticRenderer().text(loaded.diagnostics) + DiagnosticRenderer().json(loaded.diagnostics)
        #expect(!shown.contains(Self.secret), "\(shown)")
        if let configuration = loaded.configuration {
            #expect(!configuration.redacted.contains(Self.secret))
            #expect(configuration.redacted.contains("${env:SECRET}"))
        }
    }

    @Test func aRedactedConfigurationNamesWhatItHides() throws {
        try bench.folder.write("p4ss/w@rd", to: "password")
        let loaded = bench.read(
            """
            sources:
              a: { path: "logs/${env:SHARD}/*.csv", follow: false, columns: [x, y], late: { side: late.txt } }
              b: { type: redis, url: "redis://user:literal@h/0", keys: [k], field: body, time: ts, idle: never, late: process }
              c: { type: stdin, format: text, expression: '(?P<m>.*)' }
            rules: [rule.yaml]
            state: { url: "redis://:${file:password}@h/0", memory: 64MiB }
            actions: { log: { type: file, path: out, level: low }, out: { type: stdout } }
            default_actions: []
            """, environment: ["SHARD": "1"])
        let configuration = try #require(loaded.configuration, "\(bench.report(loaded))")
        #expect(configuration.state.url == "redis://:p4ss%2Fw%40rd@h/0")
        #expect(
            configuration.redacted == """
                source           a: files logs/${env:SHARD}/*.csv, read once, csv of x y, lateness 0s, idle after 30s, from the beginning, late events to late.txt
                source           b: redis redis://user:***@h/0, keys k, group fluxcore, consumer fluxcore, field body, ndjson, time in ts, lateness 0s, never idle, from the beginning, late events processed
                source           c: standard input, text, lateness 0s, idle after 30s, late events dropped
                rules            rule.yaml
                patterns         beside the rules
                workers          one for each core
                state            redis://:${file:password}@h/0, checkpoint every 100ms or 1,000,000 events, at most 64MiB in memory, tried for 30s at start
                action           log: file out, from level low
                action           out: standard output
                default actions  none
                dead letters     counted only
                log              info as text

                """)
    }

    @Test func anyTextCanBeRedacted() {
        var secrets = Secrets()
        secrets.insert("secret", reference: "${env:A}")
        secrets.insert("secret-longer", reference: "${env:B}")
        secrets.insert("1", reference: "${env:SHARD}")
        secrets.insert("", reference: "${env:EMPTY}")
        #expect(secrets.redact("a secret, secret-longer 1") == "a ${env:A}, ${env:B} 1")
        #expect(secrets.redactValue("log.1") == "log.${env:SHARD}")
        let texts = [
            ("redis://h:6379/0", "redis://h:6379/0"), ("redis://user@h", "redis://user@h"), ("redis://u:p@h, x", "redis://u:***@h, x"),
            ("redis://:p/q@r@h/0 ", "redis://:***@h/0 "), ("redis://u:@h", "redis://u:***@h"), ("://", "://"), ("a://:", "a://:"),
            ("s://h/m?sentinel_password=p&x=1", "s://h/m?sentinel_password=***&x=1"), ("s://u:p@h?password=q", "s://u:***@h?password=***"),
            ("one a://b:c@d two e://f:g@h", "one a://b:***@d two e://f:***@h"), ("redis://:${env:A}@h", "redis://:${env:A}@h"),
            ("s://h?password=${file:p}", "s://h?password=${file:p}"), ("a://:${env:A}x@h", "a://:***@h"),
        ]
        for (text, redacted) in texts { #expect(Secrets().redact(text) == redacted) }
    }
}
