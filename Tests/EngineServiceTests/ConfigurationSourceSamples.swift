extension ConfigurationSample {
    /// Mistakes in a source.
    static let sources: [ConfigurationSample] = [
        .source("in.ndjson", "2:6 error[FX0103]", under: "in.ndjson", "source `s` must be a mapping, not a single value"),
        .source(
            "{ type: fil, path: in.ndjson }", "2:14 error[FX0104]", under: "fil", "`type` cannot be `fil`", hint: "did you mean `file`?"),
        .source(
            "{ type: stdin, path: in.ndjson }", "2:21 error[FX0101]", under: "path", "a source of type `stdin` has no key `path`",
            hint: "known keys: type, format, columns, expression, time, lateness, idle, late"),
        .source(
            "{ path: in.ndjson, folow: true }", "2:25 error[FX0101]", under: "folow", "a source of type `file` has no key `folow`",
            hint: "did you mean `follow`?"),
        .source("{ format: csv }", "2:3 error[FX0102]", under: "s", "source `s` needs the key `path`"),
        .source("{ path: [in.ndjson] }", "2:14 error[FX0103]", under: "[in.ndjson]", "`path` must be a single value, not a list"),
        .source("{ path: '' }", "2:14 error[FX0104]", under: "''", "`path` is empty"),
        .source(#"{ path: "a\0b" }"#, "2:15 error[FX0104]", under: #"a\0b"#, "`path` has a character 0, which no text here can have"),
        .source("{ path: in.ndjson, follow: yes }", "2:33 error[FX0103]", under: "yes", "`follow` must be true or false"),
        .source(
            "{ path: in.ndjson, format: json }", "2:33 error[FX0104]", under: "json", "`format` cannot be `json`",
            hint: "did you mean `ndjson`?"),
        .source(
            "{ path: in.ndjson, columns: [a] }", "2:25 error[FX0104]", under: "columns",
            "`columns` belongs to `format: csv`; this source's is `ndjson`"),
        .source(
            "{ path: in.csv, columns: [] }", "2:31 error[FX0104]", under: "[]", "`columns` names no column",
            hint: "leave it out to read them from the file"),
        .source(
            "{ path: in.csv, columns: [a, b, a] }", "2:38 error[FX0104]", under: "a", "`a` stands twice in `columns`",
            hint: "remove one of them"),
        .source(
            "{ path: in.csv, columns: { a: b } }", "2:31 error[FX0103]", under: "{ a: b }",
            "`columns` must be a text or a list of texts, not a mapping"),
        .source(
            "{ path: in.ndjson, expression: a }", "2:25 error[FX0104]", under: "expression",
            "`expression` belongs to `format: text`; this source's is `ndjson`"),
        .source("{ path: in.log, format: text }", "2:3 error[FX0102]", under: "s", "a source of `format: text` needs the key `expression`"),
        .source(
            "{ path: in.log, format: text, expression: '(?P<a>x' }", "2:49 error[FX0306]", under: "(?P<a>x",
            "RE2 does not accept `expression`: missing ): (?P<a>x"),
        .source(
            #"{ path: in.log, format: text, expression: '(\w+) \[?(x)' }"#, "2:49 error[FX0104]", under: #"(\w+) \[?(x)"#,
            "`expression` has no named group, so its events would have no fields", hint: #"such as (?P<user>\w+)"#),
        .source(
            #"{ path: in.log, format: text, expression: '(?P<when>\d+)', time: wen }"#, "2:71 error[FX0104]", under: "wen",
            "`expression` has no group named `wen`", hint: "did you mean `when`?"),
        .source(
            #"{ path: in.log, format: text, expression: '(?P<when>\d+)', time: { feld: when } }"#, "2:71 error[FX0102]",
            under: "{ feld: when }", "`time` needs the key `field`"),
        .source(
            #"{ path: in.log, format: text, expression: '(?P<when>\d+)', time: { zone: UTC } }"#, "2:71 error[FX0102]",
            under: "{ zone: UTC }", "`time` needs the key `field`"),
        .source(
            #"{ path: in.log, format: text, expression: '(?P<when>\d+)', time: { field: when, year: 2026 } }"#, "2:86 error[FX0104]",
            under: "year", "`year` is for a `format` that has none", hint: "add `format`"),
        .source(
            "{ path: in.log, format: text, expression: '(?P<when>.+)', time: { field: when, format: '%b %e', year: 26 } }",
            "2:108 error[FX0104]", under: "26", "`year` must be a whole number from 1678 to 2261"),
        .source(
            "{ path: in.log, format: text, expression: '(?P<when>.+)', time: { field: when, format: '%H:%M' } }", "2:93 error[FX0104]",
            under: "'%H:%M'", "time format: names no day of the year", hint: "as of strptime, such as %Y-%m-%d %H:%M:%S"),
        .source(
            "{ type: redis, url: 'redis://h:70000/0', key: k }", "2:27 error[FX0104]", under: "redis://h:70000/0",
            "`url`: a port of the Redis URL is no number from 1 to 65535"),
        .source(
            "{ path: in.log, format: text, expression: '(?P<when>.+)', time: { field: when, zone: Europe/Berlin } }", "2:91 error[FX0104]",
            under: "Europe/Berlin", "`zone` must be an offset from UTC, not `Europe/Berlin`",
            hint: "UTC, or such as +02:00; names of regions are not known"),
        .source(
            "{ path: in.ndjson, time: { field: ts, format: '%s' } }", "2:44 error[FX0104]", under: "format",
            "`format` of `time` belongs to `format: text`", hint: "times of other formats are RFC 3339 or numbers"),
        .source(
            "{ path: in.ndjson, lateness: 5 minutes }", "2:35 error[FX0105]", under: "5 minutes",
            "`lateness` must be a duration, not `5 minutes`", hint: "such as 90s, 1m30s, 500ms; units ns us ms s m h d w"),
        .source(
            "{ path: in.ndjson, lateness: -5s }", "2:35 error[FX0105]", under: "-5s", "`lateness` must be a duration, not `-5s`",
            hint: "such as 90s, 1m30s, 500ms; units ns us ms s m h d w"),
        .source(
            "{ path: in.ndjson, idle: nevr }", "2:31 error[FX0105]", under: "nevr", "`idle` must be a duration, not `nevr`",
            hint: "such as 90s, 1m30s, 500ms; units ns us ms s m h d w; `never` for a source that is waited for however long it takes"),
        .source(
            "{ path: in.ndjson, idle: 0s }", "2:31 error[FX0105]", under: "0s", "`idle` must be at least 1ms",
            hint: "`never` for a source that is waited for however long it takes"),
        .source(
            "{ path: in.ndjson, start: begining }", "2:32 error[FX0104]", under: "begining", "`start` cannot be `begining`",
            hint: "did you mean `beginning`?"),
        .source(
            "{ path: in.ndjson, late: keep }", "2:31 error[FX0104]", under: "keep", "`late` cannot be `keep`",
            hint: "one of: drop, process, { side: PATH }"),
        .source(
            "{ path: in.ndjson, late: [drop] }", "2:31 error[FX0103]", under: "[drop]",
            "`late` must be drop, process or { side: PATH }, not a list"),
        .source(
            "{ path: in.ndjson, late: { sid: late.ndjson } }", "2:31 error[FX0102]", under: "{ sid: late.ndjson }",
            "`late` needs the key `side`"),
        .source("{ type: redis, keys: [a] }", "2:3 error[FX0102]", under: "s", "source `s` needs the key `url`"),
        .source(
            #"{ type: redis, url: "redis://h" }"#, "2:3 error[FX0102]", under: "s", "source `s` needs the key `keys`",
            hint: "the names of Redis streams"),
        .source(#"{ type: redis, url: "redis://h", keys: [] }"#, "2:45 error[FX0104]", under: "[]", "`keys` names no stream"),
        .source(
            #"{ type: redis, url: "redis://h", key: a, keys: [b] }"#, "2:39 error[FX0104]", under: "key", "`key` and `keys` are one thing",
            hint: "keep `keys`"),
        .source(
            #"{ type: redis, url: "http://h", keys: [a] }"#, "2:27 error[FX0104]", under: "http://h",
            "`url` begins with no scheme known here", hint: "one of: redis://…, redis+unix://…, redis+sentinel://…, redis+cluster://…"),
        .source(
            #"{ type: redis, url: "rediss://h", keys: [a] }"#, "2:27 error[FX0109]", under: "rediss://h",
            "Redis over TLS is not in this version",
            hint: "let a TLS proxy such as stunnel connect to it, and give the proxy's address on this host as redis://…"),
    ]
}
