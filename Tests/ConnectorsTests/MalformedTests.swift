import Connectors
import EventEngine
import Testing

@Suite struct MalformedTests {
    private static let good = #"{"ts":1,"v":1}"#

    /// The line stands between two good ones, so that what it breaks beside itself shows.
    private func reason(of line: [UInt8]) throws -> String? {
        let good = Array(Self.good.utf8)
        let result = try read(good + [10] + line + [10] + good + [10], fields: ["v"])
        #expect(result.events.map(\.values) == [["1"], ["1"]])
        #expect(result.rejected.count == 1)
        #expect(result.counters.malformed == 1)
        #expect(result.rejected.first?.line == 2)
        #expect(result.rejected.first?.offset == UInt64(good.count + 1))
        #expect(result.rejected.first?.bytes == line)
        // Alone in the file, and without a newline, it is just as malformed.
        let alone = try read(line)
        #expect(alone.events == [])
        #expect(alone.rejected.count == 1)
        return result.reasons.first
    }

    @Test(
        arguments: [
            (#"{"#, "JSON ends too early"), (#"[]"#, "not a JSON object"), (#"1"#, "not a JSON object"), (#""a""#, "not a JSON object"),
            (#"}"#, "not a JSON object"), (#"garbage"#, "not a JSON object"), (#"null"#, "not a JSON object"),
            (#"{"ts":1}}"#, "text after the JSON object"), (#"{"ts":1} {"ts":2}"#, "text after the JSON object"),
            (#"{"ts":1}x"#, "text after the JSON object"), (#"{"ts":1},"#, "text after the JSON object"),
            (#"{"ts":1,}"#, "expected a key"), (#"{,"ts":1}"#, "expected a key"), (#"{ts:1}"#, "expected a key"),
            (#"{1:1}"#, "expected a key"),
            (#"{"ts" 1}"#, "expected ':' after a key"), (#"{"ts"}"#, "expected ':' after a key"),
            (#"{"ts",1}"#, "expected ':' after a key"),
            (#"{"ts":1 "v":1}"#, "expected ',' or the end of an object or array"),
            (#"{"ts":1]"#, "expected ',' or the end of an object or array"),
            (#"{"ts":1,"x":[1 2]}"#, "expected ',' or the end of an object or array"),
            (#"{"ts":1,"x":[1}"#, "expected ',' or the end of an object or array"),
            (#"{"ts":1,"x":{"a":1]}"#, "expected ',' or the end of an object or array"),
            (#"{"ts":1,"x":[1,]}"#, "not a JSON value"), (#"{"ts":1,"x":[,1]}"#, "not a JSON value"),
            (#"{"ts":1,"x":}"#, "not a JSON value"),
            (#"{"ts":1,"x":{"a"}}"#, "expected ':' after a key"), (#"{"ts":1,"x":{1}}"#, "expected a key"),
            (#"{"ts":1,"x":{"a":1,}}"#, "expected a key"),
            (#"{"ts":1,"x":tru}"#, "not a JSON value"), (#"{"ts":1,"x":nul}"#, "not a JSON value"),
            (#"{"ts":1,"x":falsey}"#, "not a JSON value"),
            (#"{"ts":1,"x":True}"#, "not a JSON value"), (#"{"ts":1,"x":NaN}"#, "not a JSON value"),
            (#"{"ts":1,"x":'a'}"#, "not a JSON value"),
            (#"{"ts":1,"x":truetrue}"#, "not a JSON value"), (#"{"ts":1,"x":true"a"}"#, "not a JSON value"),
            (#"{"ts":1,"x":1.2.3}"#, "not a JSON number"), (#"{"ts":1,"x":01}"#, "not a JSON number"),
            (#"{"ts":1,"x":-}"#, "not a JSON number"),
            (#"{"ts":1,"x":1.}"#, "not a JSON number"), (#"{"ts":1,"x":1e}"#, "not a JSON number"),
            (#"{"ts":1,"x":1e+}"#, "not a JSON number"),
            (#"{"ts":1,"x":+1}"#, "not a JSON value"), (#"{"ts":1,"x":.5}"#, "not a JSON value"),
            (#"{"ts":1,"x":1x}"#, "not a JSON number"),
            (#"{"ts":1,"x":0x10}"#, "not a JSON number"), (#"{"ts":1,"x":-a}"#, "not a JSON number"),
            (#"{"ts":1,"x":1"a"}"#, "not a JSON number"),
            (#"{"ts":1,"x":"\q"}"#, "invalid escape in a string"), (#"{"ts":1,"x":"\u12"}"#, "invalid escape in a string"),
            (#"{"ts":1,"x":"\u12G4"}"#, "invalid escape in a string"), (#"{"ts":1,"\x":1}"#, "invalid escape in a string"),
            (#"{"ts":1,"x":["\q"]}"#, "invalid escape in a string"), (#"{"ts":1,"x":{"\q":1}}"#, "invalid escape in a string"),
            (#"{"ts":1,"v":"\q"}"#, "invalid escape in a string"), (#"{"ts":1,"v":["\q"]}"#, "invalid escape in a string"),
            (#"{"ts":1,"x":"a"b}"#, "expected ',' or the end of an object or array"),
            (#"{"ts":1,"x":"a""b"}"#, "expected ',' or the end of an object or array"),
            (#"{"ts":1,"x":\"a"}"#, nil), (#"{"ts":1,"x":"a}"#, nil), (#"{"ts":1,"x":"a\"}"#, nil),
            ("{\"ts\":1,\"x\":\u{C}1}", "not a JSON value"), ("{\"ts\":1\u{1A}}", nil),
        ] as [(String, String?)])
    func refuses(line: String, expected: String?) throws {
        let reason = try reason(of: Array(line.utf8))
        if let expected { #expect(reason == expected) }
    }

    @Test func controlCharactersAndNULAreRefused() throws {
        #expect(try reason(of: Array("{\"ts\":1,\"x\":\"a\0b\"}".utf8)) == "control character in a string")
        #expect(try reason(of: Array("{\"ts\":1,\"x\":\"a\tb\"}".utf8)) == "control character in a string")
        #expect(try reason(of: Array("{\"ts\":1,\"x\":\0}".utf8)) == "not a JSON value")
        #expect(try reason(of: Array("{\"ts\":1}\0".utf8)) == "text after the JSON object")
        #expect(try reason(of: [0]) == "not a JSON object")
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
        ] as [[UInt8]])
    func invalidUTF8IsRefused(bytes: [UInt8]) throws {
        #expect(try reason(of: Array(#"{"ts":1,"x":"a"#.utf8) + bytes + Array(#"b"}"#.utf8)) == "invalid UTF-8")
        #expect(try reason(of: Array(#"{"ts":1,""#.utf8) + bytes + Array(#"":1}"#.utf8)) == "invalid UTF-8")
        _ = try reason(of: bytes)
    }

    @Test func aLineCutShortAnywhereIsRefused() throws {
        let line = Array(#"{"ts":1700000000000,"v":[1,{"k":"x\u0041y"}],"s":"é😀","b":true,"n":null,"f":-1.5e3}"#.utf8)
        for length in 1..<line.count { _ = try reason(of: Array(line[..<length])) }
    }

    @Test func deepNestingIsRefusedInLinearTime() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func line(_ depth: Int) -> String {
                #"{"ts":1,"v":"# + String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth) + "}"
            }
            #expect(try read(line(1023), fields: ["v"]).rejected == [])
            #expect(try read(line(1023), fields: ["v.a.a[*].b"]).rejected == [])
            #expect(try read(line(1024), fields: ["v"]).reasons == ["nested deeper than 1024"])
            #expect(try read(line(1024), fields: ["other"]).reasons == ["nested deeper than 1024"])
            #expect(try read(line(1_000_000), fields: ["v"]).reasons == ["nested deeper than 1024"])
            let unclosed = #"{"ts":1,"v":"# + String(repeating: open, count: 1_000_000)
            #expect(try read(unclosed + "\n" + Self.good).reasons == ["nested deeper than 1024"])
        }
    }

    @Test func manyUnclosedLinesAreRefusedInLinearTime() throws {
        for line in [#"{"a":1,"#, #"{"a":[1,"#, #"[{"a":"#, #"{"a":{"b":"#] {
            let result = try read(String(repeating: line + "\n", count: 50_000))
            #expect(result.events == [])
            #expect(result.rejected.count == 50_000)
            #expect(result.rejected.map(\.line) == Array(1...50_000))
        }
    }

    @Test func aLineBeyondTheLimitIsDeliveredInPiecesAndReadingGoesOn() throws {
        var options = EventInputOptions()
        options.blockSize = 64
        options.maximumLineLength = 100
        for length in [99, 100, 101, 102, 163, 164, 165, 200, 1000] {
            let long = #"{"ts":1,"x":""# + String(repeating: "y", count: length - 15) + #""}"#
            #expect(long.utf8.count == length)
            for end in ["\n" + Self.good, "\n" + Self.good + "\n", "\n", ""] {
                let result = try read(Self.good + "\n" + long + end, fields: ["v"], options: options)
                #expect(result.events.count == 1 + (length <= 100 ? 1 : 0) + (end.count > 1 ? 1 : 0))
                if length <= 100 {
                    #expect(result.rejected == [])
                } else {
                    #expect(result.rejected == [Rejected(line: 2, offset: 15, reason: "line too long", bytes: Array(long.utf8))])
                }
            }
        }
    }

    @Test func aLineOf100MBPassesInBoundedMemory() throws {
        let file = TemporaryFile(Self.good + "\n" + #"{"ts":1,"x":""#)
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000)
        for _ in 0..<10 { file.append(chunk) }
        file.append(Array(("\"}\n" + Self.good).utf8))
        var schema = EventSchema()
        _ = schema.slot(for: field("v"))
        var options = EventInputOptions()
        options.maximumLineLength = 1 << 20
        var bytes = 0
        var largest = 0
        var lines: [Int] = []
        let input = try EventInput(files: [file.path], stream: "s", schema: schema, options: options) { line in
            bytes += line.bytes.count
            largest = max(largest, line.bytes.count)
            if line.part == .first { lines.append(line.line ?? 0) }
        }
        var events = 0
        while let batch = try input.next() { events += batch.count }
        #expect(events == 2)
        #expect(lines == [2])
        #expect(bytes == 100_000_015)
        #expect(largest <= (1 << 20) + 1)
        #expect(input.counters.malformed == 1)
    }

    @Test func randomDamageNeverStopsTheReading() throws {
        var generator = SeededGenerator(seed: 7)
        let line = Array(#"{"ts":1700000000000,"v":[1,{"k":"x\u0041y"}],"s":"é","b":true,"n":null,"f":-1.5e3}"#.utf8)
        var options = EventInputOptions()
        options.latePolicy = .process
        let interesting = Array("\"\\{}[]:,\n \0tn-0e.u".utf8) + [0xFF, 0x80, 0xC3]
        for _ in 0..<300 {
            var text: [UInt8] = []
            var physicalLines = 0
            for _ in 0..<20 {
                var damaged = line
                for _ in 0..<Int.random(in: 0...2, using: &generator) {
                    damaged[Int.random(in: 0..<damaged.count, using: &generator)] = interesting.randomElement(using: &generator)!
                }
                text += damaged + [10]
                // Each line read alone tells what it must be beside others.
                for part in damaged.split(separator: 10, omittingEmptySubsequences: true) where part.contains(where: { $0 != 32 }) {
                    physicalLines += 1
                }
            }
            let whole = try read(text, fields: ["v", "s", "v[*].k", "f"], options: options)
            #expect(whole.events.count + whole.rejected.count == physicalLines)
            var alone: [Decoded] = []
            for part in text.split(separator: 10) {
                alone += try read(Array(part), fields: ["v", "s", "v[*].k", "f"], options: options).events
            }
            #expect(whole.events.map(\.values) == alone.map(\.values))
            #expect(whole.events.map(\.time) == alone.map(\.time))
        }
    }
}
