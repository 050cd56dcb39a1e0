import Foundation
import TestSupport
import Testing

/// What the interface tells of rules and events: why, playground, automata, one match, history.
@Suite struct WhyEndpointTests {
    private static let service = Shared {
        let service = try RunningService(
            sources: """
                auth: { path: auth.ndjson, time: ts, idle: never }
                  pushed: { type: http, time: ts, idle: 1ms }
                """)
        let events = [(0, "bob", "failure"), (1, "bob", "failure"), (2, "ann", "failure"), (3, "bob", "success"), (5, "ann", "success")]
        try service.folder.write(events.map { RunningService.event($0.0, $0.1, $0.2) }.joined(), to: "auth.ndjson")
        try service.wait("a match") { try service.get("/api/v1/matches?rule=auth.bruteforce").text.contains("match_id") }
        return service
    }

    private let service: RunningService

    init() throws { service = try Self.service.get() }

    @Test func whyTellsOfTheFiles() throws {
        let answer = try service.get("/api/v1/why?rule=auth.bruteforce&key=ann")
        let report = try #require(answer.json["report"] as? [String: Any], "\(answer.text)")
        #expect(report["rule"] as? String == "auth.bruteforce" && report["matches"] as? Int == 1)
        let key = try #require((report["keys"] as? [[String: Any]])?.first)
        #expect((key["key"] as? [String: Any])?["user"] as? String == "ann" && key["matches"] as? Int == 0)
        #expect(try service.get("/api/v1/why?rule=absent").status == 404)
        #expect(try service.get("/api/v1/why?rule=auth.bruteforce&key=%5B1,2%5D").status == 400)
        #expect(try service.get("/api/v1/why?rule=auth.bruteforce&limit=0").status == 400)
    }

    /// Where the service may have decided otherwise than the files say, the answer says so.
    @Test func whatTheServiceKnowsIsNoted() throws {
        let service = try RunningService(
            sources: """
                auth: { path: auth.ndjson, time: ts, idle: 100ms }
                  old: { path: old.ndjson, time: ts, idle: 100ms, start: end }
                """, rule: RunningService.rule.replacing("from: auth", with: "from: [auth, old]"))
        func notes(_ query: String) throws -> String {
            let answer = try service.get("/api/v1/why?" + query)
            let report = try #require(answer.json["report"] as? [String: Any], "\(answer.text)")
            return try #require(report["notes"] as? [String]).joined(separator: "\n")
        }
        #expect(try service.post("/api/v1/silences", #"{"rule":"auth.*","key":{"user":"bob"},"for":"2h","reason":"x"}"#).status == 201)
        // The watermark is at the wall clock by now, and the events are of long ago.
        try service.wait("a watermark") { try service.get("/api/v1/status").json["watermark"] is String }
        let events = [(0, "bob", "failure"), (1, "bob", "failure"), (2, "bob", "success")]
        try service.folder.write(events.map { RunningService.event($0.0 - 86_400 * 365, $0.1, $0.2) }.joined(), to: "auth.ndjson")
        try service.wait("late events") {
            try service.get("/metrics").text.contains("fluxcore_events_late_total{source=\"auth\"} 3\n")
        }
        let first = try notes("rule=auth.bruteforce&key=bob")
        #expect(first.contains("the service itself has counted 0 matches of the rule"), "\(first)")
        #expect(first.contains("the service has left out 3 late events, of which 0 are late here"), "\(first)")
        #expect(first.contains("source old from what was its end at the first start"), "\(first)")
        #expect(first.contains("holds back alerts of auth.* for user=bob until"), "\(first)")
        #expect(!first.contains("reloaded"))
        #expect(try !notes("rule=auth.bruteforce&key=ann").contains("holds back"))
        let changed = RunningService.rule.replacing("from: auth", with: "from: [auth, old]")
            .replacing("ok: outcome == \"success\"", with: "ok: outcome == \"success\" and user != \"x\"")
        try service.folder.write(changed, to: "rule.yaml")
        try service.wait("the reload") { service.log.contains("rules reloaded") }
        #expect(try notes("rule=auth.bruteforce").contains("its conditions have changed"))
        #expect(try !notes("rule=auth.other").contains("reloaded"))
    }

    @Test func whatCannotBeReadAgainIsSaid() throws {
        let answer = try sharedService.get().get("/api/v1/why?rule=auth.bruteforce")
        #expect(answer.status == 409 && answer.text.contains("`auth` cannot be read again"))
    }

