import Foundation
import TestSupport
import Testing

@testable import Connectors

@Suite struct WebhookTests {
    private static func action(_ url: String, _ change: (inout WebhookAction.Settings) -> Void = { _ in }) -> WebhookAction {
        var settings = WebhookAction.Settings(url: url)
        settings.transfer.timeout = 300_000_000
        change(&settings)
        let action = WebhookAction(settings)
        action.open(pendingBytes: 0, cancellation: Cancellation())
        return action
    }

    @Test func theAlertIsPosted() throws {
        let server = try HTTPTestServer()
        let action = Self.action(server.url + "/hook?a=b") {
            $0.headers = [.init(name: "X-Rule", value: Template(known: "{{rule}}", form: .line))]
        }
        try action.deliver([Sample.alert(1)])
        try action.deliver([Sample.alert(2)])
        let requests = server.requests
        #expect(requests.map(\.path) == ["/hook?a=b", "/hook?a=b"])
        #expect(requests.map { $0.headers["idempotency-key"] } == ["m1", "m2"])
        #expect(requests[0].headers["content-type"] == "application/json")
        #expect(requests[0].headers["x-rule"] == "auth.bruteforce")
        #expect(requests[0].body + "\n" == String(decoding: Sample.alert(1).line, as: UTF8.self))
    }

    @Test func bodyMethodAndSignature() throws {
        let server = try HTTPTestServer()
        let action = Self.action(server.url) {
            $0.method = "PUT"
            $0.body = Template(known: "{\"text\":\"{{key.user}}\"}", form: .json)
            $0.signature = WebhookAction.Signature(secret: "s3cret", header: "X-Signature")
        }
        try action.deliver([Sample.alert(user: "\"}\r\n")])
        let request = try #require(server.requests.first)
        #expect(request.method == "PUT")
        #expect(request.body == "{\"text\":\"\\\"}\\r\\n\"}")
        let signature = try #require(request.headers["x-signature"])
        let parts = signature.split(separator: ",").map { $0.split(separator: "=")[1] }
        let code = SHA256.authenticationCode(of: Array("\(parts[0]).\(request.body)".utf8), key: Array("s3cret".utf8))
        #expect(String(parts[1]) == SHA256.hexadecimal(code))
        let age = abs(Date().timeIntervalSince1970 - (Double(parts[0]) ?? 0))
        #expect(age < 60)
    }

    @Test func severalInOneRequest() throws {
        let server = try HTTPTestServer()
        let action = Self.action(server.url) { $0.batch = 10 }
        try action.deliver((0..<3).map { Sample.alert($0) })
        let request = try #require(server.requests.first)
        let alerts = try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [[String: Any]]
        #expect(alerts?.compactMap { $0["match_id"] as? String } == ["m0", "m1", "m2"])
        #expect(request.headers["idempotency-key"] == nil)
    }

