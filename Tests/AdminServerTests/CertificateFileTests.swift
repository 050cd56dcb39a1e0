import Foundation
import TestSupport
import Testing

/// Files of `tls` that cannot be used end the service before it starts anything, with 3 and the reason; `run --check` says the same.
@Suite struct CertificateFileTests {
    private struct Result {
        let exitCode: Int32
        let text: String
    }

    private let certificate: Certificate
    private let folder: TemporaryFolder

    init() throws {
        certificate = try Certificate()
        folder = try TemporaryFolder()
        try folder.write(RunningService.rule, to: "rule.yaml")
        try folder.write("no certificate\n", to: "text.pem")
    }

    private func run(certificate: String, key: String, check: Bool) throws -> Result {
        try folder.write(
            """
            sources: { auth: { type: http } }
            rules: [rule.yaml]
            state: 'memory:'
            server: { listen: '127.0.0.1:\(try LoopbackPort.free())', tls: { certificate: '\(certificate)', key: '\(key)' } }

            """, to: "fluxcore.yaml")
        let output = UUID().uuidString
        let process = try ChildProcess(
            RunningService.executable, ["run", "--config", folder.file("fluxcore.yaml")] + (check ? ["--check"] : []),
            output: folder.file(output))
        return Result(exitCode: process.waitUntilExit(), text: try folder.text(of: output))
    }

    private func expect(
        _ message: String, certificate: String? = nil, key: String? = nil, at place: SourceLocation = #_sourceLocation
    ) throws {
        for check in [true, false] {
            let result = try run(certificate: certificate ?? self.certificate.certificate, key: key ?? self.certificate.key, check: check)
            #expect(result.exitCode == 3, "\(result)", sourceLocation: place)
            #expect(result.text.contains("error: \(message)"), "\(result)", sourceLocation: place)
            #expect(!result.text.contains("listening"), sourceLocation: place)
        }
    }

    private func openssl(_ arguments: [String]) throws {
        let process = try ChildProcess("openssl", arguments, output: folder.file("openssl.log"))
        guard process.waitUntilExit() == 0 else { throw TestSupportError(try folder.text(of: "openssl.log")) }
    }

    @Test func filesThatCannotBeRead() throws {
        try expect("`certificate` of `tls`: `none.pem` cannot be read: No such file or directory", certificate: "none.pem")
        try expect("`key` of `tls`: `none.pem` cannot be read: No such file or directory", key: "none.pem")
        try expect("`certificate` of `tls`: `/dev` cannot be read: it is no regular file", certificate: "/dev")
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        try expect("`key` of `tls`: `pipe` cannot be read: it is no regular file", key: "pipe")
    }

    @Test func filesThatHoldSomethingElse() throws {
        try expect("`certificate` of `tls`: `text.pem` holds no certificate in PEM", certificate: "text.pem")
        try expect("`key` of `tls`: `text.pem` holds no key in PEM", key: "text.pem")
        try expect("`key` of `tls`: `\(certificate.certificate)` holds no key in PEM", key: certificate.certificate)
    }

    @Test func keysOfOtherCertificates() throws {
        let other = try Certificate()
        try expect("`key` of `tls`: `\(other.key)` is not the key of `\(certificate.certificate)`", key: other.key)
    }

    @Test func keysThatAreEncrypted() throws {
        let passphrase = "planted-passphrase"
        try openssl(["pkey", "-aes256", "-passout", "pass:\(passphrase)", "-in", certificate.key, "-out", folder.file("new.pem")])
        try openssl(["ec", "-aes256", "-passout", "pass:\(passphrase)", "-in", certificate.key, "-out", folder.file("old.pem")])
        for name in ["new.pem", "old.pem"] { try expect("`key` of `tls`: `\(name)` is encrypted", key: name) }
    }

    /// An RSA key with the certificates of its authority behind its own, as authorities give them.
    @Test func chainsAreShown() throws {
        let request = folder.file("request.pem"), key = folder.file("rsa.pem")
        try openssl(["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", request])
        try folder.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n", to: "extensions")
        try openssl([
            "x509", "-req", "-in", request, "-CA", certificate.certificate, "-CAkey", certificate.key, "-days", "2", "-extfile",
            folder.file("extensions"), "-out", folder.file("leaf.pem"),
        ])
        let chain = try folder.text(of: "leaf.pem") + String(contentsOfFile: certificate.certificate, encoding: .utf8)
        try folder.write(chain, to: "chain.pem")
        let service = try RunningService(
            "server: { listen: '127.0.0.1:PORT', tls: { certificate: chain.pem, key: rsa.pem } }", authority: certificate.certificate,
            in: folder)
        #expect(try service.curl("/healthz").status == 200)
    }
}
