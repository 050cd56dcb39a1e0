import Testing

@testable import RuleLanguage

@Suite struct PatternFuzzTests {
    private static let patterns = [
        "a{5,}[->[<=30s]] -> !c for 5s -> b+[,] | (a -> b until c within 5m){2,3}?",
        "permute(a, b -> c, (a , d)) ->[1s..2s] 2 of (a, b | c)",
        "lib.brute(gap: 1m) ->> lib.fail* , d", "!c for 5m -> a ->>[>=1m] b -> !d for $gap",
    ]
    private static let expressions = [
        "not x in~ ('a', @lists.users) and first(a).@time - prev(@time) < 90s",
        "count(a) + sum(b.x[*].y) * -3 >= 0x1F or `k y`.z is not null",
        "cidr(ip, '10.0.0.0/8') and x matches~ '^(a|b)+$' or lower(x) startswith \"\\u0041\\n\"",
        "lib.fail and if(x == $n, 1.5e3, 2) > least(1, y)",
    ]
    private static let fragments = [
        "(", ")", "[", "]", "{", "}", "->", "->>", ",", "|", "!", "?", "*", "+", "..", "<=", "$n", "@time", "@lists.", "a", "lib.", "for",
        "of", "until", "within", "5s", "3", "'", "\"",
        "\\u", "`", "é", "\u{0}", "not ", " and ", "count(", "first(a)", "permute(", "==", "~", "99999999999999999999", "1e999",
    ]

    private static func mutate(_ text: String, _ generator: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...scalars.count, using: &generator)
            let length = min(Int.random(in: 0...8, using: &generator), scalars.count - place)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: scalars.removeSubrange(place..<place + length)
            case 1: scalars.insert(contentsOf: fragments.randomElement(using: &generator)!.unicodeScalars, at: place)
            case 2:
                scalars.insert(contentsOf: Array(scalars[place..<place + length]), at: Int.random(in: 0...scalars.count, using: &generator))
            default: scalars.replaceSubrange(place..<place + length, with: fragments.randomElement(using: &generator)!.unicodeScalars)
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// Whatever the text, there is a rule without errors or a report with one.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func mutationsNeverCrash(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var sound = 0
        for _ in 0..<5_000 {
            var rule = DSLCase(pattern: "a+ -> b+ -> c")
            let pattern = Self.mutate(Self.patterns.randomElement(using: &generator)!, &generator)
            let expression = Self.mutate(Self.expressions.randomElement(using: &generator)!, &generator)
            if Bool.random(using: &generator) { rule.pattern = pattern } else { rule.events[1].1 = expression }
            if Int.random(in: 0..<4, using: &generator) == 0 { rule.having = expression }
            let (result, report) = rule.compile()
            #expect((result == nil) == report.contains { !$0.hasPrefix("FX1") }, "\(rule.pattern) · \(expression)")
            if result != nil { sound += 1 }
        }
        #expect(sound > 50)
    }
}
