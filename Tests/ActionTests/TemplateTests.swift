import Foundation
import Testing

@testable import Connectors

@Suite struct TemplateTests {
    private static func render(_ template: String, form: Template.Form = .plain, _ alert: Alert = Sample.alert()) throws -> String {
        String(decoding: try AlertRenderer([Template(template, form: form)]).texts(alert)[0], as: UTF8.self)
    }

    @Test(arguments: [
        ("{{rule}} {{level}}", "auth.bruteforce high"), ("{{ match_id }}", "m0"), ("{{kind}}/{{suppressed}}", "match/0"),
        ("{{key.user}} {{key}}", "bob {\"user\":\"bob\"}"), ("{{select.failures}} {{select.rate}}", "5 0.5"),
        ("{{start}}–{{end}}", "2026-01-01T00:00:00Z–2026-01-01T00:01:00Z"), ("{{events[0].host}}:{{events[0].port}}", "web1:22"),
        ("{{events[1].name}} {{steps[1]}}", "inner ok"), ("{{events[0].tags[1].b}}", "1"), ("{{events[7].host}}|{{key.nobody}}|", "||"),
        ("{{key[\"user\"]}}", "bob"), ("{{\"{{\"}} {} } {", "{{ {} } {"), ("no placeholder", "no placeholder"), ("", ""),
        ("{{events[0].tags}}", "[\"a\",{\"b\":1}]"),
    ])
    func values(_ template: String, _ expected: String) throws {
        #expect(try Self.render(template) == expected)
    }

    private static func isJSON(_ text: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
    }

    @Test func wholeAlert() throws {
        let alert = Sample.alert()
        #expect(try Self.render("{{json}}", alert) == String(decoding: alert.json, as: UTF8.self))
        let text = try Self.render("{\"alert\": {{json}}, \"text\": \"{{json}}\"}", form: .json, alert)
        let found = try object(text)
        #expect((found["alert"] as? [String: Any])?["match_id"] as? String == "m0")
        #expect(found["text"] as? String == String(decoding: alert.json, as: UTF8.self))
    }

    /// Of JSON: values between quotes are escaped, elsewhere whole.
    @Test(arguments: [
        "bob", "\"", "a\\\"b", "\r\nX: y", "\u{0}\u{1F}", "</script>", "é\u{2028}", "{{rule}}", "\\u0041",
        String(repeating: "x", count: 9000),
    ])
    func json(_ user: String) throws {
        let template =
            "{\"who\": {{key.user}}, \"text\": \"it is \\\"{{key.user}}\\\"\", \"n\": {{select.failures}}, \"none\": {{key.none}}, \"also\": \"{{key.none}}\"}"
        let found = try object(try Self.render(template, form: .json, Sample.alert(user: user)))
        #expect(found["who"] as? String == user)
        #expect(found["text"] as? String == "it is \"\(user)\"")
        #expect(found["n"] as? Int == 5)
        #expect(found["none"] is NSNull)
        #expect(found["also"] as? String == "")
    }

    @Test func linesHaveNoControls() throws {
        let text = try Self.render("{{key.user}}", form: .line, Sample.alert(user: "a\r\nBcc: x\u{0}\u{7F}b"))
        #expect(text == "a  Bcc: x  b")
    }

    @Test(arguments: [
        ("{{rul}}", 2..<5, "an alert has no `rul`"), ("a {{rule", 2..<4, "this `{{` is never closed"),
        ("{{rule.x}}", 2..<8, "`rule` has no parts"),
        ("{{}}", 0..<2, "behind this `{{` no path begins"), ("{{key.}}", 5..<6, "behind this `.` a name is missing"),
        ("{{events.host}}", 2..<13, "which of the `events` is not said"), ("{{rule x}}", 7..<8, "here `}}` is missing"),
        ("{{key[}}", 5..<6, "behind this `[` a number or a text in quotes is missing"),
        ("{{key[\"a}}", 5..<6, "a text in quotes has no end here"),
        ("{{steps}}", 2..<7, "`steps` needs the number of an event and nothing more"), ("{{events[0}}", 8..<9, "this `[` is never closed"),
        ("{{events[99999999].a}}", 8..<9, "behind this `[` a number or a text in quotes is missing"),
    ])
    func syntaxErrors(_ template: String, _ range: Range<Int>, _ message: String) {
        let error = #expect(throws: TemplateError.self) { try Template(template) }
        #expect(error?.range == range)
        #expect(error?.message == message)
    }

    /// Whatever is written: it is refused at a place within the text, or filled; and JSON stays JSON.
    @Test func anyText() throws {
        let pieces = [
            "{{", "}}", "{", "}", "[", "]", "\"", "\\", ".", "rule", "key", "events", "steps", "json", "select", "0", "1", " ", "user", "é",
            "\n", "x",
            "{{rule}}", "{{key.user}}", "{{events[0].host}}",
        ]
        var seed: UInt64 = 42
        func next(_ count: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % count
        }
        var filled = 0
        var sound = 0
        for _ in 0..<20_000 {
            let text = (0..<next(12)).map { _ in pieces[next(pieces.count)] }.joined()
            for form in [Template.Form.plain, .line, .json] {
                do {
                    let template = try Template(text, form: form)
                    guard filled < 3000 else { continue }
                    filled += 1
                    let result = String(decoding: try AlertRenderer([template]).texts(Sample.alert(user: "\"\\\n"))[0], as: UTF8.self)
                    if form == .line, !text.contains("\n") { #expect(!result.contains("\n"), "\(text)") }
                    if form == .json, Self.isJSON(try AlertRenderer([template]).texts(Alert(number: 0, line: Array("{}\n".utf8)))[0]) {
                        #expect(Self.isJSON(Array(result.utf8)), "\(text) became \(result)")
                        sound += 1
                    }
                } catch let error as TemplateError {
                    #expect(error.range.lowerBound >= 0 && error.range.upperBound <= text.utf8.count, "\(text)")
                }
            }
        }
        #expect(filled == 3000 && sound > 20, "\(sound)")
    }
}
