import RuleLanguage
import Testing

@testable import PatternCompiler

/// Edges of the automaton, operator by operator. An edge reads: link with gap, target step (`.` is acceptance),
/// `[guards]`, `/updates`, `!negations`, `(groups entered)`.
@Suite("Automaton: edges of every operator")
struct AutomatonTests {
    /// The edges of a pattern over the names a to z: the start's, then each step's.
    private func edges(_ pattern: String) throws -> [String] {
        let names = pattern.split { !$0.isLetter }.filter { $0.count == 1 }.map(String.init)
        let events = Set(names).sorted().map { "\($0): x == \"\($0)\"" }.joined(separator: ", ")
        let set = RuleLoader.load(text: "rule: t\nevents: { \(events) }\npattern: '\(pattern)'\nwithin: 1h\n", path: "t.yaml")
        #expect(set.diagnostics.filter { $0.severity == .error }.isEmpty)
        let rule = try #require(set.rules.first)
        let automaton = try #require(Automaton(rule.pattern))
        let variable = automaton.steps.map { rule.events[$0.variable].name }
        return ([automaton.start] + automaton.follow).map { edges in
            edges.map { text($0, automaton, variable, rule.events.map(\.name)) }.joined(separator: " ")
        }
    }

    private func text(_ edge: Automaton.Edge, _ automaton: Automaton, _ variable: [String], _ names: [String]) -> String {
        var text = edge.target.map { edge.contiguity.rawValue + "\($0)\(variable[$0])" } ?? "."
        if let minimum = edge.minimumGap { text += "≥\(minimum / 1_000_000_000)" }
        if let maximum = edge.maximumGap { text += "≤\(maximum / 1_000_000_000)" }
        let guards = edge.guards.map { test -> String in
            switch test {
            case .atLeast(let loop, let count): return "\(loop)≥\(count)"
            case .below(let loop, let count): return "\(loop)<\(count)"
            case .branchOpen(let choice, let branch): return "open\(choice).\(branch)"
            case .complete(let choice): return "complete\(choice)"
            }
        }
        if !guards.isEmpty { text += "[\(guards.joined(separator: ","))]" }
        let updates = edge.updates.map { update -> String in
            switch update {
            case .begin(let loop): return "begin\(loop)"
            case .again(let loop): return "again\(loop)"
            case .beginBranch(let choice, let branch): return "first\(choice).\(branch)"
            case .addBranch(let choice, let branch): return "add\(choice).\(branch)"
            }
        }
        if !updates.isEmpty { text += "/" + updates.joined(separator: ",") }
        for use in edge.negations {
            let negation = automaton.negations[use.negation]
            text += "!\(names[negation.variable])" + (use.isStrict ? "," : "") + (negation.duration.map { "\($0 / 1_000_000_000)" } ?? "")
        }
        if !edge.groupsEntered.isEmpty { text += "(\(edge.groupsEntered.map(String.init).joined(separator: ",")))" }
        return text
    }

