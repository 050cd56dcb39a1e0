import Foundation
import TestSupport
import Testing

/// A service with partial matches and alerts in it.
let sharedService = Shared {
    let service = try RunningService(
        sources: "auth: { type: http, time: ts, idle: never }\n  file: { path: file.ndjson, idle: 1ms }")
    let events = [(0, "bob", "failure"), (1, "bob", "failure"), (2, "ann", "failure"), (3, "bob", "success"), (4, "zoë", "failure")]
    let answer = try service.post(
        "/api/v1/events/auth?durable=true", events.map { RunningService.event($0.0, $0.1, $0.2) }.joined() + "no event\n")
    guard answer.status == 202 else { throw TestSupportError("\(answer.status) \(answer.text)") }
    try service.wait("alerts") { try (service.get("/api/v1/outbox").text).contains("\"delivered\":6") }
    return service
}

@Suite struct EndpointTests {
    private let service: RunningService

    init() throws { service = try sharedService.get() }

    private func list(_ target: String, _ key: String) throws -> [[String: Any]] {
        let answer = try service.get(target)
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
        return try #require(answer.json[key] as? [[String: Any]])
    }

    @Test func healthIsPlain() throws {
        for path in ["/healthz", "/readyz"] {
            let answer = try service.get(path)
            #expect(answer.status == 200 && answer.text == "ok\n")
        }
    }

    @Test func everyAnswerForbidsBrowsersEverything() throws {
        for path in ["/healthz", "/api/v1/status", "/absent", "/metrics"] {
            let headers = try service.get(path).headers
            #expect(headers["content-security-policy"] == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
            #expect(headers["x-content-type-options"] == "nosniff" && headers["cache-control"] == "no-store")
            #expect(!headers.keys.contains { $0.hasPrefix("access-control") })
        }
    }

    @Test func statusTellsWhatIsRead() throws {
        let status = try service.get("/api/v1/status").json
        #expect(status["phase"] as? String == "running" && status["ready"] as? Bool == true && status["rules"] as? Int == 2)
        let sources = try #require(status["sources"] as? [[String: Any]])
        #expect(sources.map { $0["name"] as? String } == ["auth", "file"])
        #expect(sources[0]["read"] as? Int == 6 && sources[0]["processed"] as? Int == 5 && sources[0]["malformed"] as? Int == 1)
        let store = try #require(status["store"] as? [String: Any])
        #expect(store["away"] as? Bool == false && store["generation"] as? Int == 1)
    }

    @Test func rulesShowTheirSource() throws {
        let rules = try list("/api/v1/rules", "rules")
        #expect(rules.map { $0["id"] as? String } == ["auth.bruteforce", "auth.other"])
        #expect(rules[0]["matches"] as? Int == 1 && rules[1]["matches"] as? Int == 5 && rules[0]["keys"] as? Int == 2)
        let rule = try service.get("/api/v1/rules/auth.bruteforce").json
        #expect(rule["title"] as? String == #"<script>alert("x")</script> " \ ü"#)
        let source = try #require(rule["source"] as? [String: Any])
        #expect(source["text"] as? String == RunningService.rule && source["line"] as? Int == 1 && source["column"] as? Int == 7)
        let findings = try #require(rule["diagnostics"] as? [[String: Any]])
        #expect(findings.map { $0["code"] as? String } == ["FX1008"])
        #expect(try service.get("/api/v1/rules/absent").errorCode == "not_found")
    }

    @Test func partialMatchesAreShown() throws {
        let answer = try service.get("/api/v1/state/keys?rule=auth.bruteforce&limit=1").json
        #expect(answer["total"] as? Int == 2)
        let keys = try #require(answer["keys"] as? [[String: Any]])
        #expect(keys.count == 1 && keys[0]["key"] as? [String] == ["ann"])
        let shown = try service.get("/api/v1/state/key?rule=auth.bruteforce&key=zo%C3%AB").json
        let state = try #require(shown["state"] as? [String: Any])
        #expect(state["key"] as? [String] == ["zoë"] && (state["attempts"] as? [Any])?.count == 1)
        #expect(try service.get("/api/v1/state/key?rule=auth.bruteforce&key=bob").status == 404)
        #expect(try service.get("/api/v1/state/key?rule=auth.bruteforce").errorCode == "bad_request")
        #expect(try service.get("/api/v1/state/keys?rule=absent").status == 404)
        #expect(try service.get("/api/v1/state/keys?rule=auth.bruteforce&limit=0").status == 400)
        #expect(try service.get("/api/v1/state/key?rule=auth.bruteforce&key=%5B").status == 400)
    }

