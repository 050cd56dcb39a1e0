import Foundation
import StateStore
import TestSupport
import Testing

/// `fluxcore state` on stores of both kinds.
@Suite(.serialized) struct StateCommandTests {
    private let bench: Workbench
    private let url: String

    init() throws {
        bench = try Workbench()
        url = "rocksdb:\(bench.path)/state"
        try StateSample().fill(url)
    }

    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Workbench.Result {
        try bench.run(["state"] + arguments, environment: environment)
    }

    private static let list = #"""
        RULE             KEY                 ATTEMPTS  EXPIRES               AWAITS
        auth.bruteforce  ["bob"]                    2  2026-01-01T00:10:00Z  -> fail (2); -> ok
        auth.bruteforce  ["zoë"]                    1  2026-01-01T00:10:20Z  -> fail
        auth.quiet       ["ann \"x\"",null]         1  2026-01-01T01:00:40Z  -> !bad for 1m30s ->[<= 1h] ok
        auth.quiet       ["ann","h1"]               1  2026-01-01T01:00:30Z  -> !bad for 1m30s ->[<= 1h] ok
        auth.silence     []                         2  2026-01-01T01:00:30Z  -> !bad for the rest of within (2)

        """#

    @Test func listShowsWhatEachKeyWaitsFor() throws {
        let result = try run("ls", "--state", url)
        #expect(result.output == Self.list)
        #expect(result.status == 0 && result.errors.isEmpty)
        let limited = try run("ls", "--state", url, "--rule", "auth.bruteforce", "--limit", "1", "--format", "json")
        #expect(
            limited.output == #"""
                {"rule":"auth.bruteforce","key":["bob"],"attempts":2,"awaits":[{"step":"-> fail","threads":2},{"step":"-> ok","threads":1}],"expires":"2026-01-01T00:10:00Z"}

                """#)
        #expect(limited.errors == "1 of 2 keys; --limit 0 shows all\n")
    }

    @Test func showTellsEverythingOfOneKey() throws {
        let result = try run("show", "--state", url, "--rule", "auth.bruteforce", "--key", "bob")
        #expect(
            result.output == #"""
                rule     auth.bruteforce (high)
                key      user "bob"
                clock    2026-01-01T00:00:40Z
                expires  from 2026-01-01T00:10:00Z to 2026-01-01T00:10:10Z

                attempt 1, since 2026-01-01T00:00:00Z, looked at again at 2026-01-01T00:10:00Z
                    fail  2026-01-01T00:00:00Z  auth  {"user":"bob","outcome":"failure"}
                    fail  2026-01-01T00:00:10Z  auth  {"user":"bob","outcome":"failure"}
                    awaits -> fail, until 2026-01-01T00:10:00Z
                    awaits -> ok, until 2026-01-01T00:10:00Z

                attempt 2, since 2026-01-01T00:00:10Z, looked at again at 2026-01-01T00:10:10Z
                    fail  2026-01-01T00:00:10Z  auth  {"user":"bob","outcome":"failure"}
                    awaits -> fail, until 2026-01-01T00:10:10Z

                """#)
        #expect(result.status == 0 && result.errors.isEmpty)
        let absence = try run("show", "--state", url, "--rule", "auth.quiet", "--key", #"["ann","h1"]"#).output
        #expect(absence.contains(#"key      user "ann", host "h1""#))
        #expect(
            absence.contains(
                "awaits -> !bad for 1m30s ->[<= 1h] ok, from 2026-01-01T00:02:00.000000001Z, until 2026-01-01T01:00:30Z"))
        #expect(
            try run("show", "--state", url, "--rule", "auth.silence").output.contains(
                "awaits -> !bad for the rest of within, complete after 2026-01-01T01:00:30Z"))
        let json = try run("show", "--state", url, "--rule", "auth.quiet", "--key", #"["ann","h1"]"#, "--format", "json").output
        #expect(
            json == #"""
                {"rule":"auth.quiet","level":"low","key":["ann","h1"],"clock":"2026-01-01T00:00:40Z","expires":"2026-01-01T01:00:30Z","ended":"2026-01-02T00:00:30Z","attempts":[{"start":"2026-01-01T00:00:30Z","deadline":"2026-01-01T01:00:30Z","threads":[{"kind":"live","bound":[{"name":"ok","time":"2026-01-01T00:00:30Z","stream":"auth","event":{"user":"ann","outcome":"success","host":"h1"}}],"awaits":[{"step":"-> !bad for 1m30s ->[<= 1h] ok","from":"2026-01-01T00:02:00.000000001Z","until":"2026-01-01T01:00:30Z"}]}]}]}

