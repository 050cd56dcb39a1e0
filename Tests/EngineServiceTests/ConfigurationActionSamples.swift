/// Mistakes in actions of each type, one at a time.
extension ConfigurationSample {
    /// A mistake in the action `a`, where `under` stands first.
    private static func action(
        _ action: String, _ kind: String, under: String, _ message: String, hint: String = ""
    ) -> Self {
        let line = "  a: \(action)"
        let column = line.ranges(of: under).first.map { line.distance(from: line.startIndex, to: $0.lowerBound) + 1 } ?? 0
        return section("actions:\n\(line)", "4:\(column) \(kind)", under: under, message, hint: hint)
    }

    static let actions: [Self] = [
        .action("{ type: webhook }", "error[FX0102]", under: "a", "action `a` needs the key `url`"),
        .action(
            "{ type: webhook, url: 'ftp://h' }", "error[FX0104]", under: "ftp://h",
            "`url` must begin with http:// or https:// and name a host"),
        .action(
            "{ type: webhook, url: 'http://h', method: GET }", "error[FX0104]", under: "GET", "`method` cannot be `GET`",
            hint: "one of: POST, PUT, PATCH"),
        .action(
            "{ type: webhook, url: 'http://h', body: '{\"a\": {{rul}}}' }", "error[FX0605]", under: "rul", "an alert has no `rul`",
            hint: "known: match_id, rule, level, kind, key, start, end, events, steps, select, suppressed, json"),
        .action(
            "{ type: webhook, url: 'http://h', body: 'hello {{rule}}' }", "error[FX0605]", under: "'hello {{rule}}'",
            "`body` is no JSON once its values stand in it", hint: "for another format say so: `headers: { Content-Type: text/plain }`"),
        .action(
            "{ type: webhook, url: 'http://h', headers: { Idempotency-Key: x } }", "error[FX0211]", under: "Idempotency-Key",
            "`Idempotency-Key` cannot be set as a header"),
        .action(
            "{ type: webhook, url: 'http://h', headers: { Authorization: Bearer abcdef } }", "warning[FX0604]", under: "Bearer abcdef",
            "header `Authorization` is a secret and stands in the configuration",
            hint: "write ${env:NAME} or ${file:PATH}; then it is also kept out of the log"),
        .action(
            "{ type: webhook, url: 'http://h', tls: { ca: gone.pem } }", "error[FX0001]", under: "gone.pem",
            "`gone.pem` cannot be read: No such file or directory"),
        .action(
            "{ type: webhook, url: 'http://h', headers: { X-Rule: '{{rule}}' }, batch: { count: 2 } }", "error[FX0605]",
            under: "'{{rule}}'",
            "a batch has one `X-Rule` for all its alerts: it cannot show parts of one", hint: "leave out `batch`, or show it in `body`"),
        .action(
            "{ type: email, server: 'm:x', from: a@b, to: [c@d] }", "error[FX0104]", under: "m:x",
            "`server` must be a host, or a host and a port", hint: "such as mail.example:587"),
        .action(
            "{ type: email, server: m, from: nowhere, to: [c@d] }", "error[FX0104]", under: "nowhere", "`nowhere` is no mail address",
            hint: "name@host, or Name <name@host>"),
        .action(
            "{ type: email, server: m, from: a@b, to: [\"c@d\\r\\nBcc: x\"] }", "error[FX0104]", under: "c@d\\r\\nBcc: x",
            "`c@d\r\nBcc: x` is no mail address", hint: "name@host, or Name <name@host>"),
        .action(
            "{ type: syslog, server: s, app: 'a b' }", "error[FX0104]", under: "a b",
            "`app` must be at most 48 printable ASCII characters without spaces"),
        .action(
            "{ type: redis, url: 'redis://h' }", "error[FX0102]", under: "a",
            "action `a` needs one of the keys `stream`, `list` and `channel`", hint: "the name of what alerts are written to"),
        .action(
            "{ type: exec, command: [/bin/true] }", "error[FX0104]", under: "/bin/true", "`/bin/true` is not in `allow_exec`",
            hint: "programs are started only when the configuration allows them: `allow_exec: [PATH]` beside `actions`"),
        .action(
            "{ type: exec, command: /bin/true }", "error[FX0103]", under: "/bin/true",
            "`command` must be a list: a program and its arguments", hint: "such as [/usr/local/bin/page, --now]"),
        .action(
            "{ type: email, server: m, from: a@b, to: [c@d], batch: { count: 2 } }", "error[FX0104]", under: "batch",
            "this type takes one match at a time: `batch` does not belong here"),
        .action(
            "{ type: stdout, retry: { give_up: 0 } }", "error[FX0104]", under: "0",
            "`give_up` must be a whole number from 1 to 1000000000"),
        .action(
            "{ type: stdout, queue: { max: 10, when_full: drop } }", "error[FX0104]", under: "drop", "`when_full` cannot be `drop`",
            hint: "one of: keep, drop_oldest, drop_newest, dead_letter"),
        .action(
            "{ type: stdout, rate: { per: 1s } }", "error[FX0102]", under: "{ per: 1s }", "`rate` needs the key `count`"),
        .action(
            "{ type: file, path: out, rotate: { size: 1B } }", "error[FX0603]", under: "1B", "`size` must be at least 1KiB"),
    ]
}
