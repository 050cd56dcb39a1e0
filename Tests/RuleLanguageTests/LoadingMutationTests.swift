import Testing

@testable import RuleLanguage

/// SplitMix64, so that a failing case can be run again by its seed.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Loading mutated rules")
struct LoadingMutationTests {
    private static let base = """
        rule: auth.m
        title: 'It''s "one"'
        description: >-
          folded
            text é
        level: high
        tags: [a, b]
        use: [lib]
        params: { n: 3, w: 10m }
        instances: { strict: { n: 2 } }
        from: { a: auth, b: [dns, matches] }
        where: action in ("x", "y") and not (rule like "auth.*")
        by: { a: [user, ?host], b: [actor.user, ?h], c: [u, h], ok: [u, ?h] }
        events:
          a: outcome == "failure" and count(a) < $n
          b: &p "path matches \\"^/x\\" and a.user == user"
          c: *p
        pattern: |
          a{$n,}[->[<=30s]] -> !c -> (b | lib.ok until c) , permute(a, b)
        within: $w
        until: c
        having: count(a) > 1
        select: { n: count(a), t: b.@time - first(a).@time }
        suppress: { by: [user, n], for: 1h, summary: true }
        skip: to_last(b)
        limit: { attempts: $n, when_full: drop_newest }
        tests:
          - name: t
            given: |
              0s..40s/10s {user: bob, n: 1.5}
              @stream dns
              advance 5m
            expect: [{ user: bob, n: 5 }]
        """
    private static let library = "events: { ok: action == \"z\" }\npatterns: { two: ok -> ok }\nlists: { l: [1, a] }\n"
    private static let tokens = [
        "{", "}", "[", "]", ":", ",", "-", "&p ", "*p", "!", "|", ">", "'", "\"", "\\", "#", "---\n", "\n", "  ", "\t", "?", "$", "->", "(",
        ")", "9",
        "\u{0}", "é", "\u{FEFF}", "0s..9h/1ns", "@", "..", "until", "null",
    ].map { Array($0.utf8) }

    @Test("mutations of a rule are read or reported, at places inside the file, and never crash")
    func mutations() {
        let original = RuleLoader.load(text: Self.base, path: "m.yaml", libraries: ["lib": Self.library])
        #expect(DiagnosticRenderer().text(original.diagnostics.filter { $0.severity == .error }) == "")
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(state: seed)
        for round in 0..<1500 {
            var bytes = Array(Self.base.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: 0..<bytes.count, using: &generator)
                let end = min(bytes.count, position + Int.random(in: 0...6, using: &generator))
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.removeSubrange(position..<end)
                case 1: bytes.insert(contentsOf: Self.tokens.randomElement(using: &generator) ?? [], at: position)
                case 2: bytes[position] = UInt8.random(in: 0...255, using: &generator)
                default: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
                }
            }
            let set = RuleLoader.load(bytes: bytes, path: "m.yaml", libraries: ["lib": Self.library])
            #expect(
                set.diagnostics.allSatisfy { $0.span.start >= 0 && $0.span.end <= $0.span.file.bytes.count }, "seed \(seed), round \(round)"
            )
            #expect(!DiagnosticRenderer().text(set.diagnostics).isEmpty || !set.rules.isEmpty, "seed \(seed), round \(round)")
        }
    }
}
