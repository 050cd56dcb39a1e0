import Connectors
import EventEngine
import Testing

private func csv(_ text: String, _ fields: [String] = [], columns: [String]? = nil) throws -> ReadResult {
    var options = EventInputOptions()
    options.format = .csv(columns: columns)
    return try read(text, fields: fields, options: options)
}

@Suite struct CSVTests {
    @Test(arguments: [
        ("1", "1"), ("-1.5", "double -1.5"), ("1e3", "double 1000.0"), ("true", "true"), ("false", "false"), ("", "null"),
        ("007", "'007'"), ("+1", "'+1'"), ("-", "'-'"), (".5", "'.5'"), ("5.", "'5.'"), ("1e", "'1e'"), ("0", "0"), ("-0.0", "double -0.0"),
        ("True", "'True'"), ("null", "'null'"), ("text", "'text'"), (" 1", "' 1'"), ("1 ", "'1 '"), ("10.0.0.1", "'10.0.0.1'"),
        (#""1""#, "'1'"), (#""""#, "''"), (#""a,b""#, "'a,b'"), (#""a""b""#, #"'a"b'"#), (#""""""""#, #"'""'"#),
        ("\"a\nb\"", "'a\nb'"), ("\"a\r\nb\"", "'a\r\nb'"), (#"a"b"#, #"'a"b'"#), (#"a\b"#, #"'a\b'"#), ("a\tb\u{1}", "'a\tb\u{1}'"),
        ("é😀", "'é😀'"), ("9223372036854775808", "double 9.223372036854776e+18"), ("tru", "'tru'"),
    ])
    func fieldsAreTypedByContent(field: String, expected: String) throws {
        for end in ["", "\n", "\r\n"] {
            let result = try csv("ts,v,w\n1,\(field),9\n2,0,\(field)\(end)", ["v", "w"])
            #expect(result.rejected == [])
            #expect(result.events.map(\.values) == [[expected, "9"], ["0", expected]])
        }
    }

    @Test func recordsBecomeJSON() throws {
        let result = try csv("ts,\"na\"\"me\",v\r\n1,x,2\r\n\r\n2,\"a\nb\",\r\n3,,true\r\n")
        #expect(
            result.events.map(\.raw) == [
                #"{"ts":1,"na\"me":"x","v":2}"#, #"{"ts":2,"na\"me":"a\nb","v":null}"#, #"{"ts":3,"na\"me":null,"v":true}"#,
            ])
        #expect(result.events.map(\.offset) == [15, 24, 34])
    }

    @Test func givenColumnsMakeTheFirstRecordAnEvent() throws {
        let result = try csv("1,a\n2,b", ["name"], columns: ["ts", "name"])
        #expect(result.events.map(\.values) == [["'a'"], ["'b'"]])
        #expect(result.events.map(\.offset) == [0, 4])
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        let result = try csv("\u{FEFF}ts,v\n1,2\n", ["v"])
        #expect(result.events.map(\.values) == [["2"]])
        #expect(result.events.map(\.offset) == [8])
    }

    @Test func malformedRecordsKeepTheirBytes() throws {
        let text = "ts,v\n1,2\n1\n1,2,3\n\"x\",\"a\nb\"\n1,\"a\"b\n\n1,\"q\"\n,1\n1,\"open\nend"
        let result = try csv(text, ["v"])
        #expect(result.events.map(\.values) == [["2"], ["'q'"]])
        #expect(
            result.rejected.map { "\($0.line) \($0.offset) \($0.reason): \($0.text)" } == [
                "3 9 1 fields where the header has 2: 1",
                "4 11 3 fields where the header has 2: 1,2,3",
                "5 17 time: \"x\" is no timestamp: \"x\",\"a\nb\"",
                "7 27 text after a closing quote: 1,\"a\"b",
                "10 41 no time field: ,1",
                "11 44 quote is not closed: 1,\"open\nend",
            ])
        #expect(result.counters.malformed == 6)
    }

    @Test func invalidUTF8IsMalformed() throws {
        var options = EventInputOptions()
        options.format = .csv(columns: ["ts", "v"])
        let result = try read(Array("1,a\n2,".utf8) + [0xFF] + Array("\n3,b\n".utf8), fields: ["v"], options: options)
        #expect(result.events.map(\.values) == [["'a'"], ["'b'"]])
        #expect(result.rejected == [Rejected(line: 2, offset: 4, reason: "invalid UTF-8", bytes: Array("2,".utf8) + [0xFF])])
    }

    @Test func everyBlockSizeGivesTheSame() throws {
        let text = "ts,\"v\",w\r\n" + (0..<60).map { "\($0),\"a\n\"\"\($0)\",x\($0)\r\n" }.joined() + "61,\"\"\"\",é\n"
        let whole = try csv(text, ["v", "w"])
        #expect(whole.events.count == 61)
        #expect(whole.events[7].values == ["'a\n\"7'", "'x7'"])
        for size in 16...120 {
            var options = EventInputOptions()
            options.format = .csv(columns: nil)
            options.blockSize = size
            let result = try read(text, fields: ["v", "w"], options: options)
            #expect(result.events == whole.events)
            #expect(result.rejected == [])
        }
    }

    @Test func recordsBeyondTheLimitAreMalformed() throws {
        var options = EventInputOptions()
        options.format = .csv(columns: ["ts", "v"])
        options.blockSize = 32
        options.maximumLineLength = 64
        let long = "2,\"" + String(repeating: "y", count: 300) + "\nz\""
        let result = try read("1,a\n" + long + "\n3,b\n", fields: ["v"], options: options)
        #expect(result.events.map(\.values) == [["'a'"], ["'b'"]])
        #expect(result.rejected.map(\.line) == [2, 3])
        #expect(result.rejected.map(\.reason) == ["record too long", "1 fields where the header has 2"])
        #expect(result.rejected.map(\.text).joined(separator: "\n") == long)
    }
}
