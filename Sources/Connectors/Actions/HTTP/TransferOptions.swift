/// How servers are connected to, over HTTP and SMTP.
package struct TransferOptions: Sendable, Equatable {
    /// A server's certificate must be issued by an authority that is trusted, for the name that was connected to.
    package var verifiesTLS = true
    /// Path of a file of certificates of authorities (PEM); nil: those of the system.
    package var authorities: String?
    /// URL of the proxy that connections go through; nil: none.
    package var proxy: String?
    /// So long connecting may take, nanoseconds.
    package var connectTimeout: Int64 = 10_000_000_000
    /// So long a whole request may take, nanoseconds.
    package var timeout: Int64 = 30_000_000_000

    /// The defaults.
    package init() {}
}