                """#)
    }

    @Test func showAsksForAKeyWhereThereAreSeveral() throws {
        let several = try run("show", "--state", url, "--rule", "auth.quiet")
        #expect(several.status == 2)
        #expect(
            several.errors == #"error: rule `auth.quiet` has 2 keys; choose one with --key: ["ann \"x\"",null], ["ann","h1"]"# + "\n")
        let absent = try run("show", "--state", url, "--rule", "auth.quiet", "--key", "carl")
        #expect(absent.status == 1)
        #expect(absent.errors == "error: rule `auth.quiet` has no partial matches of the key [\"carl\"]\n")
        let unknown = try run("show", "--state", url, "--rule", "auth.queit")
        #expect(unknown.status == 1)
        #expect(unknown.errors == "error: rule `auth.queit` has no partial matches; did you mean `auth.quiet`?\n")
        #expect(try run("show", "--state", url, "--rule", "auth.quiet", "--key", "[1,").status == 2)
    }

    @Test func statsShowHowFarTheEngineHasCome() throws {
        let result = try run("stats", "--state", url)
        #expect(result.status == 0 && result.errors.isEmpty)
        for line in [
            "store       \(url)", "generation  1, of sample", "epoch       1", "clock       2026-01-01T00:00:40Z",
            "auth.bruteforce     2         3           0  2026-01-01T00:10:00Z", "soc           2     7                 5",
            "auth/0    identity=auth.ndjson restart=150", "source auth  read=5 processed=5",
        ] {
            #expect(result.output.contains(line + "\n"), "\(line) in\n\(result.output)")
        }
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(run("stats", "--state", url, "--format", "json").output.utf8)) as? [String: Any])
        #expect(json["epoch"] as? Int == 1 && json["clock"] as? String == "2026-01-01T00:00:40Z")
        #expect((json["rules"] as? [[String: Any]])?.compactMap { $0["attempts"] as? Int } == [3, 2, 2])
        #expect((json["actions"] as? [[String: Any]])?.first?["pending"] as? Int == 2)
        #expect((json["positions"] as? [[String: Any]])?.first?["restart"] as? String == "150")
    }

    /// A process that has the store open for writing is not disturbed.
    @Test func stateIsSeenBesideARunningEngine() throws {
        let store = try StateStores.open(url)
        defer { store.close() }
        let header = try store.claim(owner: "engine", known: nil)
        #expect(try run("ls", "--state", url).output == Self.list)
        var batch = StateBatch()
        batch.clear(StateTable("keys:auth.quiet"))
        try store.commit(batch, epoch: header.epoch + 1)
        #expect(try run("ls", "--state", url, "--rule", "auth.quiet").status == 1)
        #expect(try run("stats", "--state", url).output.contains("generation  2, of engine\n"))
    }

    @Test func stateMovesBetweenStores() throws {
        let server = try RedisServer(password: "hunter2-and-more")
        let redis = server.url
        let exported = try run("export", "--state", url, "--output", "a.ndjson")
        #expect(exported.status == 0 && exported.errors == "exported 17 records of \(url)\n")
        let imported = try run("import", "--state", redis, "--input", "a.ndjson")
        #expect(imported.status == 0)
        #expect(imported.errors == "imported 17 records into redis://127.0.0.1:\(server.port)/0\n")
        #expect(try run("ls", "--state", redis).output == Self.list)
        #expect(try run("export", "--state", redis, "--output", "b.ndjson").status == 0)
        let back = "rocksdb:\(bench.path)/back"
        #expect(try run("import", "--state", back, "--input", "b.ndjson").status == 0)
        #expect(try run("ls", "--state", back).output == Self.list)
        let piped = try run("export", "--state", back)
        let files = try [bench.text(of: "a.ndjson"), bench.text(of: "b.ndjson"), piped.output]
        let records = files.map { $0.split(separator: "\n").dropFirst().sorted() }
        #expect(records[0].count == 18 && records[0] == records[1] && records[0] == records[2])
        let full = try run("import", "--state", redis, "--input", "a.ndjson")
        #expect(full.status == 1)
        #expect(
            full.errors
                == "error: the state store redis://127.0.0.1:\(server.port)/0 holds state already; state is imported into an empty store only\n"
        )
        let configuration = """
            sources: { s: { type: stdin } }
            rules: [rule.yaml]
            state: "redis://:${env:FLUXCORE_TEST_PASSWORD}@127.0.0.1:\(server.port)/0"
            """
        try bench.write(Data(configuration.utf8), to: "fluxcore.yaml")
        try bench.write(Data(Workbench.rule.utf8), to: "rule.yaml")
        let environment = ["FLUXCORE_TEST_PASSWORD": "hunter2-and-more"]
        #expect(try run("ls", "--config", "fluxcore.yaml", environment: environment).output == Self.list)
        let wrong = try run("ls", "--config", "fluxcore.yaml", environment: ["FLUXCORE_TEST_PASSWORD": "hunter3-and-more"])
        #expect(wrong.status == 3 && wrong.errors.contains("WRONGPASS") && !wrong.errors.contains("hunter"), "\(wrong.errors)")
    }

    @Test(arguments: [1, 2]) func anImportThatIsKilledIsRefusedAndBegunAnew(commit: Int) throws {
        #expect(try run("export", "--state", url, "--output", "a.ndjson").status == 0)
        let target = "rocksdb:\(bench.path)/target"
        let killed = try run(
            "import", "--state", target, "--input", "a.ndjson", environment: ["FLUXCORE_FAILPOINT": "rocksdb.before-write:\(commit)"])
        #expect(killed.status == SIGKILL)
        let looked = try run("ls", "--state", target)
        #expect(looked.output.isEmpty)
        if commit > 1 {
            #expect(looked.status == 3)
            let refused = "an import into the state store \(target) is under way or was broken off: let it end, or import again"
            #expect(looked.errors == "error: \(refused)\n")
            #expect(try run("export", "--state", target).status == 3)
        }
        #expect(try run("import", "--state", target, "--input", "a.ndjson").status == 0)
        #expect(try run("ls", "--state", target).output == Self.list)
    }

    @Test func storesOfALaterVersionAreRefused() throws {
        let server = try RedisServer()
        try server.command("HSET", "fluxcore:{default}:meta", "format", "2", "generation", "3", "epoch", "8", "owner", "x")
        #expect(try run("export", "--state", url, "--output", "a.ndjson").status == 0)
        for arguments in [["ls"], ["stats"], ["show", "--rule", "a"], ["export"], ["import", "--input", "a.ndjson"]] {
            let result = try bench.run(["state"] + arguments + ["--state", server.url])
            #expect(result.status == 3)
            #expect(
                result.errors.hasSuffix(
                    "is of format 2, which a later version of FluxCore wrote; this one reads formats up to 1\n"), "\(result.errors)")
        }
    }

    /// A key that cannot be read is shown as that, beside the others.
    @Test func damagedKeysAreShownAsThat() throws {
        let store = try StateStores.open(url)
        let header = try store.claim(owner: "test", known: nil)
        var batch = StateBatch()
        batch.put(StateTable("keys:auth.quiet"), key: #"["ann","h1"]"#.utf8, value: [2, 0, 0])
        batch.put(StateTable("keys:auth.gone"), key: "[]".utf8, value: [2] + [UInt8](repeating: 0, count: 17))
        try store.commit(batch, epoch: header.epoch + 1)
        store.close()
        let result = try run("ls", "--state", url)
        #expect(result.status == 1)
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains(#"auth.quiet ["ann","h1"] ? ? cannot be read: it ends too early"#))
        #expect(lines.contains("auth.gone [] ? 1970-01-01T00:00:00Z cannot be read: the layout of the rule is not in the store"))
        let shown = try run("show", "--state", url, "--rule", "auth.quiet", "--key", #"["ann","h1"]"#)
        #expect(shown.status == 1 && shown.output.contains("problem  cannot be read: it ends too early\n"))
        #expect(try run("stats", "--state", url).output.contains("auth.quiet          2         1           1"))
    }

    @Test func whatIsNoStoreOrExportIsSaidSo() throws {
        #expect(try run("ls").status == 2)
        #expect(try run("ls", "--state", url, "--config", "x.yaml").status == 2)
        #expect(try run("ls", "--state", "memory:").status == 2)
        #expect(try run("ls", "--state", "postgres://u:hunter2-and-more@h").errors.contains("hunter") == false)
        let absent = try run("ls", "--state", "rocksdb:\(bench.path)/absent")
        #expect(absent.status == 3)
        #expect(absent.errors == "error: there is no state store in \(bench.path)/absent\n")
        #expect(try run("ls", "--config", "absent.yaml").status == 3)
        try bench.write(Data("{}\n".utf8), to: "no.ndjson")
        let none = try run("import", "--state", "rocksdb:\(bench.path)/new", "--input", "no.ndjson")
        #expect(none.status == 1)
        #expect(none.errors == "error: line 1 of the export: this is no export of a state store\n")
        #expect(try run("import", "--state", "rocksdb:\(bench.path)/new", "--input", "absent.ndjson").status == 3)
    }
}
