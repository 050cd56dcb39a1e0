/// Patterns whose steps change. Attempts go on that are the same under the new pattern: those that have not come to the change, and those
/// at it that have seen no event since.
extension ReloadCase {
    private static let abc = "a: k == \"a\", b: k == \"b\", c: k == \"c\""
    private static let abcd = abc + ", d: k == \"d\""

    private static func steps(_ keys: String, _ attempts: String) -> String {
        "steps changed; attempts go on that are the same under the new pattern, \(keys) (\(attempts))"
    }

    private static func change(
        _ name: String, _ before: String, _ after: String, _ more: String = "", keys: String, attempts: String, first: [String],
        then: [String], alerts: [String]
    ) -> ReloadCase {
        ReloadCase(
            name: name, before: pair(name, events: abcd, pattern: before, more), after: pair(name, events: abcd, pattern: after, more),
            plan: steps(keys, attempts), first: first, then: then, alerts: alerts)
    }

    static let stepCases = appended + counted + branched + forbidden

    private static let appended = [
        ReloadCase(
            name: "step", before: pair("step"), after: pair("step", events: abc, pattern: "a -> b -> c"),
            plan: steps("1 key kept, 0 dropped", "1 attempt kept, 0 dropped"), first: ["1 u a", "2 u x"],
            then: ["31 u b", "32 u c", "33 u a", "34 u b", "35 u c"], alerts: ["u a@1 b@31 c@32 =00:32Z", "u a@33 b@34 c@35 =00:35Z"]),
        ReloadCase(
            name: "stepfields", before: pair("stepfields"),
            after: pair("stepfields", events: "a: k == \"a\", b: k == \"b\", c: k == \"c\" and host == a.host", pattern: "a -> b -> c"),
            plan: steps("1 key kept, 0 dropped", "1 attempt kept, 0 dropped"), first: ["1 u a 1 h1"],
            then: ["31 u b", "32 u c 1 h2", "33 u c 1 h1"], alerts: ["u a@1 b@31 c@33 =00:33Z"]),
        ReloadCase(
            name: "stepstream", before: pair("stepstream"),
            after: pair("stepstream", events: abc, pattern: "a -> b -> c").replacing("from: in", with: "from: { a: in, b: in, c: more }"),
            plan: steps("1 key kept, 0 dropped", "1 attempt kept, 0 dropped"), first: ["1 u a", "2 u x"], then: ["31 u b", "32 u c"],
            alerts: []),
        change(
            "tail", "a -> b -> c", "a -> b -> d", keys: "2 keys kept, 1 dropped", attempts: "2 attempts kept, 1 dropped",
            first: ["1 u a", "2 u x", "3 w a", "4 w b", "5 x a", "6 x b", "7 x x"],
            then: ["31 u b", "32 u c", "33 u d", "34 w d", "35 x d"], alerts: ["u a@1 b@31 d@33 =00:33Z", "w a@3 b@4 d@34 =00:34Z"]),
        change(
            "strict", "a -> b -> c", "a -> b , c", keys: "2 keys kept, 1 dropped", attempts: "2 attempts kept, 1 dropped",
            first: ["1 u a", "2 u x", "3 w a", "4 w b", "5 x a", "6 x b", "7 x x"],
            then: ["31 u b", "32 u x", "33 u c", "34 w c", "35 x c"],
            alerts: ["w a@3 b@4 c@34 =00:34Z"]),
        // A place that was walked: whether anything stood between is not known.
        change(
            "walked", "a -> b -> c", "a , b -> c", keys: "0 keys kept, 1 dropped", attempts: "0 attempts kept, 1 dropped",
            first: ["1 u a", "2 u b"], then: ["31 u c"], alerts: []),
        // The new pattern would have matched already.
        change(
            "shortened", "a -> b -> c", "a -> b", keys: "1 key kept, 1 dropped", attempts: "1 attempt kept, 1 dropped",
            first: ["1 u a", "2 w a", "3 w b"], then: ["31 u b", "32 w b"], alerts: ["u a@1 b@31 =00:31Z"]),
        change(
            "inserted", "a -> b", "a -> c -> b", keys: "1 key kept, 1 dropped", attempts: "1 attempt kept, 1 dropped",
            first: ["1 u a", "2 u x", "3 w a"], then: ["31 u c", "32 u b", "33 w c", "34 w b"], alerts: ["w a@3 c@33 b@34 =00:34Z"]),
    ]

