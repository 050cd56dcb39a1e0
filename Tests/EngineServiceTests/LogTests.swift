import Foundation
import Glibc
import Logging
import TestSupport
import Testing

@testable import EngineService

@Suite struct LogTests {
    /// 2026-01-01T00:00:00.007Z.
    private static let time: Int64 = 1_767_225_600_007_000_000

    private func record(_ message: String, _ fields: [(key: String, value: Logger.Metadata.Value)] = []) -> LogRecord {
        LogRecord(time: Self.time, level: .info, message: message, fields: fields)
    }

    @Test func aRecordIsALine() {
        #expect(record("started").text == "2026-01-01T00:00:00.007Z info started")
        #expect(
            record("reads a file", [("path", "/var/log/a.log"), ("size", .stringConvertible(12)), ("why", "it is new"), ("none", "")]).text
                == #"2026-01-01T00:00:00.007Z info reads a file path=/var/log/a.log size=12 why="it is new" none="""#)
        #expect(
            record("x", [("k", ["a", "b c"]), ("m", ["z": "1", "a": "q=r"])]).text.hasSuffix(#" k="[a, \"b c\"]" m="{a=\"q=r\", z=1}""#))
        let times = [0, 999_999, 1_000_000, 999_000_000, 1_999_999_999, -1_000_000].map {
            LogRecord(time: $0, level: .debug, message: "", fields: []).text.prefix(24)
        }
        #expect(
            times == [
                "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z", "1970-01-01T00:00:00.999Z",
                "1970-01-01T00:00:01.999Z", "1969-12-31T23:59:59.999Z",
            ])
    }

    /// What an event holds can end neither its line nor its field.
    @Test(arguments: [
        ("a\nb", #""a\nb""#), ("a\r\nb", #""a\r\nb""#), ("a\u{1B}[31mb", #""a\u{1b}[31mb""#), ("a\0", #""a\u{0}""#),
        ("\u{7F}", #""\u{7f}""#),
        ("\u{85}", #""\u{85}""#), ("\u{2028}", #""\u{2028}""#), ("\u{202E}abc", #""\u{202e}abc""#),
        (#"a" level=error"#, #""a\" level=error""#),
        (#"a\"#, #""a\\""#), (#"\n"#, #""\\n""#), ("k=v", #""k=v""#), ("é", "é"), ("日本", "日本"), ("\t", #""\t""#), (" ", #"" ""#),
    ])
    func valuesAreEscaped(_ value: String, _ shown: String) {
        #expect(record("m", [("k", .string(value))]).text == "2026-01-01T00:00:00.007Z info m k=" + shown)
    }

    @Test func messagesAndKeysAreEscaped() {
        #expect(record("a\n2026-01-01T00:00:00.000Z error forged").text.split(separator: "\n").count == 1)
        #expect(record("m", [("a b=c\n", "d"), ("", "e")]).text == "2026-01-01T00:00:00.007Z info m a_b_c_=d _=e")
    }

    @Test func aRecordIsJSON() throws {
        #expect(record("started").json == #"{"time":"2026-01-01T00:00:00.007Z","level":"info","message":"started"}"#)
        let json = record("a\n\"b\"\u{1B}", [("k\n", "v\\"), ("l", ["x", .stringConvertible(1)]), ("m", ["a": "b"])]).json
        #expect(!json.contains("\n"))
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["message"] as? String == "a\n\"b\"\u{1B}")
        let fields = try #require(object["fields"] as? [String: Any])
        #expect(
            fields["k\n"] as? String == "v\\" && fields["l"] as? [String] == ["x", "1"] && fields["m"] as? [String: String] == ["a": "b"])
    }

    /// A logger whose lines go to a file.
    private func lines(
        level: Logger.Level = .info, format: LogFormat = .text, secrets: Secrets = Secrets(), _ body: (Logger) throws -> Void
    ) throws -> [String] {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.file("log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let handler = LineLogHandler(
            level: level, format: format, secrets: secrets, output: LogOutput(descriptor: descriptor), now: { Self.time })
        try body(Logger(label: "test") { _ in handler })
        return try folder.text(of: "log").split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test func levelsAndMetadata() throws {
        let lines = try lines(level: .notice) { logger in
            var logger = logger
            logger.info("not this")
            logger[metadataKey: "source"] = "auth"
            logger.notice("this")
            logger.warning("and this", metadata: ["source": "web", "a": "1"])
            logger.logLevel = .debug
            logger.debug("now this")
        }
        #expect(
            lines.map { $0.dropFirst(25) } == [
                "notice this source=auth", "warning and this a=1 source=web", "debug now this source=auth",
            ])
    }

    @Test func secretsDoNotReachTheLog() throws {
        var secrets = Secrets()
        secrets.insert("hunter2\nmore", reference: "${env:P}")
        let lines = try lines(secrets: secrets) { logger in
            logger.info("a hunter2\nmore b", metadata: ["k": "hunter2\nmore", "l": ["hunter2\nmore"], "u": "redis://:word@h"])
        }
        #expect(lines.count == 1)
        #expect(lines[0].hasSuffix(#"info a ${env:P} b k="${env:P}" l="[\"${env:P}\"]" u=redis://:***@h"#))
    }

    @Test func linesOfThreadsDoNotMix() throws {
        let lines = try lines { logger in
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                for number in 0..<200 {
                    logger.info("m", metadata: ["t": "\(thread)", "n": "\(number)", "x": "\(String(repeating: "y", count: 5000))"])
                }
            }
        }
        #expect(lines.count == 1600)
        #expect(lines.allSatisfy { $0.hasPrefix("2026-01-01T00:00:00.007Z info m n=") && $0.hasSuffix("y") })
        #expect(Set(lines).count == 1600)
    }
}