    /// No value of an event makes another header.
    @Test func headersCannotBeInjected() throws {
        let server = try HTTPTestServer()
        let action = Self.action(server.url) { $0.headers = [.init(name: "X-User", value: Template(known: "{{key.user}}", form: .line))] }
        for user in ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\r\n\r\nPOST / HTTP/1.1", "\u{0}"] {
            try action.deliver([Sample.alert(user: user)])
        }
        #expect(server.requests.count == 4)
        #expect(server.requests.allSatisfy { $0.headers["x-evil"] == nil && $0.method == "POST" })
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503, 599])
    func temporary(_ status: Int) throws {
        let server = try HTTPTestServer { _, _ in .status(status, headers: ["Retry-After": "7"], body: "not\nnow") }
        let error = Sample.error { try Self.action(server.url + "/secret").deliver([Sample.alert()]) }
        #expect(error?.kind == .temporary(retryAfter: 7_000_000_000))
        #expect(error?.description == "\(server.url) answered \(status): not now")
    }

    @Test(arguments: ["7 ", " \t7\t ", "7"])
    func blanksAroundTheTime(_ time: String) throws {
        let server = try HTTPTestServer { _, _ in .status(429, headers: ["Retry-After": time]) }
        let error = Sample.error { try Self.action(server.url).deliver([Sample.alert()]) }
        #expect(error?.kind == .temporary(retryAfter: 7_000_000_000))
    }

    @Test(arguments: [301, 400, 401, 403, 404, 410, 422])
    func refused(_ status: Int) throws {
        let server = try HTTPTestServer { _, _ in .status(status, headers: ["Location": "http://127.0.0.1:1/"]) }
        let error = Sample.error { try Self.action(server.url).deliver([Sample.alert()]) }
        #expect(error?.kind == .refused)
        #expect(server.requests.count == 1)
    }

    @Test func retryAfterAsADate() throws {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = format.string(from: Date(timeIntervalSinceNow: 100))
        let server = try HTTPTestServer { _, _ in .status(503, headers: ["Retry-After": date]) }
        let error = Sample.error { try Self.action(server.url).deliver([Sample.alert()]) }
        guard case .temporary(let wait?)? = error?.kind else { throw TestSupportError("\(String(describing: error))") }
        #expect((90_000_000_000...101_000_000_000).contains(wait))
    }

    /// Dates that nanoseconds since 1970 do not reach, and those that have passed.
    @Test(arguments: [("Fri, 31 Dec 9999 23:59:59 GMT", 3600), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)])
    func retryAfterFarAway(_ date: String, seconds: Int64) throws {
        let server = try HTTPTestServer { _, _ in .status(429, headers: ["Retry-After": date]) }
        let error = Sample.error { try Self.action(server.url).deliver([Sample.alert()]) }
        #expect(error?.kind == .temporary(retryAfter: seconds * 1_000_000_000))
    }

    /// What looks like no delivery, or half of one, is tried again, with the same key.
    @Test(arguments: [HTTPTestServer.Answer.hang, .half, .close, .slow(milliseconds: 1000)])
    func troubles(_ answer: HTTPTestServer.Answer) throws {
        let server = try HTTPTestServer { _, count in count == 0 ? answer : .status(200) }
        let action = Self.action(server.url)
        let error = Sample.error { try action.deliver([Sample.alert(5)]) }
        #expect(error?.kind == .temporary(retryAfter: nil))
        #expect(error?.description.hasPrefix(server.url + ": ") == true, "\(String(describing: error))")
        try action.deliver([Sample.alert(5)])
        #expect(server.requests.map { $0.headers["idempotency-key"] } == ["m5", "m5"])
    }

    @Test func nobodyListens() throws {
        let port = try LoopbackPort.free()
        let error = Sample.error {
            try Self.action("http://user:passw0rd@127.0.0.1:\(port)/token").deliver([Sample.alert()])
        }
        #expect(error?.kind == .temporary(retryAfter: nil))
        #expect(error?.description.contains("passw0rd") == false && error?.description.contains("token") == false)
    }

    /// Through the proxy that is named, and through none that only the environment names.
    @Test func proxies() throws {
        let proxy = try HTTPTestServer()
        let server = try HTTPTestServer()
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { unsetenv("http_proxy") }
        try Self.action(server.url).deliver([Sample.alert(1)])
        try Self.action("http://soc.invalid/hook") { $0.transfer.proxy = proxy.url }.deliver([Sample.alert(2)])
        #expect(server.requests.count == 1)
        #expect(proxy.requests.map(\.path) == ["http://soc.invalid/hook"])
    }

    @Test func certificates() throws {
        let mine = try Certificate()
        let server = try PythonServer(PythonServer.https, [mine.certificate, mine.key])
        let url = "https://127.0.0.1:\(server.port)/"
        let wrong = Sample.error { try Self.action(url) { $0.transfer.timeout = 5_000_000_000 }.deliver([Sample.alert()]) }
        #expect(wrong?.kind == .temporary(retryAfter: nil))
        #expect(wrong?.description.contains("certificate") == true, "\(String(describing: wrong))")
        try Self.action(url) {
            $0.transfer.timeout = 5_000_000_000
            $0.transfer.authorities = mine.certificate
        }.deliver([Sample.alert(1)])
        try Self.action(url) {
            $0.transfer.timeout = 5_000_000_000
            $0.transfer.verifiesTLS = false
        }.deliver([Sample.alert(2)])
        #expect(try server.texts(".body").count == 2)

        let other = try Certificate(name: "other.example", addresses: "DNS:other.example")
        let misnamed = try PythonServer(PythonServer.https, [other.certificate, other.key])
        let error = Sample.error {
            try Self.action("https://127.0.0.1:\(misnamed.port)/") {
                $0.transfer.timeout = 5_000_000_000
                $0.transfer.authorities = other.certificate
            }.deliver([Sample.alert()])
        }
        #expect(error?.kind.isTemporary == true)
        #expect(try misnamed.texts(".body").isEmpty)
    }

    /// A delivery under way ends soon when it is cancelled.
    @Test func cancellation() throws {
        let server = try HTTPTestServer { _, _ in .hang }
        let cancellation = Cancellation()
        let action = Self.action(server.url) { $0.transfer.timeout = 60_000_000_000 }
        action.open(pendingBytes: 0, cancellation: cancellation)
        Thread.detachNewThread {
            usleep(200_000)
            cancellation.set()
        }
        let start = ContinuousClock.now
        let error = Sample.error { try action.deliver([Sample.alert()]) }
        #expect(error?.kind == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}