    private static let counted = [
        change(
            "quantifier", "a{2,} -> b", "a{3,} -> b", keys: "1 key kept, 0 dropped", attempts: "2 attempts kept, 0 dropped",
            first: ["1 u a", "2 u a"], then: ["30 u b", "31 u a", "32 u b"], alerts: ["u a@1 a@2 a@31 b@32 =00:32Z"]),
        change(
            "lowered", "a{4,} -> b", "a{2,} -> b", keys: "2 keys kept, 0 dropped", attempts: "2 attempts kept, 2 dropped",
            first: ["1 u a", "2 w a", "3 w a", "4 w a", "5 w x"], then: ["31 u a", "32 u b", "33 w b"], alerts: ["u a@1 a@31 b@32 =00:32Z"]),
        change(
            "upper", "a{2,3} -> b", "a{2,5} -> b", keys: "2 keys kept, 0 dropped", attempts: "4 attempts kept, 1 dropped",
            first: ["1 u a", "2 u a", "3 w a", "4 w a", "5 w a", "6 w x"], then: ["31 u a", "32 u a", "33 u b", "34 w b"],
            alerts: ["u a@1 a@2 a@31 a@32 b@33 =00:33Z", "w a@4 a@5 b@34 =00:34Z"]),
    ]

    private static let branched = [
        change(
            "alternative", "a -> b", "a -> b | c -> d", keys: "1 key kept, 0 dropped", attempts: "1 attempt kept, 0 dropped",
            first: ["1 u a", "2 w c"], then: ["31 u b", "32 w d", "33 w c", "34 w d"],
            alerts: ["u a@1 b@31 =00:31Z", "w c@33 d@34 =00:34Z"]),
        change(
            "branch", "a -> (b | c) -> d", "a -> b -> d", keys: "2 keys kept, 1 dropped", attempts: "2 attempts kept, 1 dropped",
            first: ["1 u a", "2 u x", "3 w a", "4 w c", "5 x a", "6 x b", "7 x x"], then: ["31 u b", "32 u d", "33 w d", "34 x d"],
            alerts: ["u a@1 b@31 d@32 =00:32Z", "x a@5 b@6 d@34 =00:34Z"]),
        ReloadCase(
            name: "names", before: pair("names", pattern: "a -> b"),
            after: pair("names", events: "z: k == \"a\", b: k == \"b\"", pattern: "z -> b"), plan: "\(pattern), 1 key dropped",
            first: ["1 u a"], then: ["31 u b"], alerts: []),
        // A candidate waits for what may still be preferred to it; the pattern ends elsewhere now.
        change(
            "candidate", "a -> b{1,3}", "a -> b{1,3} -> c", "emit: final", keys: "1 key kept, 1 dropped",
            attempts: "1 attempt kept, 1 dropped", first: ["1 u a", "2 u b", "3 w a", "4 w x"], then: ["31 w b", "32 w c", "33 u c"],
            alerts: ["w a@3 b@31 c@32 =00:32Z"]),
    ]

    private static let forbidden = [
        change(
            "negation", "a -> b -> c", "a -> b -> !d -> c", keys: "2 keys kept, 1 dropped", attempts: "2 attempts kept, 1 dropped",
            first: ["1 u a", "2 u x", "3 w a", "4 w b", "5 x a", "6 x b", "7 x x"],
            then: ["31 u b", "32 u d", "33 u c", "34 w c", "35 x c"], alerts: ["w a@3 b@4 c@34 =00:34Z"]),
        change(
            "allowed", "a -> !d -> b", "a -> b", keys: "0 keys kept, 1 dropped", attempts: "0 attempts kept, 1 dropped",
            first: ["1 u a", "2 u x"], then: ["31 u b"], alerts: []),
        change(
            "behind", "a -> !d -> b", "a -> !d -> b -> c", keys: "1 key kept, 0 dropped", attempts: "1 attempt kept, 0 dropped",
            first: ["1 u a", "2 w a", "3 w d"], then: ["31 u b", "32 u c", "33 w b", "34 w c"], alerts: ["u a@1 b@31 c@32 =00:32Z"]),
        change(
            "grouped", "a -> (b until d) -> c", "a -> b -> c", keys: "0 keys kept, 1 dropped", attempts: "0 attempts kept, 1 dropped",
            first: ["1 u a", "2 u x"], then: ["31 u b", "32 u c"], alerts: []),
    ]
}
