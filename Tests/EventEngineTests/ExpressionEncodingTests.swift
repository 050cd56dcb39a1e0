@testable import EventEngine
import Testing

@Suite("Values as text")
struct ExpressionEncodingTests {
    private static let second: Int64 = 1_000_000_000

    private static let table: [(TestValue, json: String, key: String?)] = [
        (nil, "null", nil), (true, "true", "true"), (false, "false", "false"), (0, "0", "0"), (-17, "-17", "-17"),
        (.int(.max), "9223372036854775807", "9223372036854775807"), (.int(.min), "-9223372036854775808", "-9223372036854775808"),
        (1.0, "1", "1"), ("1", #""1""#, "1"), (2.5, "2.5", "2.5"), (0.1, "0.1", "0.1"), (-0.0, "0", "0"),
        (1e18, "1000000000000000000", "1000000000000000000"),
        (1e300, "1e+300", "1e+300"), ("", "\"\"", ""), ("é日", "\"é日\"", "é日"),
        ("a\"b\\c\n\r\t\u{1}\u{1F}/", #""a\"b\\c\n\r\t\u0001\u001f/""#, "a\"b\\c\n\r\t\u{1}\u{1F}/"),
        (.time(0), #""1970-01-01T00:00:00Z""#, "1970-01-01T00:00:00Z"), (.duration(90 * second), #""1m30s""#, "1m30s"),
        ([], "[]", nil), ([1, "a", [nil, true]], #"[1,"a",[null,true]]"#, nil), (.object(#"{"a": 1}"#), #"{"a": 1}"#, nil),
    ]

    @Test("JSON and key text of every kind of value")
    func values() {
        let memory = TestMemory()
        for (value, json, key) in Self.table {
            var buffer = ByteBuffer(capacity: 1)
            ValueEncoder.append(memory.value(value), to: &buffer)
            #expect(buffer.text == json)
            buffer.removeAll()
            buffer.append("k=")
            #expect(KeyText.append(memory.value(value), to: &buffer) == (key != nil))
            #expect(buffer.text == "k=" + (key ?? ""))
        }
    }

    @Test("Durations as text and back")
    func durations() {
        let cases: [(Int64, String)] = [
            (0, "0s"), (1, "1ns"), (1_500, "1us500ns"), (90 * Self.second, "1m30s"), (86_400 * Self.second, "1d"),
            (7 * 86_400 * Self.second, "1w"), (-5 * Self.second, "-5s"), (3_661_001_000_000, "1h1m1s1ms"),
            (.max, "15250w1d23h47m16s854ms775us807ns"),
        ]
        for (nanoseconds, text) in cases {
            var buffer = ByteBuffer()
            DurationFormat.append(nanoseconds, to: &buffer)
            #expect(buffer.text == text)
            #expect(DurationFormat.parse(buffer.bytes) == nanoseconds)
        }
    }

    @Test("A growing buffer keeps its bytes")
    func buffer() {
        var buffer = ByteBuffer(capacity: 1)
        for number in 0..<1000 { buffer.appendDecimal(Int64(number)) }
        #expect(buffer.text == (0..<1000).map(String.init).joined())
        buffer.truncate(to: 3)
        #expect(buffer.text == "012")
        buffer.appendLittleEndian(0x0102_0304_0506_0708)
        #expect(Array(buffer.bytes.dropFirst(3)) == [8, 7, 6, 5, 4, 3, 2, 1])
    }

    @Test("Digests: known value, halves, and parts that do not run together")
    func digests() {
        let empty = Digest128(hashing: UnsafeRawBufferPointer(start: nil, count: 0))
        // XXH3, 128 bits, of nothing, as its specification gives it.
        #expect(empty.text == "99aa06d3014798d86001c324468d497f")
        #expect(Digest128(high: 0x0123_4567_89AB_CDEF, low: 1).text == "0123456789abcdef0000000000000001")
        func digest(_ parts: String...) -> Digest128 {
            var hash = Hash128()
            for part in parts { hash.append(part) }
            return hash.digest()
        }
        #expect(digest("ab", "c") == digest("ab", "c"))
        #expect(digest("ab", "c") != digest("a", "bc"))
        #expect(digest("ab") != digest("ab", ""))
        var hash = Hash128()
        hash.append(5)
        hash.reset()
        hash.append("ab")
        hash.append("c")
        #expect(hash.digest() == digest("ab", "c"))
    }

    @Test("Event ids differ by stream, place and bytes")
    func eventIdentity() {
        let memory = TestMemory()
        func id(_ stream: String, _ offset: UInt64, _ raw: String) -> Digest128 {
            EventIdentity.id(stream: memory.bytes(stream), offset: offset, raw: memory.bytes(raw))
        }
        let ids = [id("a", 1, "{}"), id("b", 1, "{}"), id("a", 2, "{}"), id("a", 1, "{ }"), id("", 1, "{}")]
        #expect(Set(ids).count == ids.count)
        #expect(id("a", 1, "{}") == ids[0])
    }
}
