import Foundation
import TestSupport
import Testing

/// What the interface changes: rules, silences, alerts that wait or were given up.
@Suite struct OperateTests {
    private func list(_ service: RunningService, _ target: String, _ key: String) throws -> [[String: Any]] {
        try #require(try service.get(target).json[key] as? [[String: Any]], "\(target)")
    }

    @Test func rulesAreReloaded() throws {
        let service = try RunningService()
        let unchanged = try service.post("/api/v1/reload", "")
        #expect(unchanged.status == 200 && (unchanged.json["report"] as? [String: Any])?["unchanged"] as? Int == 2)

        try service.folder.write(RunningService.rule.replacing("pattern: any", with: "pattern: nothing"), to: "rule.yaml")
        let broken = try service.post("/api/v1/reload", "")
        #expect(broken.status == 422 && broken.errorCode == "invalid_rules" && broken.text.contains("FX0202"))
        let rules = try list(service, "/api/v1/rules", "rules")
        #expect(rules.map { $0["health"] as? String } == ["stale", "stale"])
        #expect((rules[0]["problem"] as? String)?.contains("FX0202") == true)
        let written = try #require(try service.get("/api/v1/rules/auth.other").json["written"] as? [String: Any])
        let findings = try #require(written["diagnostics"] as? [[String: Any]])
        #expect((written["text"] as? String)?.contains("pattern: nothing") == true && findings.map { $0["code"] as? String } == ["FX0202"])

        try service.folder.write(RunningService.rule.replacing("level: low", with: "level: medium"), to: "rule.yaml")
        let changed = try service.post("/api/v1/reload", "")
        let report = try #require(changed.json["report"] as? [String: Any])
        #expect(changed.status == 200 && report["metadata"] as? Int == 1 && report["unchanged"] as? Int == 1)
        try service.wait("the new level") { try list(service, "/api/v1/rules", "rules")[1]["level"] as? String == "medium" }
        #expect(try list(service, "/api/v1/rules", "rules").map { $0["health"] as? String } == ["ok", "ok"])
        #expect(try service.get("/api/v1/rules/auth.other").json["written"] is NSNull)
        let history = try list(service, "/api/v1/reloads", "reloads").filter { $0["trigger"] as? String == "API" }
        #expect(history.count == 3 && history[0]["error"] is NSNull && (history[1]["error"] as? String)?.contains("FX0202") == true)
        #expect(service.stop() == 0)
    }

