import Foundation
import TestSupport
import Testing

/// What was read of standard input or a pipe, and is in no checkpoint, is handed over with a reload.
@Suite(.serialized) struct PipeReloadTests {
    enum Input: String, CaseIterable, CustomTestStringConvertible {
        case standardInput, namedPipe, csv

        var testDescription: String { rawValue }
    }

    private static func rule(_ level: String) -> String {
        """
        rule: pair
        level: \(level)
        from: in
        by: user
        events: { a: k == "a", b: k == "b" }
        pattern: a -> b
        within: 60s
        tests: []

        """
    }

    private static func line(_ input: Input, _ second: Int, _ kind: String) -> String {
        let time = ReloadCase.start + second
        return input == .csv ? "\(time),u,\(kind)\n" : "{\"ts\":\(time),\"user\":\"u\",\"k\":\"\(kind)\"}\n"
    }

    private static func configuration(_ input: Input) -> String {
        let kind = input == .namedPipe ? "path: pipe" : "type: stdin"
        return """
            sources: { in: { \(kind), format: \(input == .csv ? "csv" : "ndjson"), time: ts, lateness: 5s, idle: never } }
            rules: [rules]
            workers: 1
            state: { url: "rocksdb:state", checkpoint: 10ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }

            """
    }

    @Test(arguments: Input.allCases) func nothingIsLost(_ input: Input) throws {
        let harness = try ReloadHarness(Self.configuration(input), files: ["rules/pair.yaml": Self.rule("low")])
        #expect(mkfifo(harness.path("pipe"), 0o600) == 0)
        // Open for both, so that nobody waits for the other end.
        let descriptor = open(harness.path("pipe"), O_RDWR)
        let pipe = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        func send(_ text: some StringProtocol) throws { try pipe.write(contentsOf: Data(text.utf8)) }

        try harness.start(input: input == .namedPipe ? "/dev/null" : harness.path("pipe"))
        try harness.waitForLog("info running")
        if input == .csv { try send("ts,user,k\n") }
        var sent = 0
        for version in 1...6 {
            // Two pairs, the last events of which wait for the watermark, and half a line.
            for _ in 0..<2 {
                try send(Self.line(input, sent, "a") + Self.line(input, sent + 1, "b"))
                sent += 2
            }
            let next = Self.line(input, sent, "a")
            try send(next.prefix(9))
            if version > 1 { try harness.waitForClock(sent - 8) }
            try harness.replace("rules/pair.yaml", with: Self.rule(version % 2 == 0 ? "low" : "high"))
            harness.signal(SIGHUP)
            try harness.waitForReloads(version)
            try send(next.dropFirst(9) + Self.line(input, sent + 1, "b"))
            sent += 2
        }
        try send(Self.line(input, sent + 100, "c"))
        try harness.waitForClock(sent)
        try harness.stop()
        let expected = stride(from: 0, to: sent, by: 2).map { second in
            "u a@\(second) b@\(second + 1) =00:\(second + 1 < 10 ? "0" : "")\(second + 1)Z"
        }
        let found = harness.alertTexts.map { $0.text.split(separator: " ").prefix(4).joined(separator: " ") }
        #expect(input == .csv ? found.count == expected.count : found == expected, "\(found)")
        let levels = harness.alertTexts.map { $0.text.hasSuffix(" high") }
        #expect(levels.contains(true) && levels.contains(false))
        #expect(!harness.log.contains("input is no event"), "\(harness.log)")
    }
}
