import Testing

@testable import EngineService

@Suite struct StateRecordTests {
    private func read(_ text: String) -> StateRecord? { Array(text.utf8).withUnsafeBytes { StateRecord($0) } }

    @Test func recordsAreLinesThatAPersonCanRead() {
        var record = StateRecord()
        record.add("name", "auth")
        record.add("offset", 42)
        #expect(String(decoding: record.bytes, as: UTF8.self) == "v=1\nname=auth\noffset=42\n")
    }

    @Test(arguments: [
        "", "a=b", "\\", "\\\\n", "two\nlines", "\r\n", "ends with\\", "\u{1F600} é\u{301}", "\u{0}", "\r\u{301}", "\n\u{308}",
    ])
    func anyValueComesBack(_ value: String) {
        var record = StateRecord()
        record.add("x", value)
        record.add("y", "behind")
        let back = record.bytes.withUnsafeBytes { StateRecord($0) }
        #expect(back?["x"].map { Array($0.utf8) } == Array(value.utf8))
        #expect(back?["y"] == "behind")
        #expect(back == record)
    }

    @Test func namesMayRepeatAndUnknownOnesArePassedOver() {
        let record = read("v=1\nname=a\nnew=thing\nname=b\n")
        #expect(record?.all("name") == ["a", "b"])
        #expect(record?["name"] == "a")
        #expect(record?["other"] == nil)
        #expect(record?.number("name", as: Int.self) == nil)
    }

    @Test(arguments: ["", "name=a\n", "v=2\nname=a\n", "v=x\n", "v=1\nno equals\n"]) func whatIsNoneIsRefused(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test func numbersKeepTheirRange() {
        var record = StateRecord()
        record.add("least", Int64.min)
        record.add("most", UInt64.max)
        let back = record.bytes.withUnsafeBytes { StateRecord($0) }
        #expect(back?.number("least") == Int64.min)
        #expect(back?.number("most") == UInt64.max)
        #expect(back?.number("most", as: Int64.self) == nil)
    }
}
