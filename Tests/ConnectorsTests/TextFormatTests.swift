import Connectors
import EventEngine
import TestSupport
import Testing

@Suite struct TextFormatTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let syslog = TextFormat(
        expression: #"^(?P<ts>\w{3} +\d+ [\d:]{8}) (?P<host>\S+) (?P<text>.*)"#, timeFormat: "%b %e %H:%M:%S", year: 2015)

    private func day(_ line: String) -> String { line + " 00:00:00 h x\n" }

    private func read(_ text: String, _ format: TextFormat, configure: (inout SourceOptions) -> Void = { _ in }) throws -> LiveReader {
        try folder.write(text, to: "a.log")
        let reader = try fileReader(folder.file("a.log"), follow: false, format: .text(format)) { configure(&$1) }
        try reader.settle()
        return reader
    }

    private func times(_ text: String, _ format: TextFormat) throws -> [String] {
        try read(text, format).events.map { Timestamp.format($0.time) }
    }

    @Test func namedGroupsBecomeFieldsTypedByContent() throws {
        let format = TextFormat(expression: #"^(?P<ts>\d+) (?P<a>[^ ]*) ("(?P<quoted>.*)"|(?P<n>[^ ]+))(?:$)"#)
        let reader = try read("1 007 5\r\n2  \"a\\\tb\"\n\n   \n3 true -1.5e3\nnone\n4 x \"\"\n\0\n", format)
        #expect(
            reader.raws == [
                #"{"ts":1,"a":"007","n":5}"#, #"{"ts":2,"a":null,"quoted":"a\\\tb"}"#, #"{"ts":3,"a":true,"n":-1.5e3}"#,
                #"{"ts":4,"a":"x","quoted":null}"#,
            ])
        #expect(reader.events.map(\.time) == [1, 2, 3, 4].map { $0 * 1_000_000_000 })
        #expect(reader.events.map(\.offset) == [0, 9, 24, 43])
        #expect(
            reader.rejected == [
                Rejected(line: 6, offset: 38, reason: "does not match the expression", bytes: Array("none".utf8)),
                Rejected(line: 8, offset: 50, reason: "does not match the expression", bytes: [0]),
            ])
    }

    @Test func hostileLinesAreMalformed() throws {
        let format = TextFormat(expression: #"(?s)^(?P<ts>\d+) (?P<v>\C*)$"#)
        let long = "1 " + String(repeating: "y", count: 300)
        let bytes = Array("1 ok\n2 ".utf8) + [0xFF, 10] + Array("3 a\0b\n\(long)\n4 ok\n".utf8)
        let file = LogFile(folder.file("a.log"))
        file.write(bytes)
        let reader = try fileReader(folder.file("a.log"), format: .text(format)) {
            $1.maximumLineLength = 64
            $1.blockSize = 32
        }
        try reader.settle()
        #expect(reader.raws == [#"{"ts":1,"v":"ok"}"#, #"{"ts":3,"v":"a\u0000b"}"#, #"{"ts":4,"v":"ok"}"#])
        #expect(reader.rejected.map(\.reason) == ["invalid UTF-8", "line too long"])
        #expect(reader.rejected.map(\.line) == [2, 4])
        #expect(reader.rejected.last?.text == long)
    }

    @Test(
        arguments: [
            ("%Y-%m-%d %H:%M:%S", 0, "2024-02-29 12:34:56", "2024-02-29T12:34:56Z"),
            ("%Y-%m-%d %H:%M:%S", 3600, "2024-02-29 12:34:56", "2024-02-29T11:34:56Z"),
            ("%d/%b/%Y:%H:%M:%S %z", 3600, "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z"),
            ("%Y-%m-%d %H:%M:%S.%f", 0, "2024-01-02 03:04:05.25", "2024-01-02T03:04:05.250Z"),
            ("%Y-%m-%d %H:%M:%S,%f", 0, "2024-01-02 03:04:05,1234567899", "2024-01-02T03:04:05.123456789Z"),
            ("%m/%d/%Y %I:%M:%S.%f %p", 0, "01/02/2024 01:04:05.5 PM", "2024-01-02T13:04:05.500Z"),
            ("%s", 7200, "1700000000", "2023-11-14T22:13:20Z"),
            ("%Y-%m-%d %H:%M:%S", 0, "2016-12-31 23:59:60", "2016-12-31T23:59:59.999999999Z"),
            ("%Y %j", 0, "2024 60", "2024-02-29T00:00:00Z"),
            ("%Y-%m-%d", 0, "2023-02-29", "time: \"2023-02-29\" is not of the format"),
            ("%Y-%m-%d", 0, "2023-02-28x", "time: \"2023-02-28x\" is not of the format"),
            ("%Y-%m-%d", 0, "9999-12-31", "time: \"9999-12-31\" is not of the format"),
            ("%Y-%m-%d.%f", 0, "2023-02-28.", "time: \"2023-02-28.\" is not of the format"),
        ] as [(String, Int, String, String)])
    func timesAreReadAsTheirFormatSays(format: String, zone: Int, text: String, expected: String) throws {
        let reader = try read(
            text + "\n", TextFormat(expression: "^(?P<when>.*)$", timeGroup: "when", timeFormat: format, zone: zone))
        #expect(reader.events.map { Timestamp.format($0.time) } + reader.rejected.map(\.reason) == [expected])
    }

    @Test(
        arguments: [
            (TextFormat(expression: "(?P<a"), "expression: "),
            (TextFormat(expression: "(a)b"), "expression: has no named group"),
            (TextFormat(expression: "(?P<a>b)", timeGroup: "c"), "time group \"c\" is not a group of the expression"),
            (TextFormat(expression: "(?P<a>b)", timeFormat: "%s"), "time format without a group for the time"),
            (TextFormat(expression: "(?P<ts>b)", timeFormat: "%H:%M"), "time format: names no day of the year"),
            (TextFormat(expression: "(?P<ts>b)", timeFormat: "%j"), "time format: names no day of the year"),
            (TextFormat(expression: "(?P<ts>b)", timeFormat: "%F %"), "time format: ends in the middle of a conversion"),
            (TextFormat(expression: "(?P<ts>b)", timeFormat: "%F %f %f"), "time format: %f stands twice"),
        ] as [(TextFormat, String)])
    func wrongFormatsAreRefused(format: TextFormat, message: String) throws {
        let options = sourceOptions(LiveReader.Log(), format: .text(format))
        let error = #expect(throws: SourceSetupError.self) { _ = try SourceKind.standardInput.open(options) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func theYearGoesUpFromDecemberToJanuary() throws {
        let text = ["Nov  3", "Dec 31", "Jan  1", "Dec 31", "Jan  2", "Feb 29", "Oct  1", "Jan  1", "Jun 30"].map(day).joined()
        let reader = try read(text, Self.syslog)
        #expect(
            reader.events.map { Timestamp.format($0.time).prefix(10) } == [
                "2015-11-03", "2015-12-31", "2016-01-01", "2015-12-31", "2016-01-02", "2016-02-29", "2015-10-01", "2016-01-01",
                "2016-06-30",
            ])
        let leap = try read(["Mar  1", "Feb 29"].map(day).joined(), Self.syslog)
        #expect(leap.rejected.map(\.reason) == ["time: \"Feb 29 00:00:00\" is not of the format"])
    }

    @Test func withoutAYearTheFirstLineIsTheLatestThatIsNotInTheFuture() throws {
        var format = Self.syslog
        format.year = nil
        for (now, line, expected) in [
            ("2026-03-10T12:00:00Z", "Mar 10", "2026-03-10"), ("2026-03-10T12:00:00Z", "Mar 11", "2026-03-11"),
            ("2026-03-10T12:00:00Z", "Mar 12", "2025-03-12"), ("2026-01-01T12:00:00Z", "Dec 31", "2025-12-31"),
            ("2025-12-31T23:00:00Z", "Jan  1", "2026-01-01"), ("2026-03-10T12:00:00Z", "Feb 29", "2024-02-29"),
        ] {
            let reader = try read(day(line), format) { $0.clock = { Timestamp.parse(now)! } }
            #expect(reader.events.map { String(Timestamp.format($0.time).prefix(10)) } == [expected])
        }
    }

    @Test func yearsAreTheSameAfterARestartAtEveryLine() throws {
        let months = ["Nov", "Dec", "Jan", "Dec", "Jan", "Apr", "Sep", "Dec", "Nov", "Jan", "May", "Oct", "Jan", "Dec", "Mar"]
        var text = ""
        for round in 0..<3 { for (index, month) in months.enumerated() { text += day("\(month) \(10 + (index + round) % 9)") } }
        var format = Self.syslog
        format.year = nil
        try folder.write(text, to: "a.log")
        let path = folder.file("a.log")
        for size in [16, 64, 1 << 16] {
            let whole = try fileReader(path, format: .text(format)) {
                $1.blockSize = size
                $1.clock = { Timestamp.parse("2016-01-01T00:00:00Z")! }
            }
            try whole.settle()
            #expect(whole.events.count == 45)
            #expect(Set(whole.events.map { Timestamp.format($0.time).prefix(4) }).count > 5)
            #expect(whole.positions[0].note != nil)
            for boundary in whole.events.map(\.offset) + whole.ends {
                whole.source.committed(offset: boundary, partition: 0)
                // The clock has moved on: only the note tells the year.
                let rest = try fileReader(path, format: .text(format), positions: [whole.position(0, at: boundary)]) {
                    $1.clock = { Timestamp.parse(boundary == 0 ? "2016-01-01T00:00:00Z" : "2020-06-01T00:00:00Z")! }
                }
                try rest.settle()
                #expect(rest.events == whole.events.filter { $0.offset >= boundary })
            }
        }
    }

    @Test func theYearGoesOnInTheFileAfterARotation() throws {
        let path = folder.file("a.log")
        let file = LogFile(path)
        file.write(day("Dec 30") + day("Jan  1"))
        let reader = try fileReader(path, format: .text(Self.syslog))
        try reader.settle()
        file.truncate()
        file.write(day("Jan  2"))
        try reader.settle()
        #expect(reader.events.map { Timestamp.format($0.time).prefix(10) } == ["2015-12-30", "2016-01-01", "2016-01-02"])
    }
}
