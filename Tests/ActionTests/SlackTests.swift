import Foundation
import TestSupport
import Testing

@testable import Connectors

@Suite struct SlackTests {
    @Test func theUsualText() throws {
        let server = try HTTPTestServer()
        let action = SlackAction(SlackAction.Settings(url: server.url + "/services/T0/B0/token"))
        action.open(pendingBytes: 0, cancellation: Cancellation())
        try action.deliver([Sample.alert(3, user: "<!channel> & co")])
        let request = try #require(server.requests.first)
        let text = try object(request.body)["text"] as? String
        #expect(
            text == """
                *auth.bruteforce* (high) {"user":"&lt;!channel&gt; &amp; co"}
                2026-01-01T00:00:00Z to 2026-01-01T00:01:00Z {"failures":5,"rate":0.5}
                """)
        #expect(request.headers["idempotency-key"] == "m3")
    }

    @Test func ownTextAndChannel() throws {
        let server = try HTTPTestServer { _, count in count == 1 ? .status(400, body: "invalid_payload") : .status(200) }
        var settings = SlackAction.Settings(url: server.url + "/services/T0/B0/token")
        settings.text = Template(known: "<https://wiki/{{rule}}|{{key.user}}>")
        settings.channel = "#soc"
        settings.username = "Flux \"Core\""
        let action = SlackAction(settings)
        action.open(pendingBytes: 0, cancellation: Cancellation())
        try action.deliver([Sample.alert()])
        let message = try object(try #require(server.requests.first).body)
        #expect(message["text"] as? String == "<https://wiki/auth.bruteforce|bob>")
        #expect(message["channel"] as? String == "#soc")
        #expect(message["username"] as? String == "Flux \"Core\"")
        let error = Sample.error { try action.deliver([Sample.alert()]) }
        #expect(error?.kind == .refused)
        #expect(error?.description == "\(server.url) answered 400: invalid_payload")
    }
}