    @Test func silencesHoldBackAlerts() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }")
        let set = try service.post(
            "/api/v1/silences", #"{"rule":"auth.brute*","key":{"user":"bob"},"for":"2h","author":"zoë","reason":"load \"test\""}"#)
        #expect(set.status == 201 && set.json["author"] as? String == "zoë" && set.json["reason"] as? String == "load \"test\"")
        let id = try #require(set.json["id"] as? String)
        let events = ["bob", "ann"].flatMap { user in ["failure", "failure", "success"].map { (user, $0) } }
        let text = events.enumerated().map { RunningService.event($0.offset, $0.element.0, $0.element.1) }.joined()
        #expect(try service.post("/api/v1/events/auth?durable=true", text).status == 202)
        try service.wait("the silenced alert") { try list(service, "/api/v1/silences", "silences")[0]["silenced"] as? Int == 1 }
        #expect(try list(service, "/api/v1/matches?rule=auth.bruteforce", "matches").count == 1)
        try service.wait("its count") { try service.get("/api/v1/rules/auth.bruteforce").json["silenced"] as? Int == 1 }

        // It outlives a kill, and its end is told.
        try service.restart()
        try service.wait("the silence") { try list(service, "/api/v1/silences", "silences").first?["silenced"] as? Int == 1 }
        let removed = try HTTPClient.request(service.port, "DELETE", "/api/v1/silences/\(id)")
        #expect(removed.status == 200 && removed.json["silenced"] as? Int == 1)
        #expect(try HTTPClient.request(service.port, "DELETE", "/api/v1/silences/\(id)").status == 404)
        #expect(try list(service, "/api/v1/silences", "silences").isEmpty)
        try service.wait("the log") { service.log.contains("a silence is over") }
        #expect(service.log.contains("change what=DELETE /api/v1/silences/\(id)") || service.log.contains("DELETE /api/v1/silences/\(id)"))
        #expect(service.stop() == 0)
    }

    /// What was answered holds, also on a quiet stream that is killed at once.
    @Test func silencesAreDurableWhenTheyAreAnswered() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }")
        for _ in 0..<3 {
            let set = try service.post("/api/v1/silences", #"{"rule":"auth.other","for":"2h","reason":"x"}"#)
            #expect(set.status == 201 && set.json["durable"] as? Bool == true, "\(set)")
            let id = try #require(set.json["id"] as? String)
            try service.restart()
            #expect(try list(service, "/api/v1/silences", "silences").map { $0["id"] as? String } == [id])
            let removed = try HTTPClient.request(service.port, "DELETE", "/api/v1/silences/\(id)")
            #expect(removed.status == 200 && removed.json["durable"] as? Bool == true, "\(removed)")
            try service.restart()
            #expect(try list(service, "/api/v1/silences", "silences").isEmpty)
        }
    }

    @Test func silencesAreChecked() throws {
        let service = try sharedService.get()
        for (body, word) in [
            ("", "no JSON object"), ("[1]", "no JSON object"), ("{", "no JSON object"), ("\"x\"", "no JSON object"),
            (#"{"rule":"a","for":"2h"}"#, "reason"),
            (#"{"rule":"a","for":"soon","reason":"x"}"#, "duration"), (#"{"rule":"a","for":"-1h","reason":"x"}"#, "duration"),
            (#"{"rule":"a","for":"1h","reason":"x","fr":1}"#, "`fr`"), (#"{"rule":["a"],"for":"1h","reason":"x"}"#, "rule"),
            (#"{"rule":"a","key":"bob","for":"1h","reason":"x"}"#, "key"),
            (#"{"rule":"a","key":{"u":[1]},"for":"1h","reason":"x"}"#, "`u`"),
            (#"{"rule":""# + String(repeating: "a", count: 201) + #"","for":"1h","reason":"x"}"#, "200 characters"),
            (#"{"rule":"a","rule":"b","for":"1h","reason":"x"}"#, "twice"), (#"{"rule":null,"for":"1h","reason":"x"}"#, "text"),
            (#"{"rule":5,"for":"1h","reason":"x"}"#, "text"), (#"{"rule":"\ud800","for":"1h","reason":"x"}"#, "no JSON object"),
        ] {
            let answer = try service.post("/api/v1/silences", body)
            #expect(answer.status == 400 && answer.text.contains(word), "\(body.prefix(80)): \(answer.status) \(answer.text)")
        }
        #expect(try list(service, "/api/v1/silences", "silences").isEmpty)
    }

    /// A silence that covers nothing may be for rules that come later: it is set, and said to be one.
    @Test func aSilenceThatCoversNothingIsWarnedOf() throws {
        let service = try RunningService()
        func warning(_ rule: String, key: String = "{}") throws -> String? {
            let answer = try service.post("/api/v1/silences", #"{"rule":"\#(rule)","key":\#(key),"for":"1h","reason":"x"}"#)
            #expect(answer.status == 201, "\(rule): \(answer.text)")
            return answer.json["warning"] as? String
        }
        #expect(try warning("zzz.nope") == "no rule that runs has the id `zzz.nope`")
        #expect(try warning("auth.bruteforse") == "no rule that runs has the id `auth.bruteforse`; did you mean `auth.bruteforce`?")
        #expect(try warning("zzz.*") == "no rule that runs has an id like `zzz.*`")
        #expect(try warning("auth.*", key: #"{"user":"bob"}"#) == nil)
        #expect(try warning("auth.*", key: #"{"usr":"bob"}"#) == "no rule that it covers has `usr` in its key; did you mean `user`?")
        #expect(try warning("auth.other", key: #"{"user":"bob"}"#) == "no rule that it covers has `user` in its key")
        #expect(try warning("auth.[!x]*") == nil)
        for pattern in ["t.[a", "t.[]", "t.[!]", #"t.\\"#] {
            let answer = try service.post("/api/v1/silences", #"{"rule":"\#(pattern)","for":"1h","reason":"x"}"#)
            #expect(answer.status == 400 && answer.text.contains("pattern"), "\(pattern): \(answer.text)")
        }
        let added = try service.command("silence", "add", "--rule", "auth.bruteforse", "--for", "1h", "--reason", "x")
        #expect(added.status == 0 && added.errors.contains("\nwarning: no rule that runs has the id `auth.bruteforse`; did you mean"))
        #expect(try service.command("silence", "add", "--rule", "t.[a", "--for", "1h", "--reason", "x").status == 2)
        #expect(service.stop() == 0)
        // The store knows the rules that ran last.
        let later = try service.command("silence", "add", "--rule", "auth.*", "--key", "usr=b", "--for", "1h", "--reason", "x")
        #expect(later.status == 0 && later.errors.contains("warning: no rule that it covers has `usr` in its key; did you mean `user`?"))
    }

    /// Alerts of an action that was taken out of the configuration are shown, and can be removed.
    @Test func alertsOfAnActionThatIsNotConfigured() throws {
        let port = try LoopbackPort.free()
        let folder = try TemporaryFolder()
        func start(_ actions: String, _ standard: String) throws -> RunningService {
            try RunningService(
                sources: "auth: { type: http, time: ts, idle: never }",
                """
                server: { listen: '127.0.0.1:PORT' }
                default_actions: [\(standard)]
                """, actions: actions, in: folder)
        }
        let hook = "type: webhook, url: 'http://127.0.0.1:\(port)/'"
        let before = try start("{ lost: { \(hook), retry: { give_up: 1 } }, late: { \(hook), retry: { first: 1h } } }", "lost, late")
        let events = (0..<4).map { RunningService.event($0, "u\($0)", "other") }.joined()
        #expect(try before.post("/api/v1/events/auth?durable=true", events).status == 202)
        try before.wait("dead letters") { try before.get("/api/v1/dead-letters?action=lost").json["total"] as? Int == 4 }
        #expect(before.stop() == 0)

        let service = try start("{ alerts: { type: file, path: alerts.ndjson } }", "alerts")
        func orphans() throws -> [[String: Any]] {
            try list(service, "/api/v1/outbox", "actions").filter { $0["configured"] as? Bool == false }
        }
        func deadLetters() throws -> Int? { try service.get("/api/v1/dead-letters?action=lost").json["total"] as? Int }
        #expect(try orphans().map { $0["name"] as? String } == ["late", "lost"])
        #expect(try orphans().map { $0["pending"] as? Int } == [4, 0] && orphans().map { $0["dead"] as? Int } == [0, 4])
        #expect(try service.get("/api/v1/dead-letters?action=lost&limit=1").json["total"] as? Int == 4)

        let purged = try service.command("dlq", "purge", "--action", "lost", "--number", "3")
        #expect(purged.status == 0 && purged.errors == "removed: 1 alert\n", "\(purged)")
        // They wait for the action to come back.
        let retried = try service.command("dlq", "retry", "--action", "lost", "--number", "2")
        #expect(retried.status == 0 && retried.errors == "to be delivered: 1 alert\n", "\(retried)")
        try service.wait("both") { try orphans().map { $0["pending"] as? Int } == [4, 1] && deadLetters() == 2 }
        #expect(try service.command("outbox", "purge", "--action", "late", "--all").errors == "removed: 4 alerts\n")
        #expect(try service.post("/api/v1/outbox/purge?action=late", "").json["alerts"] as? Int == 0)
        try service.wait("the purge") { try orphans().map { $0["pending"] as? Int } == [0, 1] }
        #expect(try service.post("/api/v1/dead-letters/purge?action=lost", "").json["alerts"] as? Int == 2)
        try service.wait("the other purge") { try deadLetters() == 0 }
        #expect(try service.get("/api/v1/dead-letters?action=never").status == 404)
        #expect(service.stop() == 0)

        let endpoint = try HTTPTestServer(port: port)
        let after = try start("{ lost: { \(hook) }, late: { \(hook) } }", "lost, late")
        try after.wait("the one that was left") { endpoint.requests.count == 1 }
        let actions = try list(after, "/api/v1/outbox", "actions")
        #expect(actions.map { $0["dropped"] as? Int } == [0, 4] && actions.map { $0["dead"] as? Int } == [4, 0])
        #expect(after.stop() == 0)
    }

    /// An action whose system refuses everything for a while: dead letters are shown, tried again and removed.
    @Test(arguments: ["rocksdb:./state", "redis"]) func deadLettersAreTriedAgain(state: String) throws {
        let redis = state == "redis" ? try RedisServer() : nil
        let port = try LoopbackPort.free()
        let service = try RunningService(
            sources: "auth: { type: http, time: ts, idle: never }",
            """
            server: { listen: '127.0.0.1:PORT' }
            default_actions: [hook]
            """, state: redis?.url ?? state,
            actions: "{ hook: { type: webhook, url: 'http://127.0.0.1:\(port)/', retry: { give_up: 1 }, circuit: { failures: 1000 } } }")
        let events = (0..<5).map { RunningService.event($0, "u\($0)", "other") }.joined()
        #expect(try service.post("/api/v1/events/auth?durable=true", events).status == 202)
        try service.wait("dead letters") { try service.get("/api/v1/dead-letters?action=hook").json["total"] as? Int == 5 }
        let letters = try list(service, "/api/v1/dead-letters?action=hook&limit=2", "deadLetters")
        #expect(letters.map { $0["number"] as? Int } == [0, 1] && letters[0]["attempts"] as? Int == 1)
        #expect((letters[0]["alert"] as? [String: Any])?["rule"] as? String == "auth.other")
        #expect((letters[0]["reason"] as? String)?.isEmpty == false)

        let purged = try service.post("/api/v1/dead-letters/purge?action=hook&number=4", "")
        #expect(purged.status == 200 && purged.json["alerts"] as? Int == 1)
        try service.wait("the purge") { try service.get("/api/v1/dead-letters?action=hook").json["total"] as? Int == 4 }

        let endpoint = try HTTPTestServer(port: port)
        let retried = try service.post("/api/v1/dead-letters/retry?action=hook", "")
        // Once, however often somebody clicks.
        let again = try service.post("/api/v1/dead-letters/retry?action=hook", "")
        #expect(retried.json["alerts"] as? Int == 4 && again.json["alerts"] as? Int == 0)
        try service.wait("delivery") { endpoint.requests.count == 4 }
        #expect(Set(endpoint.requests.map(\.body)).count == 4)
        try service.wait("no more") { try service.get("/api/v1/dead-letters?action=hook").json["total"] as? Int == 0 }
        #expect(try service.get("/api/v1/dead-letters?action=absent").status == 404)
        #expect(try service.post("/api/v1/dead-letters/retry?action=hook&number=0", "").status == 404)
        #expect(service.stop() == 0)
        #expect(endpoint.requests.count == 4)
    }

    /// What waits for a system that is away is shown, and dropped when somebody says so.
    @Test func whatWaitsIsDropped() throws {
        let port = try LoopbackPort.free()
        let service = try RunningService(
            sources: "auth: { type: http, time: ts, idle: never }",
            """
            server: { listen: '127.0.0.1:PORT' }
            default_actions: [hook]
            """, actions: "{ hook: { type: webhook, url: 'http://127.0.0.1:\(port)/', retry: { first: 1h } } }")
        let events = (0..<3).map { RunningService.event($0, "u\($0)", "other") }.joined()
        #expect(try service.post("/api/v1/events/auth?durable=true", events).status == 202)
        try service.wait("alerts that wait") { try list(service, "/api/v1/outbox", "actions")[0]["lastError"] is String }
        let waiting = try service.get("/api/v1/outbox/alerts?action=hook&limit=2").json
        #expect(waiting["total"] as? Int == 3 && (waiting["alerts"] as? [Any])?.count == 2)
        #expect(try service.post("/api/v1/outbox/purge?action=hook", "").json["alerts"] as? Int == 3)
        try service.wait("the purge") {
            let action = try list(service, "/api/v1/outbox", "actions")[0]
            return action["pending"] as? Int == 0 && action["dropped"] as? Int == 3
        }
        try service.wait("an empty outbox") { try service.get("/api/v1/outbox/alerts?action=hook").json["total"] as? Int == 0 }

        // Alerts of later arrive.
        let endpoint = try HTTPTestServer(port: port)
        #expect(try service.post("/api/v1/events/auth?durable=true", RunningService.event(9, "u9", "other")).status == 202)
        try service.wait("delivery") { endpoint.requests.count == 1 }
        #expect(service.stop() == 0)
    }

    /// The commands that change silences and alerts ask a service that runs, and change the store of one that does not.
    @Test func theCommandLineAsksTheServiceThatRuns() throws {
        let port = try LoopbackPort.free()
        let token = ["FLUXCORE_TOKEN": "a-token-for-the-command-line", "TOKEN": "a-token-for-the-command-line"]
        let service = try RunningService(
            sources: "auth: { type: http, time: ts, idle: never }",
            """
            server: { listen: '127.0.0.1:PORT', tokens: [{ name: ops, scopes: [operate, read, ingest], value: '${env:TOKEN}' }] }
            default_actions: [hook]
            """, actions: "{ hook: { type: webhook, url: 'http://127.0.0.1:\(port)/', retry: { give_up: 1 } } }", environment: token)
        let headers = ["Authorization": "Bearer a-token-for-the-command-line"]
        let refused = try service.command(
            "silence", "add", "--rule", "auth.*", "--for", "1h", "--reason", "x", environment: ["TOKEN": "a-token-for-the-command-line"])
        #expect(refused.status == 3 && refused.errors.contains("answered 401") && refused.errors.contains("FLUXCORE_TOKEN"))
        let added = try service.command(
            "silence", "add", "--rule", "auth.brute*", "--key", "user=bob", "--for", "1h", "--reason", "a \"test\"", "--author", "zoë",
            environment: token)
        #expect(added.status == 0 && added.errors.contains("auth.brute* is silenced until"), "\(added)")
        let id = added.output.filter { !$0.isNewline }
        #expect(try service.get("/api/v1/silences", headers: headers).text.contains("\"id\":\"\(id)\",\"rule\":\"auth.brute*\""))
        // Whoever has the token may say any name, and is named besides.
        try service.wait("the log") { service.log.contains("alerts are silenced") }
        let lines = service.log.split(separator: "\n")
        #expect(lines.contains { $0.contains("alerts are silenced author=zoë ") && $0.contains(" set_by=ops ") }, "\(service.log)")
        #expect(lines.contains { $0.contains(" silence=\(id) status=201 what=\"POST /api/v1/silences\" who=ops") }, "\(service.log)")
        let removed = try service.command("silence", "rm", id, environment: token)
        #expect(removed.status == 0 && removed.output == "silence \(id) of auth.brute* is over; 0 alerts not delivered\n", "\(removed)")
        #expect(try service.command("silence", "rm", id, environment: token).status == 1)

        let events = (0..<3).map { RunningService.event($0, "u\($0)", "other") }.joined()
        #expect(try service.post("/api/v1/events/auth?durable=true", events, headers: headers).status == 202)
        func letters() throws -> Int? {
            try service.get("/api/v1/dead-letters?action=hook", headers: headers).json["total"] as? Int
        }
        try service.wait("dead letters") { try letters() == 3 }
        // All numbers are tried, whatever becomes of the others.
        let purged = try service.command("dlq", "purge", "--action", "hook", "--number", "7", "1", "9", "1", environment: token)
        #expect(purged.status == 0 && purged.errors == "action `hook` has no dead letters 7, 9\nremoved: 1 alert\n", "\(purged)")
        #expect(service.log.contains("options=\"action=hook number=1\" status=200 what=\"POST /api/v1/dead-letters/purge\" who=ops"))
        let nothing = try service.command("dlq", "retry", "--action", "hook", "--number", "8", environment: token)
        #expect(nothing.status == 1 && nothing.errors == "action `hook` has no dead letter 8\nto be delivered: 0 alerts\n", "\(nothing)")
        let endpoint = try HTTPTestServer(port: port)
        try service.wait("the purge") { try letters() == 2 }
        let retried = try service.command("dlq", "retry", "--all", environment: token)
        #expect(retried.status == 0 && retried.errors == "to be delivered: 2 alerts\n", "\(retried)")
        try service.wait("delivery") { endpoint.requests.count == 2 }
        #expect(try service.command("outbox", "purge", "--action", "hook", "--all", environment: token).status == 1)
        #expect(service.stop() == 0)

        // Nobody listens: the store is changed.
        let later = try service.command("silence", "add", "--rule", "auth.*", "--for", "1h", "--reason", "x", environment: token)
        #expect(later.status == 0 && later.errors.contains("from the next start of the service on"), "\(later)")
    }
}
