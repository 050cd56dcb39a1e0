import EngineService
import EventEngine
import Glibc
import Logging
import NIOSSL
import Synchronization

/// The certificate that the server shows and its key, as they stood in their files when these were last read.
public final class ServerCertificate: Sendable {
    private let files: ServiceConfiguration.Server.TLS
    private let describe: @Sendable (String) -> String
    private let current: Mutex<CertificateFiles>

    /// Reads the files that the configuration names; nil where it has no TLS. Throws what is wrong with them.
    public init?(of configuration: ServiceConfiguration) throws(AdminServerError) {
        guard let files = configuration.server?.tls else { return nil }
        self.files = files
        describe = { configuration.redactedValue($0) }
        current = Mutex(try CertificateFiles(files, describe: describe))
    }

    /// Reads the files again: connections that begin from now on are shown what is in them. When they are not usable, all
    /// stays as it is, and the log says why.
    public func renew(_ logger: Logger) {
        do throws(AdminServerError) {
            let read = try CertificateFiles(files, describe: describe)
            current.withLock { $0 = read }
            logger.notice("certificate read again", metadata: ["certificate": "\(describe(files.certificate))", "until": "\(until)"])
        } catch {
            logger.error("the certificate stays as it was: \(error)")
        }
    }

    /// When it expires, in words.
    var until: String { Timestamp.format(min(expiry, Int64.max / Timestamp.second) * Timestamp.second) }

    /// When it expires, seconds since 1970 UTC.
    var expiry: Int64 { current.withLock { $0.expiry } }

    /// How TLS is spoken; each connection asks for the certificate as it is when it begins.
    var configuration: TLSConfiguration {
        var configuration = current.withLock { $0.configuration }
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in
            var files = NIOSSLContextConfigurationOverride()
            let now = current.withLock { $0 }
            files.certificateChain = now.chain
            files.privateKey = now.key
            promise.succeed(files)
        }
        return configuration
    }
}

/// A certificate and its key that were read from files and belong together.
private struct CertificateFiles: Sendable {
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource
    /// Seconds since 1970 UTC.
    let expiry: Int64

    /// Reads the files; `describe` says a path as people are to see it.
    init(_ files: ServiceConfiguration.Server.TLS, describe: (String) -> String) throws(AdminServerError) {
        let certificate = "`certificate` of `tls`: `\(describe(files.certificate))`"
        try Self.requireReadable(files.certificate, certificate)
        guard let chain = try? NIOSSLCertificate.fromPEMFile(files.certificate), let leaf = chain.first else {
            throw AdminServerError(description: "\(certificate) holds no certificate in PEM")
        }
        let key = "`key` of `tls`: `\(describe(files.key))`"
        try Self.requireReadable(files.key, key)
        self.chain = chain.map { .certificate($0) }
        self.key = .privateKey(try Self.privateKey(files.key, key))
        expiry = Int64(leaf.notValidAfter)
        guard (try? NIOSSLContext(configuration: configuration)) != nil else {
            throw AdminServerError(description: "\(key) is not the key of `\(describe(files.certificate))`")
        }
    }

    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }

    private static func privateKey(_ path: String, _ what: String) throws(AdminServerError) -> NIOSSLPrivateKey {
        var asks = false
        // Only what is encrypted asks; nothing is answered.
        if let key = try? NIOSSLPrivateKey(file: path, format: .pem, passphraseCallback: { (_: ([UInt8]) -> Void) in asks = true }) {
            return key
        }
        throw AdminServerError(
            description: asks
                ? "\(what) is encrypted; `openssl pkey -in … -out …` writes it without its passphrase" : "\(what) holds no key in PEM")
    }

    /// To open a pipe would wait for a writer.
    private static func requireReadable(_ path: String, _ what: String) throws(AdminServerError) {
        var information = stat()
        guard access(path, R_OK) == 0, stat(path, &information) == 0 else {
            throw AdminServerError(description: "\(what) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw AdminServerError(description: "\(what) cannot be read: it is no regular file")
        }
    }
}
