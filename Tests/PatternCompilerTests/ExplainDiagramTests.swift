import RuleLanguage
import Testing

@testable import PatternCompiler

@Suite("Explain: DOT, Mermaid and SVG")
struct ExplainDiagramTests {
    private func bruteForce() throws -> Explanation {
        try ExplainSupport.explanation(
            """
            title: Say "hi"
            events: { fail: outcome == "failure", ok: outcome == "success" }
            pattern: fail{5,} -> ok
            within: 10m
            """)
    }

    @Test("DOT") func dot() throws {
        #expect(
            try bruteForce().dot() == #"""
                digraph rule {
                  rankdir=LR;
                  labelloc=t;
                  label="t (medium)\nSay \"hi\"\nfail{5,} -> ok\nstate: at most 1,000 attempts a key, each for at most 10m";
                  node [shape=box, style=rounded, fontname="sans-serif"];
                  edge [fontname="sans-serif", fontsize=11];
                  n0 [label="start", shape=circle];
                  n1 [label="1 fail\noutcome == \"failure\""];
                  n2 [label="2 ok\noutcome == \"success\""];
                  n3 [label="match", shape=doublecircle];
                  n0 -> n1;
                  n1 -> n1 [label="1. ->\nagain fail{5,}"];
                  n1 -> n2 [label="2. ->\nwhen fail ≥ 5 times"];
                  n2 -> n3;
                }

                """#)
    }

    @Test("Mermaid") func mermaid() throws {
        #expect(
            try bruteForce().mermaid() == #"""
                ---
                title: "t (medium): Say \"hi\""
                ---
                flowchart LR
                  n0(["start"])
                  n1["1 fail<br/>outcome == #34;failure#34;"]
                  n2["2 ok<br/>outcome == #34;success#34;"]
                  n3((("match")))
                  n0 --> n1
                  n1 -->|"1. -#62;<br/>again fail#123;5,#125;"| n1
                  n1 -->|"2. -#62;<br/>when fail ≥ 5 times"| n2
                  n2 --> n3

                """#)
    }

    @Test(
        "SVG is well formed and names every step and condition",
        arguments: [
            "a -> b", "a{5,} -> b -> !c for 5s", "a -> permute(b, c, d) , 2 of (a, b -> c, d)",
            "(a -> (b | c -> d* ->> a){2,3} | d)+? -> b",
            "a? -> b? -> c? -> d?", "(a until b within 5s)+ -> c ->>[1s..2s] d",
        ])
    func svg(pattern: String) throws {
        let explanation = try ExplainSupport.explanation(
            "events: { a: x == 1, b: x < 2 and y > 3, c: x == \"&\", d: x == 4 }\npattern: '\(pattern)'\nwithin: 1h")
        let svg = explanation.svg()
        let texts = try #require(SimpleXML.texts(of: svg), "not well formed:\n\(svg)")
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(svg.contains("@media (prefers-color-scheme:dark)"))
        for step in explanation.automaton.steps.indices { #expect(texts.contains(explanation.name(of: step))) }
        for edge in explanation.follow(of: 0) {
            for detail in explanation.wording.details(edge, from: 0, inBrief: true) { #expect(texts.contains(detail)) }
        }
        #expect(svg == explanation.svg())
    }

    @Test("labels and boxes do not overlap") func overlap() throws {
        let explanation = try ExplainSupport.explanation(
            "events: { a: x == 1, b: x == 2, c: x == 3, d: x == 4 }\npattern: '(a -> permute(b, c, d) | d)+? -> 2 of (a, b -> c, d)'\nwithin: 1h"
        )
        let diagram = Diagram(explanation)
        let layout = try #require(LayeredLayout.layout(diagram))
        var areas = layout.boxes.map { box in
            (
                left: box.center.x - box.width / 2, right: box.center.x + box.width / 2, top: box.center.y - box.height / 2,
                bottom: box.center.y + box.height / 2
            )
        }
        for arrow in layout.arrows where !arrow.lines.isEmpty {
            let width = arrow.lines.map(TextMetrics.small).max() ?? 0
            let height = Double(arrow.lines.count) * TextMetrics.lineHeight
            areas.append((arrow.label.x, arrow.label.x + width, arrow.label.y - 11, arrow.label.y - 11 + height))
        }
        for (index, area) in areas.enumerated() {
            #expect(area.left >= 0 && area.right <= layout.width + 0.01 && area.top >= 0 && area.bottom <= layout.height + 0.01)
            for other in areas[(index + 1)...] {
                let isApart = area.right <= other.left || other.right <= area.left || area.bottom <= other.top || other.bottom <= area.top
                #expect(isApart, "\(area) and \(other)")
            }
        }
        #expect(layout.arrows.flatMap(\.edges).sorted() == Array(diagram.edges.indices))
    }

    @Test("hostile names and titles are escaped") func hostile() throws {
        let name = "<b>\"x\\\"&'|]\n`;\u{1}</b>"
        var rule = ExplainSupport.rule(id: name, .event(0), names: [name])
        rule.title = "]]></title><script>alert(1)</script>\n---"
        let explanation = try #require(Explanation(rule))
        let svg = explanation.svg()
        let texts = try #require(SimpleXML.texts(of: svg))
        #expect(texts.contains("1 <b>\"x\\\"&'|] `; </b>"))
        #expect(!svg.contains("<script"))
        #expect(explanation.dot().contains(#"n1 [label="1 <b>\"x\\\"&'|] `; </b>\nany event"];"#))
        #expect(explanation.dot().split(separator: "\n").count == 12)
        #expect(
            explanation.mermaid().contains(
                "n1[\"1 #60;b#62;#34;x#92;#34;#38;#39;#124;#93; #96;#59; #60;/b#62;<br/>any event\"]"))
        #expect(explanation.mermaid().split(separator: "\n").filter { $0 == "---" }.count == 2)
    }

    @Test("positions are as near as possible to the wanted ones") func spacing() {
        #expect(Spacing.place(desired: [0, 0, 0], weights: [1, 1, 1], separations: [0, 10, 10]) == [-10, 0, 10])
        #expect(Spacing.place(desired: [0, 100], weights: [1, 1], separations: [0, 10]) == [0, 100])
        #expect(Spacing.place(desired: [5, 5], weights: [3, 1], separations: [0, 4]) == [4, 8])
        #expect(Spacing.place(desired: [], weights: [], separations: []) == [])
    }
}
