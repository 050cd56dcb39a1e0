import Testing

@testable import EventEngine

/// Layouts as lines: what is written, what is read of other versions, and what of changed lines.
@Suite struct RuleLayoutTests {
    private typealias Fields = [(name: String, value: String)]

    private static func layouts() throws -> [RuleLayout] {
        try #require(SnapshotSample.program()).rules.map { RuleLayout($0) }
    }

    private static func layout(_ id: String) throws -> RuleLayout {
        let program = try #require(SnapshotSample.program())
        return RuleLayout(try #require(program.rules.first { $0.id == id }))
    }

    @Test func linesReadBackAsTheSame() throws {
        for layout in try Self.layouts() { #expect(RuleLayout(fields: layout.fields) == layout) }
    }

    @Test func linesAreThoseThatAreDocumented() throws {
        let lines = try Self.layout("sample.leading").fields.map { "\($0.name)=\($0.value)" }
        #expect(
            lines == [
                "layout=1", "level=medium", "within=300000000000", "key=user", "variable=bad", "variable=ok", "variable=sent",
                "leading=bad 20000000000", "words=1 0", "starts=1", "state=ok", "edge=next:sent link:->", "state=sent", "edge=accept",
            ])
        let counts = try Self.layout("sample.counts").fields.filter { $0.name == "edge" }.map(\.value)
        #expect(counts.contains { $0.contains("group:") }, "\(counts)")
    }

    @Test func stepsAreInTheWordsOfThePatternLanguage() throws {
        let steps = try Self.layouts().flatMap { $0.states.flatMap { $0.edges.map(\.text) } }
        for step in ["-> ok", "-> up", "->[<= 2m] up", "-> !ok for 45s", "->> c", "the end"] { #expect(steps.contains(step), "\(steps)") }
    }

    @Test func whatALaterVersionAddsIsPassedOver() throws {
        for layout in try Self.layouts() {
            var fields: Fields = [("v", "1"), ("logic", "00")]
            for field in layout.fields {
                let more = ["leading", "words", "edge"].contains(field.name) ? " more:1:2:3 flag" : ""
                fields += [(field.name, field.value + more), ("note", "x=y")]
            }
            #expect(RuleLayout(fields: fields) == layout)
        }
    }

    @Test func whatIsNoLayoutIsRefused() throws {
        let fields = try Self.layout("sample.counts").fields
        func changed(_ name: String, _ value: String?) -> Fields {
            fields.compactMap { $0.name == name ? value.map { (name, $0) } : $0 }
        }
        #expect(RuleLayout(fields: Fields()) == nil)
        for (name, value) in [
            ("layout", "2"), ("layout", "x"), ("layout", nil), ("words", nil), ("words", "1"), ("words", "0 4"), ("words", "-1 4"),
            ("words", "99999999999 4"), ("words", "1 0"), ("starts", nil), ("starts", "-1"), ("state", nil), ("within", "-1"),
            ("edge", "link:->"), ("edge", "next:a link:="), ("edge", "accept group:1"), ("edge", "accept group:-1:5"),
            ("leading", "x"),
        ] as [(String, String?)] {
            let isThere = fields.contains { $0.name == name }
            #expect(RuleLayout(fields: isThere ? changed(name, value) : fields + [(name, value ?? "")]) == nil, "\(name)=\(value ?? "")")
        }
        let crowd = Array(repeating: (name: "edge", value: "next:a link:->"), count: 65)
        #expect(RuleLayout(fields: fields + crowd) == nil)
    }

    /// A layout of changed lines, or of another rule, reads bytes or refuses them.
    @Test func bytesOfAnotherRuleAreReadOrRefused() throws {
        let program = try #require(SnapshotSample.program())
        let engine = Engine(program)
        for event in SnapshotSample.events.prefix(SnapshotSample.half) { SnapshotSample.process(event, by: engine) }
        let snapshot = engine.snapshot()
        var random = SystemRandomNumberGenerator()
        for layout in try Self.layouts() {
            for _ in 0..<300 {
                var fields = layout.fields
                let index = Int.random(in: fields.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: fields[index].value = ["", "0", "1", "9 9", "-1", "x", "accept absence:5", "next:q"].randomElement() ?? ""
                case 1: fields.remove(at: index)
                default: fields.insert(fields[index], at: Int.random(in: fields.indices, using: &random))
                }
                guard let changed = RuleLayout(fields: fields) else { continue }
                for key in snapshot.keys {
                    _ = key.bytes.withUnsafeBytes { bytes in
                        Result { () throws(SnapshotError) in
                            try SnapshotInspector.inspect(bytes, layout: changed, names: snapshot.names)
                        }
                    }
                }
            }
        }
    }
}
