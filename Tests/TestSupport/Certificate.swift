import Foundation

/// A certificate for `localhost` and 127.0.0.1 that signs itself, and its key.
public final class Certificate: Sendable {
    private let folder: TemporaryFolder
    /// Path of the certificate (PEM); who trusts it names it as an authority.
    public var certificate: String { folder.file("certificate.pem") }
    /// Path of the key (PEM).
    public var key: String { folder.file("key.pem") }

    /// Makes one with openssl, valid for so many days.
    public init(name: String = "localhost", addresses: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2) throws {
        folder = try TemporaryFolder()
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "\(days)", "-subj",
            "/CN=\(name)",
            "-addext", "subjectAltName=\(addresses)", "-keyout", key, "-out", certificate,
        ]
        let process = try ChildProcess("openssl", arguments, output: folder.file("openssl.log"))
        guard process.waitUntilExit() == 0 else { throw TestSupportError("openssl: \((try? folder.text(of: "openssl.log")) ?? "")") }
    }
}
