import Foundation
import TestSupport
import Testing

/// Who may ask for what, and from where.
@Suite struct AccessTests {
    private static let tokens = ["reader": "reader-0123456789", "shipper": "shipper-0123456789", "boss": "boss-0123456789-ü"]
    private static let service = Shared {
        try RunningService(
            #"""
            server:
              listen: '127.0.0.1:PORT'
              hosts: [flux.example]
              tokens:
                - { name: reader, scopes: [read], value: '${env:READER}' }
                - { name: shipper, scopes: [ingest], value: '${file:shipper}' }
                - { name: boss, scopes: [read, operate, ingest], sha256: d2f2c240d109d749cbf464d82ecf1516e7e0dd33d48ca90c631858eb9e76b81c }
            """#, environment: ["READER": tokens["reader"] ?? ""], in: folder())
    }

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write((tokens["shipper"] ?? "") + "\n", to: "shipper")
        return folder
    }

    private let service: RunningService

    init() throws { service = try Self.service.get() }

    private func bearer(_ token: String?) -> [String: String] { token.map { ["Authorization": "Bearer \($0)"] } ?? [:] }

    @Test func scopesDecide() throws {
        let readable = [
            "/metrics", "/api/v1/status", "/api/v1/rules", "/api/v1/matches", "/api/v1/config", "/api/v1/openapi.json", "/none",
        ]
        for target in readable {
            #expect(try service.get(target).status == 401)
            #expect(try service.get(target, headers: bearer(Self.tokens["reader"])).status == (target == "/none" ? 404 : 200))
            #expect(try service.get(target, headers: bearer(Self.tokens["shipper"])).status == 403)
        }
        let events = "/api/v1/events/auth"
        #expect(try service.post(events, "").status == 401)
        #expect(try service.post(events, "", headers: bearer(Self.tokens["reader"])).status == 403)
        #expect(try service.post(events, "", headers: bearer(Self.tokens["shipper"])).status == 202)
        #expect(try service.post(events, "", headers: bearer(Self.tokens["boss"])).status == 202)
        #expect(try service.get("/api/v1/status", headers: bearer(Self.tokens["boss"])).status == 200)
        #expect(try service.get("/healthz").status == 200 && service.get("/readyz").status == 200)
    }

    @Test func wrongTokensAreRefused() throws {
        let token = try #require(Self.tokens["reader"])
        for header in [
            "", "Bearer", "Bearer ", "Bearer \(token)x", "Bearer \(token.dropLast())", "Basic \(token)", token,
            "Bearer \(token.uppercased())",
        ] {
            let answer = try service.get("/api/v1/status", headers: header.isEmpty ? [:] : ["Authorization": header])
            #expect(answer.status == 401 && answer.headers["www-authenticate"] == "Bearer", "\(header)")
        }
        #expect(try service.get("/api/v1/status", headers: ["Authorization": "bEARER \(token)"]).status == 200)
        #expect(service.log.contains("request refused"))
        #expect(!service.log.contains(token))
    }

    @Test func onlyItsOwnHostsAreAnsweredFor() throws {
        let headers = bearer(Self.tokens["reader"])
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:\(service.port)", "[::1]:80", "flux.example", "Flux.Example:443"] {
            #expect(try service.get("/api/v1/status", headers: headers.merging(["Host": host]) { $1 }).status == 200, "\(host)")
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::2]", "127.0.0.1:8080:1", "flux.example@evil"] {
            let answer = try service.get("/api/v1/status", headers: headers.merging(["Host": host]) { $1 })
            #expect([400, 421].contains(answer.status), "\(host) \(answer.status)")
        }
        let client = try HTTPClient(port: service.port)
        client.send("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(try HTTPClient.answer(of: client.receiveAll()).status == 400)
    }

    @Test func pagesOfOtherOriginsChangeNothing() throws {
        let own = "127.0.0.1:\(service.port)"
        func status(_ headers: [String: String]) throws -> Int {
            try service.post("/api/v1/events/auth", "", headers: bearer(Self.tokens["shipper"]).merging(headers) { $1 }).status
        }
        for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "http://\(own).evil.example", "file://"] {
            #expect(try status(["Origin": origin]) == 403, "\(origin)")
        }
        #expect(try status(["Sec-Fetch-Site": "cross-site"]) == 403 && status(["Sec-Fetch-Site": "same-site"]) == 403)
        #expect(try status(["Origin": "http://\(own)"]) == 202)
        #expect(try status(["Origin": "https://flux.example", "Host": "flux.example"]) == 202)
        #expect(try status(["Sec-Fetch-Site": "same-origin"]) == 202)
    }

    /// A service that cannot listen does not start.
    @Test func anAddressThatIsTakenIsAnError() throws {
        let folder = try TemporaryFolder()
        #expect(throws: (any Error).self) { try RunningService("server: 'localhost:\(service.port)'", in: folder) }
        #expect(try folder.text(of: "log").contains("cannot listen on localhost:\(service.port)"))
    }

    /// Pushes are told to whoever wants to see them.
    @Test func changesAreLogged() throws {
        _ = try service.post("/api/v1/events/auth", "", headers: bearer(Self.tokens["shipper"]))
        #expect(service.log.contains("debug change from=127.0.0.1 status=202 what=\"POST /api/v1/events/auth\" who=shipper"))
    }
}
