import Foundation
import TestSupport
import Testing

/// What must not be told is not told, and what events and rules say is told as text.
@Suite struct SecretTests {
    /// Secrets in every place of the configuration that may have one are in no answer and not in the log.
    @Test func plantedSecretsAppearNowhere() throws {
        let secrets = [
            "TOKEN": "planted-token-4711", "FOLDER": "planted-folder-0815",
            "PASSWORD": "planted-password-99",
        ]
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("planted-folder-0815"), withIntermediateDirectories: true)
        try folder.write(RunningService.event(0, "u", "failure"), to: "planted-folder-0815/in.ndjson")
        let redis = try RedisServer(password: "planted-password-99")
        let service = try RunningService(
            sources: """
                auth: { path: '${env:FOLDER}/*.ndjson', time: ts, idle: 1s }
                  push: { type: http }
                """,
            """
            server:
              listen: '127.0.0.1:PORT'
              tokens: [{ name: all, scopes: [read, ingest, operate], value: '${env:TOKEN}' }]
            """, state: "redis://:${env:PASSWORD}@127.0.0.1:\(redis.port)/0?name=a", environment: secrets, in: folder)
        let headers = ["Authorization": "Bearer planted-token-4711"]
        let paths = try #require(try service.get("/api/v1/openapi.json", headers: headers).json["paths"] as? [String: Any]).keys
        var seen = ""
        for path in paths where path != "/api/v1/matches/stream" {
            let target = path.replacing("{id}", with: "auth.other").replacing("{source}", with: "push")
            for options in ["", "?rule=auth.other", "?rule=auth.other&key=a", "?x=planted"] {
                for method in ["GET", "POST"] {
                    let answer = try HTTPClient.request(
                        service.port, method, target + options, headers: headers, body: method == "POST" ? [] : nil)
                    #expect(answer.status < 500)
                    seen += answer.headers.description + answer.text
                }
            }
        }
        #expect(service.stop() == 0)
        seen += service.log
        for secret in secrets.values { #expect(!seen.contains(secret), "\(secret)") }
        #expect(seen.contains("${env:FOLDER}"))
    }

    @Test func hostileTextsStayTexts() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }")
        let texts = [
            "</script><script>alert(1)</script>", "\"},{\"x\":\"", "\u{1B}[31m", "a\u{2028}b", "😀\u{0}", "data: x\n\nevent: y", "\\u0041\\",
        ]
        let lines = try texts.enumerated().map { index, text in
            let user = String(decoding: try JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed), as: UTF8.self)
            return "{\"ts\":\(1_767_225_600 + index),\"user\":\(user),\"outcome\":\"failure\"}\n"
        }
        #expect(try service.post("/api/v1/events/auth?durable=true", lines.joined()).status == 202)
        try service.wait("alerts") { try (service.get("/api/v1/matches").json["matches"] as? [Any])?.count == texts.count }
        let matches = try #require(try service.get("/api/v1/matches").json["matches"] as? [[String: Any]])
        let users = matches.compactMap {
            (($0["match"] as? [String: Any])?["events"] as? [[String: Any]])?.first?["event"] as? [String: Any]
        }
        #expect(users.compactMap { $0["user"] as? String }.reversed() == texts)
        let keys = try #require(try service.get("/api/v1/state/keys?rule=auth.bruteforce").json["keys"] as? [[String: Any]])
        #expect(Set(keys.compactMap { ($0["key"] as? [String])?.first }) == Set(texts))
        for text in texts {
            let encoded = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let answer = try service.get("/api/v1/state/key?rule=auth.bruteforce&key=\(encoded)")
            #expect(answer.status == 200, "\(text)")
        }
    }
}
