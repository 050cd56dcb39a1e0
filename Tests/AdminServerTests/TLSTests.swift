import EngineService
import Foundation
import TestSupport
import Testing

/// The service over TLS, with certificates that openssl made and curl as the client.
@Suite struct TLSTests {
    private static let token = "planted-token-0815-4711"
    private static let service = Shared {
        let certificate = try Certificate(addresses: "DNS:localhost,DNS:flux.example,IP:127.0.0.1")
        return (try start("hosts: [flux.example], listen: '0.0.0.0:PORT', timeout: 1s, connections: 4", certificate), certificate)
    }

    private let service: RunningService
    private let certificate: Certificate

    init() throws { (service, certificate) = try Self.service.get() }

    /// A service whose certificate and key are copies beside its configuration.
    private static func start(_ server: String, _ certificate: Certificate, in folder: TemporaryFolder? = nil) throws -> RunningService {
        let folder = try folder ?? TemporaryFolder()
        try copy(certificate, into: folder)
        return try RunningService(
            sources: "auth: { type: http, time: ts, idle: never }",
            """
            server:
              { \(server), tls: { certificate: cert.pem, key: key.pem },
                tokens: [{ name: all, scopes: [read, operate, ingest], value: '${env:TOKEN}' }] }
            """, environment: ["TOKEN": token], authority: certificate.certificate, in: folder)
    }

    private static func copy(_ certificate: Certificate, into folder: TemporaryFolder) throws {
        try folder.write(try String(contentsOfFile: certificate.certificate, encoding: .utf8), to: "cert.pem")
        try folder.write(try String(contentsOfFile: certificate.key, encoding: .utf8), to: "key.pem")
    }

    @Test func itAnswersOverTLS() throws {
        for options in [[], ["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"], ["--no-alpn"], ["--http2"]] {
            let answer = try service.curl("/api/v1/status", token: Self.token, options: options)
            #expect(answer.status == 200 && answer.body.contains("\"phase\":\"running\""), "\(options) \(answer)")
        }
        #expect(try service.curl("/api/v1/status").status == 401)
        #expect(try service.curl("/api/v1/status", token: "planted-token-0815-4712").status == 401)
        #expect(try service.curl("/healthz").status == 200)
        let pushed = try service.curl("/api/v1/events/auth", token: Self.token, body: RunningService.event(0, "tls", "failure"))
        #expect(pushed.status == 202, "\(pushed)")
        #expect(service.log.contains("listening address=https://0.0.0.0:\(service.port) certificate_until=2"))
    }

    /// Nanoseconds since 1970 end in 2262.
    @Test func aCertificateMayBeValidForCenturies() throws {
        let certificate = try Certificate(days: 365_000)
        let service = try Self.start("listen: '127.0.0.1:PORT'", certificate)
        let metrics = try service.curl("/metrics", token: Self.token)
        #expect(metrics.body.contains("fluxcore_certificate_expiry_timestamp_seconds 3"), "\(metrics)")
        #expect(service.log.contains("certificate_until=2262-04-11"), "\(service.log)")
        service.hangUp()
        try service.wait("the certificate again") { service.log.contains("certificate read again") }
    }

    @Test func namesAreChecked() throws {
        #expect(try service.curl("/api/v1/status", host: "flux.example", token: Self.token).status == 200)
        let other = try service.curl("/api/v1/status", token: Self.token, options: ["-H", "Host: evil.example"])
        #expect(other.status == 421 && other.body.contains("wrong_host"))
        func push(from origin: String) throws -> Int {
            try service.curl(
                "/api/v1/events/auth", host: "flux.example", token: Self.token, body: "\n", options: ["-H", "Origin: \(origin)"]
            ).status
        }
        #expect(try push(from: "https://flux.example:\(service.port)") == 202)
        #expect(try push(from: "https://evil.example") == 403)
        // Whoever does not trust its maker does not get as far as a request.
        let stranger = try Certificate()
        let refused = try service.curl("/healthz", options: ["--cacert", stranger.certificate])
        #expect(refused.exitCode == 60, "\(refused)")
    }

    @Test func oldVersionsAreRefused() throws {
        let folder = try TemporaryFolder()
        let client = try ChildProcess(
            "openssl", ["s_client", "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0", "-connect", "127.0.0.1:\(service.port)"],
            output: folder.file("said"))
        #expect(client.waitUntilExit() != 0)
        #expect(try folder.text(of: "said").contains("alert protocol version"))
    }

