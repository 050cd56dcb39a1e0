import Connectors
import EventEngine
import Testing

@testable import EngineService

@Suite struct StateJSONTests {
    @Test func keysAreMeantByValueOrArray() {
        #expect(RecordKey.text(meaning: "bob") == #"["bob"]"#)
        #expect(RecordKey.text(meaning: "") == #"[""]"#)
        #expect(RecordKey.text(meaning: #"a "b" \ é"#) == #"["a \"b\" \\ é"]"#)
        #expect(RecordKey.text(meaning: "[]") == "[]")
        #expect(RecordKey.text(meaning: #"[ "bob" , null, 1, true ]"#) == #"["bob",null,"1","true"]"#)
        #expect(RecordKey.text(meaning: "[bob]") == nil)
    }

    @Test func base64IsRFC4648() {
        let samples: [(String, String)] = [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
        for (plain, encoded) in samples {
            var buffer = ByteBuffer()
            Array(plain.utf8).withUnsafeBytes { Base64.append($0, to: &buffer) }
            #expect(buffer.text == encoded)
            #expect(Base64.bytes(of: Array(encoded.utf8)) == Array(plain.utf8))
        }
        for text in ["Z", "Zg=", "Zg", "Z===", "====", "Zh==", "Zg==Zg==", "Zm9*", "Zm=v"] {
            #expect(Base64.bytes(of: Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test func theFirstKeysAreKept() {
        for limit in [0, 1, 3, 100, Int.max] {
            var keys = SmallestKeys<Int>(limit: limit)
            for number in (0..<500).reversed() + [7, 7] {
                let digits = Array((String(repeating: "0", count: 3 - String(number).count) + String(number)).utf8)
                digits.withUnsafeBytes { keys.add($0) { number } }
            }
            #expect(keys.values == Array(0..<min(limit, 500)))
        }
    }

    @Test func controlCharactersDoNotReachTheTerminal() {
        var table = TextTable(["A", "B"], rightAligned: [0])
        table.add(["1", "x\u{1B}[31m"])
        table.add(["22", ""])
        #expect(table.text == " A  B\n 1  x\\u001b[31m\n22  \n")
    }
}
