import Connectors
import EventEngine
import Testing

/// Values of the fields `fields` of one line.
private func values(_ line: String, _ fields: String...) throws -> [String] {
    let result = try read(line + "\n", fields: fields)
    #expect(result.rejected == [])
    return result.values
}

@Suite struct DecodingTests {
    @Test(arguments: [
        (#"true"#, "true"), (#"false"#, "false"), (#"null"#, "null"),
        (#"0"#, "0"), (#"-0"#, "0"), (#"-12"#, "-12"), (#"9223372036854775807"#, "9223372036854775807"),
        (#"-9223372036854775808"#, "-9223372036854775808"),
        (#"9223372036854775808"#, "double 9.223372036854776e+18"), (#"18446744073709551615"#, "double 1.8446744073709552e+19"),
        (#"-9223372036854775809"#, "double -9.223372036854776e+18"),
        (#"123456789012345678901234567890"#, "double 1.2345678901234568e+29"),
        (#"1.5"#, "double 1.5"), (#"-0.0"#, "double -0.0"), (#"1e3"#, "double 1000.0"), (#"1E-2"#, "double 0.01"), (#"0.1"#, "double 0.1"),
        (#"1.7976931348623157e308"#, "double 1.7976931348623157e+308"), (#"1e400"#, "null"), (#"-1e400"#, "null"),
        (#"1e-400"#, "double 0.0"), (#"4.9e-324"#, "double 5e-324"), (#"0.000000000000000000000000000001e400"#, "null"),
        (#"0.3333333333333333333333333333333"#, "double 0.3333333333333333"),
        (#"2.2250738585072011e-308"#, "double 2.225073858507201e-308"),
        (#""""#, "''"), (#""text""#, "'text'"), (#""a\"b\\c\/d\b\f\n\r\t""#, "'a\"b\\c/d\u{8}\u{c}\n\r\t'"),
        (#""\u0041\u00e9\u20ac\ud83d\ude00""#, "'Aé€😀'"), (#""é€😀""#, "'é€😀'"), (#""a\u0000b""#, "'a\0b'"),
        (#""\ud800x""#, "'\u{FFFD}x'"), (#""\udc00""#, "'\u{FFFD}'"), (#""\ud800\u0041""#, "'\u{FFFD}A'"),
        (#""{[,:]}""#, "'{[,:]}'"), (#""\\""#, #"'\'"#), (#""\\\"""#, #"'\"'"#),
        (#"{}"#, "object {}"), (#"{ "x" : [1, {"y":2}] }"#, #"object { "x" : [1, {"y":2}] }"#),
        (#"[]"#, "[]"), (#"[1, "a\n", null, true, [2,[]], {"k": 1}]"#, "[1 'a\n' null true [2 []] object {\"k\": 1}]"),
    ])
    func readsEveryKindOfValue(json: String, expected: String) throws {
        #expect(try values(#"{"ts":1,"v":\#(json)}"#, "v") == [expected])
        #expect(try values(#" { "v" : \#(json) , "ts" : 1 } "#, "v") == [expected])
    }

    @Test func manyBlanksAndOrdersOfKeysAreRead() throws {
        let text = """
            {"ts":1,"a":1,"b":2}
            {"b":4,"ts":2,"a":3}
            {"ts":3,"unknown":[{"a":9}],"b":6,"a":5}
            {"ts":4}
            {"ts":5,"a":7,"a_key_of_more_than_sixteen_bytes":8,"b":8}
            """
        let result = try read(text, fields: ["a", "b", "a_key_of_more_than_sixteen_bytes"])
        #expect(
            result.events.map(\.values) == [
                ["1", "2", "null"], ["3", "4", "null"], ["5", "6", "null"], ["null", "null", "null"], ["7", "8", "8"],
            ])
    }

    @Test func ofDuplicateKeysTheLastWins() throws {
        #expect(try values(#"{"a":1,"ts":1,"a":"x"}"#, "a") == ["'x'"])
        #expect(try values(#"{"a":1,"ts":1,"a":null}"#, "a") == ["null"])
        #expect(try values(#"{"a":{"b":1},"ts":1,"a":{"c":2}}"#, "a.b", "a.c") == ["null", "2"])
        #expect(try values(#"{"a":{"b":1},"ts":1,"a":7}"#, "a.b", "a") == ["null", "7"])
    }

    @Test func dottedPathsReadNestedAndLiteralKeys() throws {
        #expect(try values(#"{"ts":1,"a":{"b":1}}"#, "a.b") == ["1"])
        #expect(try values(#"{"ts":1,"a.b":1}"#, "a.b") == ["1"])
        #expect(try values(#"{"ts":1,"a.b":1,"a":{"b":2}}"#, "a.b") == ["2"])
        #expect(try values(#"{"ts":1,"a":{"b":2},"a.b":1}"#, "a.b") == ["2"])
        #expect(try values(#"{"ts":1,"a":{"b.c":2}}"#, "a.b.c") == ["2"])
        #expect(try values(#"{"ts":1,"a.b":{"c":3},"a.b.c":1}"#, "a.b.c") == ["3"])
        #expect(try values(#"{"ts":1,"a.b":{"c":3},"a":{"b":{"c":4}}}"#, "a.b.c") == ["4"])
        #expect(try values(#"{"ts":1,"a":{"b":1}}"#, "a", "a.b", "a.c") == [#"object {"b":1}"#, "1", "null"])
        #expect(try values(#"{"ts":1,"a":{"b":null},"a.b":5}"#, "a.b") == ["5"])
        #expect(try values(#"{"ts":1,"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":6}}}}}}}}}"#, "a.b.c.d.e.f.g.h.i") == ["6"])
        #expect(try values(#"{"ts":1,"a.b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":6}}}}}}}}"#, "a.b.c.d.e.f.g.h.i") == ["6"])
    }

    @Test func pathsReadThroughArrays() throws {
        #expect(try values(#"{"ts":1,"t":["a","b"]}"#, "t[*]", "t", "t[1]", "t[2]") == ["['a' 'b']", "['a' 'b']", "'b'", "null"])
        #expect(try values(#"{"ts":1,"t":"a"}"#, "t[*]", "t") == ["null", "'a'"])
        #expect(try values(#"{"ts":1,"t":[]}"#, "t[*]", "t[0]") == ["[]", "null"])
        #expect(try values(#"{"ts":1,"t":[{"n":1,"n":2},{"m":1},{"n":"x\n"}]}"#, "t[*].n") == ["[2 null 'x\n']"])
        #expect(try values(#"{"ts":1,"t":[{"u":[1,2]},{"u":[3]}]}"#, "t[*].u[*]", "t[0].u", "t[1].u[0]") == ["[1 2 3]", "[1 2]", "3"])
        #expect(try values(#"{"ts":1,"a":{"t":[1]},"b.t":[2]}"#, "a.t[*]", "b.t[*]") == ["[1]", "[2]"])
        #expect(try values(#"{"ts":1,"t":[{"a.b":1},{"a":{"b":2}},{"a.b":1,"a":{"b":3}}]}"#, "t[*].a.b") == ["[1 2 3]"])
        #expect(try values(#"{"ts":1,"t":[{"a\u002eb":1}]}"#, "t[*].a.b") == ["[1]"])
        #expect(try values(#"{"ts":1,"t":[[1,2],[3]]}"#, "t[*][*]", "t[0][1]") == ["[1 2 3]", "2"])
    }

    @Test func keysWithEscapesAreFound() throws {
        #expect(try values(#"{"ts":1,"\u0061":5}"#, "a") == ["5"])
        #expect(try values(#"{"\u0074s":1,"a\"b":5}"#, "a\"b") == ["5"])
        #expect(try values(#"{"ts":1,"é":5}"#, "é") == ["5"])
    }

    @Test func valuesOfSeveralEventsStayApart() throws {
        let lines = (0..<3000).map { #"{"ts":\#($0),"v":"\u0061\#($0)","t":[\#($0),"\n"]}"# }.joined(separator: "\n")
        let result = try read(lines, fields: ["v", "t"])
        #expect(result.events.count == 3000)
        for (index, event) in result.events.enumerated() { #expect(event.values == ["'a\(index)'", "[\(index) '\n']"]) }
    }

    @Test func theFirstTimeFieldThatIsThereWins() throws {
        var options = EventInputOptions()
        options.timeFields = ["a.t", "b"]
        func times(_ line: String) throws -> [Int64] { try read(line, options: options).events.map { $0.time / 1_000_000_000 } }
        #expect(try times(#"{"b":2,"a":{"t":1}}"#) == [1])
        #expect(try times(#"{"b":2,"a":{"t":null}}"#) == [2])
        #expect(try times(#"{"b":"1970-01-01T00:00:03Z"}"#) == [3])
        #expect(try times(#"{"a.t":4}"#) == [4])
        #expect(try read(#"{"ts":1}"#, options: options).reasons == ["no time field"])
        #expect(try read(#"{"b":1,"a":{"t":"x"}}"#, options: options).reasons == [#"time: "x" is no timestamp"#])
        #expect(try read(#"{"b":99999999999}"#, options: options).reasons == ["time: number out of range"])
        #expect(try read(#"{"b":true}"#, options: options).reasons == ["time: neither text nor number"])
        #expect(try read(#"{"time":1}{"#).reasons == ["text after the JSON object"])
        for name in ["@timestamp", "timestamp", "ts", "time"] {
            #expect(try read(#"{"\#(name)":7}"#).events.map(\.time) == [7_000_000_000])
        }
        #expect(try read(#"{"time":1,"@timestamp":2}"#).events.map(\.time) == [2_000_000_000])
    }

    @Test func headersTellTheLine() throws {
        let text = "\u{FEFF}{\"ts\":1}  \r\n\r\n  \n {\"ts\":2}\r\n{\"ts\":3}"
        let result = try read(text)
        #expect(result.events.map(\.raw) == [#"{"ts":1}"#, #" {"ts":2}"#, #"{"ts":3}"#])
        #expect(result.events.map(\.offset) == [3, 20, 31])
        #expect(result.counters.bytes == UInt64(text.utf8.count))
        #expect(result.counters.events == 3)
        #expect(result.rejected == [])
    }
}
