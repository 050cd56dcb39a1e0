import PatternCompiler
import RuleLanguage
import Testing

@testable import EventEngine

/// Shapes as lines, and what of them lets attempts be carried over.
@Suite struct RuleShapeTests {
    private typealias Fields = [(name: String, value: String)]

    private static func rule(_ pattern: String, _ more: String = "") throws -> (program: EngineProgram, rule: RuleProgram) {
        let text = """
            rule: shape
            by: [user, "?host"]
            events: { a: k == "a", b: k == "b", c: k == "c" }
            pattern: "\(pattern)"
            within: 1m
            \(more)
            """
        let program = try #require(RuleSetCompiler.compile(RuleLoader.load(text: text, path: "shape.yaml").rules).program)
        return (program, try #require(program.rules.first))
    }

    private static func shape(_ pattern: String, _ more: String = "") throws -> RuleShape {
        let (program, rule) = try rule(pattern, more)
        return RuleShape(rule, schema: program.schema)
    }

    private static let patterns = [
        "a -> b", "a{2,3} -> !c -> b", "!c for 5s -> a -> b", "permute(a, b) -> c", "(a ->> b until c within 5s)+ , a", "a -> !c for 5s",
    ]

    @Test func linesReadBackAsTheSame() throws {
        for pattern in Self.patterns {
            for more in ["emit: all", "having: count(a) < 9", "prefer: latest", "timeout: emit", "from: { a: x, b: [x, y], c: y }"] {
                let shape = try Self.shape(pattern, more)
                #expect(RuleShape(fields: shape.fields) == shape, "\(shape.fields)")
                let later = [("logic", "00")] + shape.fields.flatMap { [$0, ("note", "x=y")] }
                #expect(RuleShape(fields: later) == shape)
            }
        }
    }

    @Test func linesAreThoseThatAreDocumented() throws {
        let lines = try Self.shape("a{3,} -> !c -> b").fields.map { "\($0.name)=\($0.value)" }
        #expect(
            lines == [
                "steps=1", "frame=emit:first until: leading:", "ends=1", "named=a user\t?host", "named=b user\t?host",
                "named=c user\t?host",
                "apart=a b", "apart=a c", "apart=b c", "begin=to:0 a -> do:0=1", "place=", "tie=c 1 1 0+1", "way=to:0 a -> do:0+3",
                "way=to:1 b -> if:0>=3", "place=", "way=end",
            ])
    }

    @Test func whatIsNoShapeIsRefused() throws {
        let fields = try Self.shape("a{2,3} -> permute(b, c)").fields
        #expect(RuleShape(fields: Fields()) == nil)
        for (name, value) in [
            ("steps", "2"), ("steps", "x"), ("steps", nil), ("named", "a"), ("apart", "a"), ("choice", "0 1"), ("choice", "x 1 0"),
            ("begin", "a ->"), ("begin", "to:9 a ->"), ("begin", "to:-1 a ->"), ("way", ""), ("way", "to:0 a -> if:0"), ("way", "a do:x=1"),
            ("place", nil),
        ] as [(String, String?)] {
            let changed: Fields = fields.compactMap { $0.name == name ? value.map { (name, $0) } : $0 }
            #expect(RuleShape(fields: changed) == nil, "\(name)=\(value ?? "")")
        }
    }

    /// Numbers beyond the layout's lead to no mapping, never beyond memory.
    @Test func aShapeThatDoesNotFitItsLayoutMapsNothing() throws {
        let (program, rule) = try Self.rule("a{2,3} -> b")
        let (newProgram, newRule) = try Self.rule("a{2,4} -> b")
        let layout = RuleLayout(rule)
        let fields = RuleShape(rule, schema: program.schema).fields
        func mapping(_ fields: Fields) -> PatternMapping? {
            RuleShape(fields: fields).flatMap {
                PatternMapping(from: layout, $0, to: RuleLayout(newRule), RuleShape(newRule, schema: newProgram.schema))
            }
        }
        #expect(mapping(fields) != nil)
        #expect(mapping(fields.map { ($0.name, $0.value.replacing("0>=2", with: "7>=2")) }) == nil)
        #expect(mapping(fields + [("place", "")]) == nil)
        #expect(mapping(fields + [("way", "end")]) == nil)
    }

    @Test func someChangesLetNothingGoOn() throws {
        func maps(_ old: (String, String), _ new: (String, String)) throws -> Bool {
            let (before, after) = (try Self.rule(old.0, old.1), try Self.rule(new.0, new.1))
            return PatternMapping(
                from: RuleLayout(before.rule), RuleShape(before.rule, schema: before.program.schema), to: RuleLayout(after.rule),
                RuleShape(after.rule, schema: after.program.schema)) != nil
        }
        let long = "a -> b -> c"
        #expect(try maps(("a -> b", ""), (long, "")))
        #expect(try maps(("a -> b", ""), (long, "skip: none\nhaving: count(b) < 9")))
        for policy in ["emit: all", "emit: final", "until: c", "prefer: latest"] { #expect(try !maps(("a -> b", ""), (long, policy))) }
        #expect(try !maps(("a -> b", "prefer: latest"), (long, "prefer: latest")))
        #expect(try !maps(("a -> b", ""), ("!c -> a -> b", "")))
        #expect(try !maps(("a -> b", ""), ("c -> b", "")))
        // Patterns of very many places are not looked at.
        #expect(try !maps(("a{9999} -> b{9999} -> c{9999}", ""), ("a{9999} -> b{9999} -> c{9998}", "")))
    }
}
