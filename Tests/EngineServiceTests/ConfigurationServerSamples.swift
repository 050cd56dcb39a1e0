extension ConfigurationSample {
    private static let hash = String(repeating: "0", count: 64)
    private static let protection =
        "tls: { certificate: cert.pem, key: key.pem } and tokens: [{ name: …, scopes: [read], sha256: … }]; "
        + "or 127.0.0.1:8080, behind a reverse proxy on this machine"

    /// Mistakes in `server`.
    static let server: [ConfigurationSample] = [
        .section("server: [x]", "3:9 error[FX0103]", under: "[x]", "`server` must be a mapping, not a list"),
        .section(
            "server: { lisen: '127.0.0.1:1' }", "3:11 error[FX0101]", under: "lisen", "`server` has no key `lisen`",
            hint: "did you mean `listen`?"),
        .section(
            "server: localhost", "3:9 error[FX0104]", under: "localhost", "`server` must be an address and a port, not `localhost`",
            hint: "such as 127.0.0.1:8080"),
        .section(
            "server: { listen: '127.0.0.1:70000' }", "3:20 error[FX0104]", under: "127.0.0.1:70000",
            "`listen` must be an address and a port, not `127.0.0.1:70000`", hint: "such as 127.0.0.1:8080"),
        .section(
            "server: '10.0.0.1:8443'", "3:10 error[FX0102]", under: "10.0.0.1:8443",
            "`10.0.0.1:8443` is no loopback address: that needs `tls` and `tokens`", hint: protection),
        .section(
            "server: { listen: 'flux.example:8443', tls: }", "3:20 error[FX0102]", under: "flux.example:8443",
            "`flux.example:8443` is no loopback address: that needs `tls` and `tokens`", hint: protection),
        .section(
            "server: { listen: '[2001:db8::1]:8443', tls: { certificate: c, key: k }, tokens: }", "3:20 error[FX0102]",
            under: "[2001:db8::1]:8443", "`[2001:db8::1]:8443` is no loopback address: that needs `tokens`", hint: protection),
        .section(
            "server: { listen: '10.0.0.1:8443', tokens: [{ name: a, scopes: [read], sha256: \(hash) }] }", "3:20 error[FX0102]",
            under: "10.0.0.1:8443", "`10.0.0.1:8443` is no loopback address: that needs `tls`", hint: protection),
        .section(
            "server: { listen: '0.0.0.0:8443', tls: { certificate: c, key: k }, tokens: [{ name: a, scopes: [read], value: '${env:SECRET}' }] }",
            "3:20 error[FX0102]", under: "0.0.0.0:8443",
            "`0.0.0.0:8443` stands for every address of this machine: `hosts` must say what clients call it",
            hint: "hosts: [fluxcore.example]"),
        .section(
            "server: { hosts: [], listen: '[::]:8443', tls: { certificate: c, key: k }, tokens: [{ name: a, scopes: [read], value: '${env:SECRET}' }] }",
            "3:31 error[FX0102]", under: "[::]:8443",
            "`[::]:8443` stands for every address of this machine: `hosts` must say what clients call it",
            hint: "hosts: [fluxcore.example]"),
        .section(
            "server: { tls: { key: k } }", "3:16 error[FX0102]", under: "{ key: k }", "`tls` needs the key `certificate`"),
        .section(
            "server: { tls: { certificate: c, key: k, ca: x } }", "3:42 error[FX0101]", under: "ca", "`tls` has no key `ca`",
            hint: "known keys: certificate, key"),
        .section("server: { tls: true }", "3:16 error[FX0103]", under: "true", "`tls` must be a mapping, not a single value"),
        .section(
            "server: { hosts: ['a.example:80'] }", "3:20 error[FX0104]", under: "a.example:80", "`a.example:80` is no host's name",
            hint: "such as fluxcore.example or [2001:db8::1], without a port"),
        .section("server: { tokens: [] }", "3:19 error[FX0104]", under: "[]", "`tokens` names no token", hint: "leave it out"),
        .section(
            "server: { tokens: [{ name: a, scopes: [read], sha256: x }] }", "3:55 error[FX0104]", under: "x",
            "`sha256` must be 64 hexadecimal digits", hint: "printf %s \"$TOKEN\" | sha256sum"),
        .section(
            "server: { tokens: [{ name: a, scopes: [wirte], value: '${env:SECRET}' }] }", "3:40 error[FX0104]", under: "wirte",
            "`scopes` cannot have `wirte`", hint: "one of: read, operate, ingest"),
        .section(
            "server: { tokens: [{ name: a, scopes: [read], value: in-the-open-for-all }] }", "3:54 error[FX0104]",
            under: "in-the-open-for-all",
            "`value` must come from ${env:NAME} or ${file:PATH}: a token does not stand in a configuration",
            hint: "or `sha256`, which tells nothing"),
        .section(
            "server: { tokens: [{ name: a, scopes: [read] }] }", "3:20 error[FX0102]", under: "{ name: a, scopes: [read] }",
            "a token needs either `sha256` or `value`"),
        .section("server: { timeout: 1ms }", "3:20 error[FX0105]", under: "1ms", "`timeout` must be at least 100ms"),
        .section(
            "server: { connections: 0 }", "3:24 error[FX0104]", under: "0", "`connections` must be a whole number from 1 to 10000"),
        .section("server: { body: 1 }", "3:17 error[FX0603]", under: "1", "`body` must be at least 1KiB"),
        .whole(
            "sources: { s: { type: http, path: x } }\nrules: [rule.yaml]\nserver: localhost:1", "1:29 error[FX0101]", under: "path",
            "a source of type `http` has no key `path`",
            hint: "known keys: type, format, columns, expression, time, lateness, idle, late, queue"),
        .whole(
            "sources: { s: { type: http, queue: 1kB } }\nrules: [rule.yaml]\nserver: localhost:1", "1:36 error[FX0603]", under: "1kB",
            "`queue` must be at least 64KiB"),
        .whole(
            "sources: { s: { type: http, format: csv } }\nrules: [rule.yaml]\nserver: localhost:1", "1:37 error[FX0104]", under: "csv",
            "a source of type `http` takes `ndjson` only"),
        .source(
            "{ type: http }", "2:3 error[FX0102]", under: "s", "source `s` is pushed to, and nothing listens: `server` is missing",
            hint: "server: { listen: \"127.0.0.1:8080\" }"),
    ]
}