    /// Whoever speaks no TLS gets no answer, and fills no log.
    @Test func plainHTTPIsRefused() throws {
        for _ in 0..<50 {
            let client = try HTTPClient(port: service.port)
            client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(!String(decoding: client.receiveAll(), as: UTF8.self).contains("HTTP/1.1"))
        }
        let client = try HTTPClient(port: service.port)
        client.send((0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        client.finish()
        #expect(!String(decoding: client.receiveAll(), as: UTF8.self).contains("HTTP/1.1"))
        #expect(try service.curl("/healthz").status == 200)
        for level in [" warning ", " error ", " critical "] {
            #expect(!service.log.split(separator: "\n").contains { $0.contains(level) && !$0.contains("request refused") }, "\(level)")
        }
    }

    /// More clients than there are connections begin handshakes and never end them; the next one is answered all the same.
    @Test func handshakesThatNeverEndAreLeft() throws {
        let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]
        let clients = try (0..<8).map { _ in try HTTPClient(port: service.port) }
        for (number, client) in clients.enumerated() where number % 2 == 0 { client.send(hello) }
        // One goes on and on.
        let isOver = Monitor(false), hasEnded = Monitor(false)
        Thread.detachNewThread { [port = service.port] in
            let client = try? HTTPClient(port: port)
            client?.send(hello)
            while !isOver.read({ $0 }) {
                client?.send([0])
                usleep(100_000)
            }
            hasEnded.update { $0 = true }
        }
        let answer = try service.curl("/healthz")
        isOver.update { $0 = true }
        hasEnded.wait { $0 ? () : nil }
        #expect(answer.status == 200, "\(answer)")
        withExtendedLifetime(clients) {}
    }

    /// A stream, which no timeout ends, comes as its events do.
    @Test func streamsComeOverTLS() throws {
        let folder = try TemporaryFolder()
        let client = try ChildProcess(
            "curl",
            [
                "-sSN", "--cacert", certificate.certificate, "-H", "Authorization: Bearer \(Self.token)",
                "https://localhost:\(service.port)/api/v1/matches/stream?rule=auth.other",
            ], output: folder.file("stream"))
        var second = 100
        try service.wait("an alert in the stream") {
            second += 1
            _ = try service.curl("/api/v1/events/auth", token: Self.token, body: RunningService.event(second, "stream", "failure"))
            return try folder.text(of: "stream").contains("\"rule\":\"auth.other\"")
        }
        client.kill()
    }

    /// Commands that ask the running service do so over TLS, and trust no other.
    @Test func theCommandLineAsksOverTLS() throws {
        let environment = ["TOKEN": Self.token, "FLUXCORE_TOKEN": Self.token]
        let added = try service.command(
            "silence", "add", "--rule", "auth.none", "--for", "1h", "--reason", "x", environment: environment)
        #expect(added.status == 0 && added.errors.contains("auth.none is silenced until"), "\(added)")
        #expect(try service.curl("/api/v1/silences", token: Self.token).body.contains("\"rule\":\"auth.none\""))

        let folder = try TemporaryFolder()
        let other = try Self.start("hosts: [flux.example], listen: '127.0.0.1:PORT'", certificate, in: folder)
        try Self.copy(try Certificate(), into: folder)
        let refused = try other.command(
            "silence", "add", "--rule", "auth.none", "--for", "1h", "--reason", "x", environment: environment)
        #expect(refused.status == 3 && refused.errors.contains("certificate"), "\(refused)")
    }

    /// A new certificate is taken on SIGHUP; one that is not usable changes nothing.
    @Test func certificatesAreRenewed() throws {
        let folder = try TemporaryFolder()
        let service = try Self.start("listen: '127.0.0.1:PORT'", certificate, in: folder)
        let next = try Certificate()
        try folder.write(try String(contentsOfFile: next.certificate, encoding: .utf8), to: "cert.pem")
        service.hangUp()
        try service.wait("a refused certificate") { service.log.contains("the certificate stays as it was: `key` of `tls`") }
        #expect(try service.curl("/healthz").status == 200)
        try Self.copy(next, into: folder)
        service.hangUp()
        try service.wait("the new certificate") {
            try service.curl("/healthz", options: ["--cacert", next.certificate]).status == 200
        }
        #expect(try service.curl("/healthz").exitCode == 60)
        #expect(service.log.contains("certificate read again"))
        #expect(service.stop() == 0)
    }

    /// Secrets are in no log, however much is logged.
    @Test func nothingSecretIsLogged() throws {
        _ = try service.curl("/api/v1/status", token: Self.token)
        let configuration = try service.curl("/api/v1/config", token: Self.token).body
        #expect(configuration.contains("certificate cert.pem, key key.pem"))
        let key = try String(contentsOfFile: certificate.key, encoding: .utf8).split(separator: "\n").dropFirst().dropLast()
        for secret in [Self.token] + key.map(String.init) {
            #expect(!service.log.contains(secret) && !configuration.contains(secret))
        }
    }
}
