import Testing

@testable import Connectors

@Suite struct JSONReaderTests {
    @Test(arguments: ["1", " [1, {\"a\": [null]}, \"x\"] ", "{}", "[]", "\"\"", "-1.5e+3", "\"\\ud83d\\ude00\""])
    func valuesOfAnyKindAreRecognised(text: String) { #expect(JSONReader.isValue(Array(text.utf8))) }

    @Test(arguments: [
        "", "[", "[1 2]", "{\"a\":{\"b\":}}", "x", "01", "+1", "1.", ".5", "nul", "\"\\ud800\"", "\"\\x\"", "\"\n\"", "\"\\", "{\"a\":1}{",
        String(repeating: "[", count: 100_000),
    ])
    func everythingElseIsNone(text: String) { #expect(!JSONReader.isValue(Array(text.utf8))) }

    @Test func bytesThatAreNoTextAreNone() { #expect(!JSONReader.isValue([0x22, 0xFF, 0x22])) }

    @Test func scalarsOfAnArray() {
        func scalars(_ text: String) -> [String?]? { JSONReader.scalars(inArray: Array(text.utf8)) }
        #expect(scalars("[]") == [])
        #expect(scalars(#" [ "é\n\ud83d\ude00", null, 1, -2.5, true ] "#) == ["é\n😀", nil, "1", "-2.5", "true"])
        #expect(scalars(#"["null"]"#) == ["null"])
        for text in ["", "[", "{}", "1", "[[1]]", "[{}]", "[1,]", "[1] 2"] { #expect(scalars(text) == nil, "\(text)") }
    }
}