    /// Lines of text are read as the source reads them; of a Redis stream, entries are told by their ids, and those that are no
    /// events are counted.
    @Test func whyTellsOfTextAndRedisStreams() throws {
        let redis = try RedisServer()
        var ids: [String] = []
        for (field, value) in [
            ("body", RunningService.event(0, "zoë", "failure")), ("other", "x"), ("body", "no event"),
            ("body", RunningService.event(2, "zoë", "success")),
        ] {
            ids.append(try #require(redis.command("XADD", "logins:eu", "*", field, value.trimmingCharacters(in: .newlines)).text))
        }
        let service = try RunningService(
            sources: #"""
                auth: { type: redis, url: '\#(redis.url)', key: 'logins:eu', field: body, time: ts, idle: never }
                  sshd:
                    path: sshd.log
                    format: text
                    expression: '^(?P<when>\w+ +\d+ [\d:]+) (?P<outcome>\w+) for (?P<user>\w+)$'
                    time: { field: when, format: "%b %e %H:%M:%S", year: 2025 }
                    idle: never
                """#, rule: RunningService.rule.replacing("from: auth", with: "from: [auth, sshd]"))
        try service.folder.write("Dec 31 23:59:59 failure for bob\nnothing\nJan  1 00:00:02 success for bob\n", to: "sshd.log")
        func key(_ name: String) throws -> [String: Any] {
            let answer = try service.get("/api/v1/why?rule=auth.bruteforce&key=\(name)")
            let report = try #require(answer.json["report"] as? [String: Any], "\(answer.text)")
            let input = try #require(report["input"] as? [String: Any])
            #expect(input["read"] as? Int == 4 && input["malformed"] as? Int == 3)
            return try #require((report["keys"] as? [[String: Any]])?.first)
        }
        func start(_ key: [String: Any]) throws -> [String: Any] {
            try #require((key["shown"] as? [[String: Any]])?.first?["start"] as? [String: Any])
        }
        let ofStream = try start(try key("zo%C3%AB"))
        #expect(ofStream["file"] as? String == "logins:eu" && ofStream["entry"] as? String == ids[0] && ofStream["line"] is NSNull)
        let ofText = try key("bob")
        let miss = try #require((ofText["near_misses"] as? [[String: Any]])?.first?["event"] as? [String: Any], "\(ofText)")
        #expect(try start(ofText)["line"] as? Int == 1 && miss["line"] as? Int == 3)
        #expect(miss["time"] as? String == "2026-01-01T00:00:02Z")
        redis.kill()
        let refused = try service.get("/api/v1/why?rule=auth.bruteforce")
        #expect(refused.status == 409 && refused.text.contains("source `auth`"), "\(refused.text)")
    }

    @Test func oneMatchIsShown() throws {
        let all = try service.get("/api/v1/matches?rule=auth.bruteforce").json
        let match = try #require((all["matches"] as? [[String: Any]])?.first?["match"] as? [String: Any])
        let id = try #require(match["match_id"] as? String)
        let one = try service.get("/api/v1/matches/\(id)").json
        #expect((one["match"] as? [String: Any])?["match_id"] as? String == id && one["rule"] as? String == "auth.bruteforce")
        #expect(try service.get("/api/v1/matches/absent").status == 404)
        #expect(try service.get("/api/v1/matches/%22").status == 404)
    }

    @Test func automataCountWhatStandsAtTheirSteps() throws {
        let shared = try sharedService.get()
        let automaton = try shared.get("/api/v1/rules/auth.bruteforce/automaton").json
        let nodes = try #require(automaton["nodes"] as? [[String: Any]])
        #expect(nodes.map { $0["kind"] as? String } == ["start", "step", "step", "match"])
        #expect(nodes.map { $0["event"] as? String } == [nil, "fail", "ok", nil])
        // Those of ann and zoë wait behind their first failure.
        #expect(nodes[1]["threads"] as? Int == 2 && nodes[2]["threads"] as? Int == 0 && nodes[0]["threads"] is NSNull)
        #expect(automaton["keys"] as? Int == 2 && automaton["partial"] as? Bool == false)
        let arrows = try #require(automaton["arrows"] as? [[String: Any]])
        #expect(arrows.contains { $0["from"] as? Int == 1 && $0["to"] as? Int == 2 })
        #expect(arrows.allSatisfy { ($0["path"] as? String)?.hasPrefix("M") == true })
        #expect(try shared.get("/api/v1/rules/absent/automaton").status == 404)
        let memory = try RunningService(state: "memory:")
        let blind = try memory.get("/api/v1/rules/auth.bruteforce/automaton").json
        #expect((blind["nodes"] as? [[String: Any]])?.allSatisfy { $0["threads"] is NSNull } == true && blind["keys"] is NSNull)
    }

    @Test func historyHasSamples() throws {
        try service.wait("samples") {
            let history = try service.get("/api/v1/history").json
            let samples = history["samples"] as? [[String: Any]] ?? []
            return history["interval"] as? Int == 2 && samples.last?["processed"] as? Int == 5 && samples.last?["lagSeconds"] is Int
        }
    }

    // MARK: Playground

    private func play(_ body: [String: Any]) throws -> HTTPClient.Answer {
        let data = try JSONSerialization.data(withJSONObject: body)
        return try service.post("/api/v1/playground", String(decoding: data, as: UTF8.self))
    }

    @Test func rulesAreTriedOverEvents() throws {
        let events = [(0, "bob", "failure"), (1, "bob", "failure"), (2, "ann", "failure"), (3, "bob", "success")]
        let text = events.map { RunningService.event($0.0, $0.1, $0.2) }.joined() + "no event\n{\"ts\":\"soon\"}\n"
        let answer = try play([
            "rules": RunningService.rule, "streams": ["auth": text], "time": "ts", "why": "auth.bruteforce", "key": "ann",
        ])
        let result = answer.json
        #expect(answer.status == 200, "\(answer.text)")
        let matches = try #require(result["matches"] as? [[String: Any]])
        #expect(matches.map { $0["rule"] as? String } == ["auth.other", "auth.other", "auth.other", "auth.bruteforce", "auth.other"])
        let rules = try #require(result["rules"] as? [[String: Any]])
        #expect(rules.map { $0["id"] as? String } == ["auth.bruteforce", "auth.other"])
        #expect(rules[0]["streams"] as? [String] == ["auth"] && (rules[0]["automaton"] as? [String: Any])?["nodes"] is [Any])
        let counters = try #require(result["counters"] as? [String: Any])
        #expect(counters["read"] as? Int == 6 && counters["malformed"] as? Int == 2)
        let malformed = try #require(result["malformed"] as? [[String: Any]])
        #expect(malformed.map { $0["line"] as? Int } == [5, 6] && malformed.allSatisfy { $0["stream"] as? String == "auth" })
        let why = try #require(result["why"] as? [String: Any])
        #expect((why["keys"] as? [[String: Any]])?.first?["attempts"] as? Int == 1)
        #expect(answer.text.contains("\"file\":\"auth\"") && !answer.text.contains("/proc/"))
        #expect(result["truncated"] as? Bool == false)
        // Nothing of it has reached the service.
        #expect(try service.get("/api/v1/rules").text.contains("auth.other"))
        #expect(try service.get("/api/v1/matches?rule=auth.bruteforce").json["matches"].map { ($0 as? [Any])?.count } == 1)
    }

    @Test func whatIsWrongInThePlaygroundIsSaid() throws {
        let broken = try play(["rules": "rule: a\nevents: { x: a == }\npattern: x\nwithin: 1m\n", "streams": ["s": "{}"]]).json
        let findings = try #require(broken["diagnostics"] as? [[String: Any]])
        #expect(findings.contains { $0["severity"] as? String == "error" && $0["file"] as? String == "playground.yaml" })
        #expect((broken["matches"] as? [Any])?.isEmpty == true && (broken["rules"] as? [Any])?.isEmpty == true)
        for (body, word) in [
            (["streams": ["a": ""]], "rules"), (["rules": RunningService.rule, "strems": ["a": ""]], "strems"),
            (["rules": RunningService.rule, "streams": ["a": "{}"], "lateness": "x"], "lateness"),
            (["rules": RunningService.rule, "streams": ["matches": "{}"]], "matches"),
        ] as [([String: Any], String)] {
            let answer = try play(body)
            #expect(answer.status == 400 && answer.text.contains(word), "\(answer.status) \(answer.text)")
        }
        #expect(try play(["rules": RunningService.rule]).status == 200)
        #expect(try play(["rules": RunningService.rule, "streams": ["auth": "{}"], "why": "absent"]).status == 404)
        // As clients write it that escape everything beyond ASCII.
        let escaped =
            #"{"rules":"#
            + String(
                decoding: try JSONSerialization.data(withJSONObject: RunningService.rule, options: .fragmentsAllowed), as: UTF8.self)
            + #","streams":{"auth":"{\"ts\":1,\"user\":\"\ud83d\ude00\",\"outcome\":\"\u0000x\"}"}}"#
        let odd = try service.post("/api/v1/playground", escaped)
        let matches = try #require(odd.json["matches"] as? [[String: Any]], "\(odd.text)")
        #expect(odd.status == 200 && matches.isEmpty && (odd.json["counters"] as? [String: Any])?["malformed"] as? Int == 1)
    }

    /// Every event of some patterns multiplies what may still match: the process that tries them ends, not the service.
    @Test func thePlaygroundDoesNotTakeTheServicesMemory() throws {
        let rule = """
            rule: p.many
            by: user
            events: { a: outcome == "a", b: outcome == "b" }
            pattern: "a ->> a ->> a ->> a ->> a ->> a -> b"
            within: 1h
            emit: all
            skip: none
            """
        let events = (0..<110).map { RunningService.event($0, "u", "a") }.joined()
        let answer = try play(["rules": rule, "streams": ["auth": events], "time": "ts", "why": "p.many"])
        #expect(answer.status == 422 && answer.text.contains("too_much"), "\(answer.text.prefix(300))")
        #expect(try service.get("/api/v1/status").status == 200)
        let small = try play(["rules": rule, "streams": ["auth": RunningService.event(0, "u", "a")], "time": "ts"])
        #expect(small.status == 200)
    }

    /// Output without end has an end.
    @Test func thePlaygroundIsBounded() throws {
        let events = (0..<20_000).map { RunningService.event($0, "u", "other") }.joined()
        let result = try play(["rules": RunningService.rule, "streams": ["auth": events], "time": "ts"]).json
        #expect((result["matches"] as? [Any])?.count == 1000 && result["truncated"] as? Bool == true)
        let large = try play(["rules": RunningService.rule, "streams": ["auth": String(repeating: "x", count: 3 << 20)]])
        #expect(large.status == 413)
    }
}
