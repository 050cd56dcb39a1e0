extension ConfigurationSample {
    /// Mistakes in what follows a sound source and sound rules.
    static let sections: [ConfigurationSample] = [
        .section(
            "dead_leter: x", "3:1 error[FX0101]", under: "dead_leter", "the configuration has no key `dead_leter`",
            hint: "did you mean `dead_letter`?"),
        .section(
            "workers: 1\nworkers: 2", "4:1 error[FX0004]", under: "workers", "key `workers` stands twice in one mapping",
            hint: "remove one of them"),
        .section("patterns: pattern", "3:11 error[FX0001]", under: "pattern", "`pattern` cannot be read: No such file or directory"),
        .section("workers: 0", "3:10 error[FX0104]", under: "0", "`workers` must be a whole number from 1 to 1024"),
        .section(
            "workers: ${env:WORKERS}", "3:10 error[FX0104]", under: "${env:WORKERS}", "`workers` must be a whole number from 1 to 1024",
            hint: "`${…}` gives texts, a number is written out"),
        .section(
            "state: sqlite:./state", "3:8 error[FX0104]", under: "sqlite:./state", "`state` begins with no scheme known here",
            hint: "one of: memory:, rocksdb:PATH, redis://…, redis+unix://…, redis+sentinel://…, redis+cluster://…"),
        .section("state: [x]", "3:8 error[FX0103]", under: "[x]", "`state` must be a mapping, not a list"),
        .section(
            "state: { checkpoints: 1s }", "3:10 error[FX0101]", under: "checkpoints", "`state` has no key `checkpoints`",
            hint: "did you mean `checkpoint`?"),
        .section(
            "state: 'rocksdb:'", "3:9 error[FX0104]", under: "rocksdb:", "`rocksdb:` needs the path of a directory",
            hint: "such as rocksdb:./state"),
        .section(
            "state: 'redis://h/0?nam=x'", "3:9 error[FX0104]", under: "redis://h/0?nam=x",
            "`state`: the Redis URL has an unknown option; there are connect_timeout, db, name, sentinel_password, sentinel_user, timeout"
        ),
        .section("state: { url: 'memory:x' }", "3:16 error[FX0104]", under: "memory:x", "nothing can stand behind `memory:`"),
        .section("state: { checkpoint: 0s }", "3:22 error[FX0105]", under: "0s", "`checkpoint` must be at least 1ms"),
        .section("state: { events: 1.5 }", "3:18 error[FX0104]", under: "1.5", "`events` must be a whole number from 1 to 1000000000"),
        .section(
            "state: { memory: 512Mb }", "3:18 error[FX0603]", under: "512Mb", "`memory` must be a size, not `512Mb`",
            hint: "such as 512MiB, 2GB or plain bytes; units B kB MB GB TB KiB MiB GiB TiB"),
        .section(
            "state: { memory: 9999999999TiB }", "3:18 error[FX0603]", under: "9999999999TiB",
            "`memory` must be a size, not `9999999999TiB`", hint: "such as 512MiB, 2GB or plain bytes; units B kB MB GB TB KiB MiB GiB TiB"),
        .section("state: { memory: 4kB }", "3:18 error[FX0603]", under: "4kB", "`memory` must be at least 1MiB"),
        .section("state: { sync: 1 }", "3:16 error[FX0103]", under: "1", "`sync` must be true or false"),
        .section(
            "state: { start_timeout: forever }", "3:25 error[FX0105]", under: "forever",
            "`start_timeout` must be a duration, not `forever`", hint: "such as 90s, 1m30s, 500ms; units ns us ms s m h d w"),
        .section("actions: [log]", "3:10 error[FX0103]", under: "[log]", "`actions` must be a mapping, not a list"),
        .section(
            "actions: { 'to log': { type: stdout } }", "3:12 error[FX0211]", under: "'to log'", "`to log` is no name for an action",
            hint: "letters, digits, `_`, `.` and `-`"),
        .section(
            "actions: { log: { path: a.ndjson } }", "3:12 error[FX0102]", under: "log", "action `log` needs the key `type`",
            hint: "one of: stdout, file, webhook, slack, alertmanager, email, syslog, redis, exec"),
        .section(
            "actions: { log: { type: fiel } }", "3:25 error[FX0104]", under: "fiel", "`type` cannot be `fiel`", hint: "did you mean `file`?"
        ),
        .section(
            "actions: { hook: { type: kafka, url: x } }", "3:26 error[FX0109]", under: "kafka",
            "actions of type `kafka` are not in this version",
            hint: "this version has: stdout, file, webhook, slack, alertmanager, email, syslog, redis, exec"),
        .section(
            "actions: { log: { type: stdout, path: x } }", "3:33 error[FX0101]", under: "path",
            "an action of type `stdout` has no key `path`", hint: "known keys: type, level, retry, rate, batch, circuit, queue"),
        .section("actions: { log: { type: file } }", "3:12 error[FX0102]", under: "log", "action `log` needs the key `path`"),
        .section(
            "actions: { log: { type: stdout, level: hig } }", "3:40 error[FX0104]", under: "hig", "`level` cannot be `hig`",
            hint: "did you mean `high`?"),
        .section(
            "actions: { log: { type: stdout } }\ndefault_actions: [lgo]", "4:19 error[FX0601]", under: "lgo",
            "no action `lgo` is configured", hint: "did you mean `log`?"),
        .section("dead_letter: [a]", "3:14 error[FX0103]", under: "[a]", "`dead_letter` must be a single value, not a list"),
        .section(
            "actions: { log: { type: file, path: out } }\ndead_letter: ./out", "3:37 error[FX0104]", under: "out",
            "action `log` writes the file of `dead_letter`"),
        .section("log: { levle: info }", "3:8 error[FX0101]", under: "levle", "`log` has no key `levle`", hint: "did you mean `level`?"),
        .section(
            "log: { level: verbose }", "3:15 error[FX0104]", under: "verbose", "`level` cannot be `verbose`",
            hint: "one of: trace, debug, info, notice, warning, error, critical"),
        .section("log: { format: xml }", "3:16 error[FX0104]", under: "xml", "`format` cannot be `xml`", hint: "one of: text, json"),
        .section(
            "dead_letter: ${env:NOT_SET_HERE}/dead", "3:14 error[FX0602]", under: "${env:NOT_SET_HERE}",
            "the environment has no variable `NOT_SET_HERE`"),
        .section(
            "dead_letter: dead/${file:secret}", "3:19 error[FX0602]", under: "${file:secret}",
            "`secret` cannot be read: No such file or directory"),
        .section("dead_letter: ${file:.}", "3:14 error[FX0602]", under: "${file:.}", "`.` cannot be read: it is no regular file"),
        .section(
            "dead_letter: ${HOME}/dead", "3:14 error[FX0602]", under: "${HOME}", "`${HOME}` stands for nothing",
            hint: "${env:NAME} or ${file:PATH}; `$${` stands for the text `${`"),
        .section("dead_letter: ${env:}", "3:14 error[FX0602]", under: "${env:}", "`${env:}` names no variable", hint: "${env:NAME}"),
        .section(
            "dead_letter: ${env:HOME", "3:14 error[FX0602]", under: "${env:HOME", "this `${` is never closed",
            hint: "`$${` stands for the text `${`"),
        .section(
            "dead_letter: ${env:A=B}", "3:14 error[FX0602]", under: "${env:A=B}", "`${env:A=B}` names no variable", hint: "${env:NAME}"),
    ]
}