    @Test("one step") func step() throws { #expect(try edges("a") == ["->0a", "."]) }

    @Test("links and gaps") func links() throws {
        #expect(try edges("a -> b ->> c , d") == ["->0a", "->1b", "->>2c", ",3d", "."])
        #expect(try edges("a ->[<=5s] b ->>[>=2s] c ,[1s..3s] d") == ["->0a", "->1b≤5", "->>2c≥2", ",3d≥1≤3", "."])
    }

    @Test("alternatives in order of preference") func alternatives() throws {
        #expect(try edges("a -> (b | c) -> d") == ["->0a", "->1b ->2c", "->3d", "->3d", "."])
        #expect(try edges("a -> b | c") == ["->0a ->2c", "->1b", ".", "."])
    }

    @Test("optional steps, greedy and reluctant") func optional() throws {
        #expect(try edges("a -> b? -> c") == ["->0a", "->1b ->2c", "->2c", "."])
        #expect(try edges("a -> b?? -> c") == ["->0a", "->2c ->1b", "->2c", "."])
        #expect(try edges("a? -> b") == ["->0a ->1b", "->1b", "."])
    }

    @Test("unbounded loops take over the link that leads in, without its gap") func loops() throws {
        #expect(try edges("a+ -> b") == ["->0a", "->0a ->1b", "."])
        #expect(try edges("a+? -> b") == ["->0a", "->1b ->0a", "."])
        #expect(try edges("a -> b* -> c") == ["->0a", "->1b ->2c", "->1b ->2c", "."])
        #expect(try edges("a ,[<=5s] b+ -> c") == ["->0a", ",1b≤5", ",1b ->2c", "."])
        #expect(try edges("a ->[<=5s] b+[->>[<=2s]] , c") == ["->0a", "->1b≤5", "->>1b≤2 ,2c", "."])
    }

    @Test("counted loops") func counted() throws {
        #expect(try edges("a{5,} -> b") == ["->0a/begin0", "->0a/again0 ->1b[0≥5]", "."])
        #expect(try edges("a{2,4} , b") == ["->0a/begin0", ",0a[0<4]/again0 ,1b[0≥2]", "."])
        #expect(try edges("a{,3} -> b") == ["->0a/begin0 ->1b", "->0a[0<3]/again0 ->1b", "."])
        #expect(try edges("a{3}? -> b") == ["->0a/begin0", "->1b[0≥3] ->0a[0<3]/again0", "."])
        #expect(try edges("a{1} -> b") == ["->0a", "->1b", "."])
    }

    @Test("loops in loops") func nested() throws {
        #expect(
            try edges("(a{2} -> b){3} -> c")
                == ["->0a/begin0,begin1", "->0a[1<2]/again1 ->1b[1≥2]", "->0a[0<3]/again0,begin1 ->2c[0≥3]", "."])
    }

    @Test("permute: any open branch, or out when all are complete") func permute() throws {
        #expect(
            try edges("permute(a, b) , c") == [
                "->0a/first0.0 ->1b/first0.1", "->0a[open0.0]/add0.0 ->1b[open0.1]/add0.1 ,2c[complete0]",
                "->0a[open0.0]/add0.0 ->1b[open0.1]/add0.1 ,2c[complete0]", ".",
            ])
    }

    @Test("n of: branches of several steps, joined by the link that leads in") func choice() throws {
        #expect(
            try edges("a , 1 of (b -> c, d) -> e") == [
                "->0a", ",1b/first0.0 ,3d/first0.1", "->2c", ",1b[open0.0]/add0.0 ,3d[open0.1]/add0.1 ->4e[complete0]",
                ",1b[open0.0]/add0.0 ,3d[open0.1]/add0.1 ->4e[complete0]", ".",
            ])
    }

    @Test("negations: in the middle, at the end, at the start") func negations() throws {
        #expect(try edges("a -> !c -> b") == ["->0a", "->1b!c", "."])
        #expect(try edges("a , !c -> b") == ["->0a", "->1b!c,", "."])
        #expect(try edges("a -> !c for 5s -> b") == ["->0a", "->1b!c5", "."])
        #expect(try edges("a -> !c for 30s") == ["->0a", ".!c30"])
        #expect(try edges("!c for 5s -> a -> b") == ["->0a!c5", "->1b", "."])
    }

    @Test("groups with until and within are entered by the edge that comes from outside") func groups() throws {
        #expect(try edges("a -> (b+ until c) -> d") == ["->0a", "->1b(0)", "->1b ->2d", "."])
        #expect(try edges("((a -> b) within 5s)+ -> c") == ["->0a(0)", "->1b", "->0a(0) ->2c", "."])
    }

    @Test("the budget of ways between steps") func budget() {
        let span = ExplainSupport.span
        let optional = Pattern(
            .repetition(Pattern(.event(0), span: span), minimum: 0, maximum: 1, reluctant: false, link: nil), span: span)
        let pattern = Pattern(
            .sequence(steps: Array(repeating: optional, count: 1000), links: Array(repeating: Link(.followedBy), count: 999)), span: span)
        #expect(Automaton(pattern).map { _ in true } == nil)
    }
}