    @Test func matchesAreTheLatestFirst() throws {
        let matches = try list("/api/v1/matches?limit=3", "matches")
        #expect(matches.count == 3)
        let own = try list("/api/v1/matches?rule=auth.bruteforce", "matches")
        #expect(own.count == 1 && own[0]["level"] as? String == "high")
        let match = try #require(own[0]["match"] as? [String: Any])
        #expect((match["select"] as? [String: Any])?["failures"] as? Int == 2)
        #expect(try list("/api/v1/matches?rule=absent", "matches").isEmpty)
    }

    @Test func candidatesAreChecked() throws {
        let sound = try service.post("/api/v1/check", "rule: a\nevents: { x: a == 1 }\npattern: x\nwithin: 1m\ntests: []\n")
        #expect(sound.status == 200 && sound.text == "[]\n")
        let broken = try service.post("/api/v1/check", "rule: a\nevents: { x: a == 1 }\npattern: y\nwithin: 1m\ntests: []\n")
        let findings = try #require(try JSONSerialization.jsonObject(with: Data(broken.body)) as? [[String: Any]])
        #expect(findings.map { $0["code"] as? String } == ["FX0202"] && findings[0]["line"] as? Int == 3)
        #expect(findings[0]["file"] as? String == "candidate.yaml")
        // An action that the service does not have stops a reload.
        let unknown = try service.post("/api/v1/check", "rule: a\nevents: { x: a == 1 }\npattern: x\nactions: [alerts, nope]\ntests: []\n")
        #expect(unknown.text.contains("\"code\":\"FX0601\"") && !unknown.text.contains("`alerts`"), "\(unknown.text)")
        for text in ["", "\0", "\u{FEFF}", String(repeating: "[", count: 100_000), "use: [../../etc/passwd]\nrule: a\n"] {
            #expect(try service.post("/api/v1/check", text).status == 200)
        }
    }

    @Test func configurationAndOutboxAreShown() throws {
        let parts = try list("/api/v1/config", "parts")
        #expect(parts.contains { $0["title"] as? String == "server" })
        let actions = try list("/api/v1/outbox", "actions")
        #expect(actions.count == 1 && actions[0]["pending"] as? Int == 0 && actions[0]["delivered"] as? Int == 6)
        #expect(actions[0]["lastError"] is NSNull)
    }

    @Test func whatIsNotThereIsToldInJSON() throws {
        for target in ["/none", "/api", "/api/v1/rules/", "//healthz", "/api/v1/rules/a/b", "/%2e%2e/etc/passwd", "/api/v1/events/auth/x"] {
            let answer = try service.get(target)
            #expect(answer.status == 404 && answer.errorCode == "not_found", "\(target) \(answer.status)")
        }
        for target in ["/api/v1/rules/%FF", "/api/v1/matches?a=%zz", "/api/v1/matches?limit=1&limit=2", "/api/v1/matches?limits=1"] {
            let answer = try service.get(target)
            #expect(answer.status == 400 && answer.errorCode == "bad_request", "\(target) \(answer.status)")
        }
        for method in ["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"] {
            let answer = try HTTPClient.request(service.port, method, "/api/v1/rules")
            #expect(answer.status == 405 && answer.headers["allow"] == "GET", "\(method)")
        }
        #expect(try service.get("/api/v1/events/auth").status == 405)
        #expect(try service.post("/api/v1/events/file", "").status == 404)
    }

    @Test func theMemoryStoreSaysThatItCannotBeLookedInto() throws {
        let service = try RunningService(state: "memory:")
        let answer = try service.get("/api/v1/state/keys?rule=auth.other")
        #expect(answer.status == 409 && answer.text.contains("in the memory of the service"))
        #expect(service.stop() == 0)
    }
}

@Suite struct ReloadedRulesTests {
    /// After a reload, a rule is shown as it stands in its file now.
    @Test func aReloadedRuleShowsItsNewSource() throws {
        let service = try RunningService(sources: "auth: { path: auth.ndjson, time: ts }")
        try service.folder.write(RunningService.rule.replacing("title: Everything", with: "title: Nearly everything"), to: "rule.yaml")
        try service.wait("the reload") { service.log.contains("rules reloaded") }
        try service.wait("the new title") {
            try service.get("/api/v1/rules/auth.other").json["title"] as? String == "Nearly everything"
        }
        #expect(service.stop() == 0)
    }
}