extension ConfigurationSample {
    /// Whole configurations.
    static let whole: [ConfigurationSample] = [
        .whole("- sources", "1:1 error[FX0103]", under: "- sources", "the configuration must be a mapping, not a list"),
        .whole(
            "sources: { s: { path: in.ndjson } }\nrules: [rule.yaml]\n---\nsources: { s: { path: in.ndjson } }\nrules: [rule.yaml]",
            "4:1 error[FX0002]", under: "s", "a configuration is one document; here begins another"),
        .whole("rules: [rule.yaml]", "1:1 error[FX0102]", under: "r", "the configuration needs the key `sources`"),
        .whole("sources: { s: { path: in.ndjson } }", "1:1 error[FX0102]", under: "s", "the configuration needs the key `rules`"),
        .whole("sources: [a]\nrules: [rule.yaml]", "1:10 error[FX0103]", under: "[a]", "`sources` must be a mapping, not a list"),
        .whole("sources: {}\nrules: [rule.yaml]", "1:10 error[FX0104]", under: "{}", "`sources` names no source"),
        .whole(
            "sources:\n  a b: { path: in.ndjson }\nrules: [rule.yaml]", "2:3 error[FX0211]", under: "a b", "`a b` is no name for a source",
            hint: "letters, digits, `_`, `.` and `-`"),
        .whole(
            "sources:\n  matches: { path: in.ndjson }\nrules: [rule.yaml]", "2:3 error[FX0211]", under: "matches",
            "a source cannot be named `matches`", hint: "that is the stream of the rules' matches"),
        .whole(
            "sources:\n  a: { type: stdin }\n  b: { type: stdin }\nrules: [rule.yaml]", "3:3 error[FX0104]", under: "b",
            "standard input can be read by one source only", hint: "source `a` reads it"),
        .whole(
            "sources: { s: { path: in.ndjson } }\nrules: [rule.yaml, ruls]", "2:20 error[FX0001]", under: "ruls",
            "`ruls` cannot be read: No such file or directory"),
        .whole("sources: { s: { path: in.ndjson } }\nrules: []", "2:8 error[FX0104]", under: "[]", "`rules` names no path"),
        .whole(
            "sources: { s: { path: in.ndjson } }\nrules: { a: b }", "2:8 error[FX0103]", under: "{ a: b }",
            "`rules` must be a text or a list of texts, not a mapping"),
        .whole(
            "sources: { s: { path: '*.ndjson' } }\nrules: [rule.yaml]\nactions: { log: { type: file, path: out.ndjson } }",
            "3:37 error[FX0104]", under: "out.ndjson", "action `log` writes a file that source `s` reads"),
        .whole(
            "sources: { s: { path: 'in/*', late: { side: in/late } } }\nrules: [rule.yaml]", "1:37 error[FX0104]",
            under: "{ side: in/late }", "`late` of source `s` writes a file that source `s` reads"),
    ]
}
