/// Every way in which design section 11 lets a rule change. The reload takes place when the stream has come to second 20; all
/// events of `first` are before it.
extension ReloadCase {
    private static let metadata = "what alerts say, or where they go, changed"
    private static let conditions = "conditions or durations changed; what is under way goes on under the new ones"
    static let pattern = "the pattern, its policies or its keys changed"

    /// `a -> b` of a user within a minute, with some lines replaced.
    static func pair(
        _ name: String, events: String = "a: k == \"a\", b: k == \"b\"", pattern: String = "a -> b", within: String = "60s",
        by: String = "user", filter: String = "", _ more: String = ""
    ) -> String {
        """
        from: in
        where: t == "\(name)"\(filter)
        by: \(by)
        events: { \(events) }
        pattern: "\(pattern)"
        within: \(within)
        \(more)
        """
    }

    static let all = metadataCases + conditionCases + patternCases + stepCases + setCases

    private static let metadataCases = [
        ReloadCase(
            name: "title", before: pair("title", "title: One"), after: pair("title", "title: Two\ndescription: Other"),
            plan: "\(metadata), 1 key kept", first: ["1 u a"], then: ["31 u b"], alerts: ["u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "level", before: pair("level"), after: pair("level", "level: high"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 w a", "3 w b"], then: ["31 u b"], alerts: ["w a@2 b@3 =00:03Z", "u a@1 b@31 =00:31Z high"]),
        ReloadCase(
            name: "tags", before: pair("tags"), after: pair("tags", "tags: [attack.t1110]"), plan: "\(metadata), 1 key kept",
            first: ["1 u a"], then: ["31 u b"], alerts: ["u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "select", before: pair("select"), after: pair("select", "select: { from: a.only_select, sum: a.v + b.v }"),
            plan: "\(metadata), 1 key kept", first: ["1 u a 5"], then: ["31 u b 7"], alerts: ["u a@1 b@31 =00:31Z from:<null> sum:12"]),
        ReloadCase(
            name: "actions", before: pair("actions"), after: pair("actions", "actions: [other]"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 w a", "3 w b"], then: ["31 u b"], alerts: ["w a@2 b@3 =00:03Z", "other: u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "suppress", before: pair("suppress", "suppress: { by: user, for: 20s }"),
            after: pair("suppress", "suppress: { by: user, for: 1h }"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 u b", "3 u a", "4 u b", "5 u a"], then: ["21 u b", "31 u a", "32 u b", "33 u a", "34 u b"],
            alerts: ["u a@1 b@2 =00:02Z", "u a@31 b@32 =00:32Z +2"]),
        ReloadCase(
            name: "unsuppress", before: pair("unsuppress", "suppress: { by: user, for: 1h }"), after: pair("unsuppress"),
            plan: "\(metadata), 1 key kept", first: ["1 u a", "2 u b", "3 u a", "4 u b", "5 u a"], then: ["31 u b"],
            alerts: ["u a@1 b@2 =00:02Z", "u a@5 b@31 =00:31Z"]),
        ReloadCase(
            name: "suppressby", before: pair("suppressby", "suppress: { by: user, for: 1h }"),
            after: pair("suppressby", "select: { v: b.v }\nsuppress: { by: v, for: 1h }"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 u b 1", "3 u a", "4 u b 1", "5 u a"], then: ["31 u b 1", "32 u a", "33 u b 1", "34 u a", "35 u b 2"],
            alerts: ["u a@1 b@2 =00:02Z", "u a@5 b@31 =00:31Z v:1", "u a@34 b@35 =00:35Z v:2"]),
        // What was held back before is told by the alert that comes next, what is held back from then on by a summary.
        ReloadCase(
            name: "summary", before: pair("summary", "suppress: { by: user, for: 25s }"),
            after: pair("summary", "suppress: { by: user, for: 20s, summary: true }"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 u b", "3 u a", "4 u b", "5 u a"], then: ["31 u b", "32 u a", "33 u b"],
            alerts: ["u a@1 b@2 =00:02Z", "u a@5 b@31 =00:31Z +1", "u =00:51Z suppressed +1"]),
        // The first alert was not seen by anybody.
        ReloadCase(
            name: "seen", before: pair("seen", "suppress: { by: user, for: 1h }\nmode: shadow"),
            after: pair("seen", "suppress: { by: user, for: 1h }"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 u b", "3 u a", "4 u b", "5 u a"], then: ["31 u b", "32 u a", "33 u b"],
            alerts: ["u a@5 b@31 =00:31Z"]),
        ReloadCase(
            name: "shadowed", before: pair("shadowed"), after: pair("shadowed", "mode: shadow"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 w a", "3 w b"], then: ["31 u b"], alerts: ["w a@2 b@3 =00:03Z"]),
        ReloadCase(
            name: "unshadowed", before: pair("unshadowed", "mode: shadow"), after: pair("unshadowed"), plan: "\(metadata), 1 key kept",
            first: ["1 u a", "2 w a", "3 w b"], then: ["31 u b"], alerts: ["u a@1 b@31 =00:31Z"]),
    ]

    private static let conditionCases = [
        ReloadCase(
            name: "constant", before: pair("constant", events: "a: k == \"a\", b: k == \"b\" and v > 100"),
            after: pair("constant", events: "a: k == \"a\", b: k == \"b\" and v > 5"), plan: "\(conditions), 1 key kept",
            first: ["1 u a", "2 u b 50"], then: ["31 u b 50"], alerts: ["u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "fields", before: pair("fields"), after: pair("fields", events: "a: k == \"a\", b: k == \"b\" and host == a.host"),
            plan: "\(conditions), 2 keys kept", first: ["1 u a 1 h1", "2 w a 1 h1"], then: ["31 w b 1 h2", "32 u b 1 h1"],
            alerts: ["u a@1 b@32 =00:32Z"]),
        ReloadCase(
            name: "where", before: pair("where"), after: pair("where", filter: " and v == 1"), plan: "\(conditions), 1 key kept",
            first: ["1 u a 2"], then: ["31 u b 2", "32 u b 1"], alerts: ["u a@1 b@32 =00:32Z"]),
        ReloadCase(
            name: "having", before: pair("having"), after: pair("having", "having: b.v > a.v"), plan: "\(conditions), 2 keys kept",
            first: ["1 u a 5", "2 w a 5"], then: ["31 u b 5", "32 w b 6"], alerts: ["w a@2 b@32 =00:32Z"]),
        ReloadCase(
            name: "shorter", before: pair("shorter"), after: pair("shorter", within: "15s"), plan: "\(conditions), 2 keys kept",
            first: ["1 u a", "18 w a"], then: ["31 u b", "32 w b"], alerts: ["w a@18 b@32 =00:32Z"]),
        ReloadCase(
            name: "longer", before: pair("longer", within: "25s"), after: pair("longer", within: "50s"), plan: "\(conditions), 1 key kept",
            first: ["1 u a"], then: ["31 u b"], alerts: ["u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "gap", before: pair("gap", pattern: "a ->[<= 25s] b"), after: pair("gap", pattern: "a ->[<= 40s] b"),
            plan: "\(conditions), 1 key kept", first: ["1 u a"], then: ["31 u b"], alerts: ["u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "absence", before: pair("absence", pattern: "a -> !b for 30s"), after: pair("absence", pattern: "a -> !b for 10s"),
            plan: "\(conditions), 2 keys kept", first: ["1 u a", "18 w a"], then: ["29 w b"],
            alerts: ["u a@1 =00:11Z", "w a@18 =00:28Z"]),
        ReloadCase(
            name: "patience", before: pair("patience", pattern: "a -> !b for 20s"), after: pair("patience", pattern: "a -> !b for 40s"),
            plan: "\(conditions), 2 keys kept", first: ["4 u a", "5 w a"], then: ["31 u b"], alerts: ["w a@5 =00:45Z"]),
        ReloadCase(
            name: "skip", before: pair("skip"), after: pair("skip", "skip: none"), plan: "\(conditions), 1 key kept",
            first: ["1 u a", "2 u a"], then: ["31 u b"], alerts: ["u a@1 b@31 =00:31Z", "u a@2 b@31 =00:31Z"]),
        ReloadCase(
            name: "prefer", before: pair("prefer", "skip: none"), after: pair("prefer", "skip: none\nprefer: latest"),
            plan: "\(conditions), 1 key kept", first: ["1 u a", "2 u a"], then: ["31 u b", "32 u a", "33 u a", "34 u b"],
            alerts: ["u a@2 b@31 =00:31Z", "u a@33 b@34 =00:34Z"]),
        ReloadCase(
            name: "stream", before: pair("stream"), after: pair("stream").replacing("from: in", with: "from: { a: [in, more], b: in }"),
            plan: "\(conditions), 1 key kept", first: ["1 u a"], then: ["31 u b"], alerts: ["u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "composed", before: composed("m.key.user == user"), after: composed("m.select.n == v"),
            others: ["~ composed.pair: \(conditions), 1 key kept"], first: ["1 u a 5"], then: ["31 u b 4", "32 u b 5"],
            alerts: ["u a@1 =00:01Z n:5", "u m b@32 =00:32Z"]),
        ReloadCase(
            name: "limit", before: pair("limit", "skip: none"),
            after: pair("limit", "skip: none\nlimit: { attempts: 1, when_full: drop_newest }"), plan: "\(conditions), 1 key kept",
            first: ["1 u a", "2 u a"], then: ["30 u a", "31 u b"], alerts: ["u a@1 b@31 =00:31Z", "u a@2 b@31 =00:31Z"]),
        ReloadCase(
            name: "fewer", before: pair("fewer", "skip: none"), after: pair("fewer", "skip: none\nlimit: { attempts: 2 }"),
            plan: "\(conditions), 1 key kept", first: ["1 u a", "2 u a", "3 u a"], then: ["30 u a", "31 u b"],
            alerts: ["u a@3 b@31 =00:31Z", "u a@30 b@31 =00:31Z"]),
        ReloadCase(
            name: "timeout", before: pair("timeout", within: "50s"), after: pair("timeout", within: "20s", "timeout: emit"),
            plan: "\(conditions), 1 key kept", first: ["5 u a"], then: ["31 u b"], alerts: ["u a@5 =00:05Z timeout"]),
        ReloadCase(
            name: "library", before: "use: [shared]\n" + pair("library", events: "a: k == \"a\", b: shared.end"),
            after: "use: [shared]\n" + pair("library", events: "a: k == \"a\", b: shared.end"), plan: "\(conditions), 1 key kept",
            first: ["1 u a"], then: ["31 u b", "32 u e"], alerts: ["u a@1 b@32 =00:32Z"]),
    ]

    /// A rule, and another that reads its matches.
    private static func composed(_ condition: String) -> String {
        """
        rule: composed
        from: in
        where: t == "composed"
        by: user
        events: { a: k == "a" }
        pattern: a
        select: { n: a.v }
        tests: []
        ---
        rule: composed.pair
        from: { m: matches, b: in }
        by: { m: key.user, b: user }
        events: { m: rule == "composed", b: 't == "composed" and k == "b" and \(condition)' }
        pattern: m -> b
        within: 60s
        """
    }

    private static let patternCases = [
        ReloadCase(
            name: "compose",
            before:
                "from: in\nevents: { a: 't == \"compose\" and k == \"a\"', b: 't == \"compose\" and k == \"b\"' }\npattern: a -> b\nwithin: 60s",
            after:
                "from: { a: in, b: matches }\nevents: { a: 't == \"compose\" and k == \"a\"', b: rule == \"none\" }\npattern: a -> b\nwithin: 60s",
            plan: "\(pattern), 1 key dropped", first: ["1 u a"], then: ["31 u b"], alerts: []),
        ReloadCase(
            name: "key", before: pair("key"), after: pair("key", by: "[user, host]"), plan: "\(pattern), 1 key dropped",
            first: ["1 u a 1 h"], then: ["31 u b 1 h", "32 u a 1 h", "33 u b 1 h"], alerts: ["h u a@32 b@33 =00:33Z"]),
        ReloadCase(
            name: "ownkeys", before: pair("ownkeys", by: "{ a: user, b: host }"), after: pair("ownkeys", by: "{ a: user, b: v }"),
            plan: "\(pattern), 1 key dropped", first: ["1 7 a"], then: ["31 x b 7", "32 7 a", "33 x b 7"],
            alerts: ["7 a@32 b@33 =00:33Z"]),
        ReloadCase(
            name: "emit", before: pair("emit", pattern: "a+ -> b"), after: pair("emit", pattern: "a+ -> b", "emit: final"),
            plan: "\(pattern), 1 key dropped", first: ["1 u a"], then: ["31 u b"], alerts: []),
        ReloadCase(
            name: "until", before: pair("until", "skip: none"),
            after: pair("until", events: "a: k == \"a\", b: k == \"b\", d: k == \"d\"", "until: d\nskip: none"),
            plan: "\(pattern), 1 key dropped", first: ["1 u a"], then: ["31 u b"], alerts: []),
    ]

    private static let setCases = [
        ReloadCase(
            name: "untouched", before: pair("untouched"), after: pair("untouched"), plan: nil, first: ["1 u a"], then: ["31 u b"],
            alerts: ["u a@1 b@31 =00:31Z"]),
        ReloadCase(
            name: "added", before: nil, after: pair("added"), plan: "new", first: ["1 u a"], then: ["31 u b", "32 u a", "33 u b"],
            alerts: ["u a@32 b@33 =00:33Z"]),
        ReloadCase(
            name: "removed", before: pair("removed"), after: nil, plan: "gone, 1 key dropped", first: ["1 u a"], then: ["31 u b"],
            alerts: []),
        ReloadCase(
            name: "renamed", before: pair("renamed"), after: "rule: renamed.new\n" + pair("renamed"), plan: "gone, 1 key dropped",
            others: ["+ renamed.new: new"], first: ["1 u a"], then: ["31 u b", "32 u a", "33 u b"], alerts: ["u a@32 b@33 =00:33Z"]),
    ]
}
