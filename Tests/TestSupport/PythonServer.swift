import Foundation

/// A server that the system's Python runs from a text. Ends with its owner.
public final class PythonServer: Sendable {
    /// Its port on 127.0.0.1.
    public let port: Int
    /// A folder for what it writes.
    public let folder: TemporaryFolder
    private let process: ChildProcess

    /// Starts a program and waits until its port takes connections. Its arguments are the port, the folder, and `arguments`.
    public init(_ program: String, _ arguments: [String] = []) throws {
        port = try LoopbackPort.free()
        folder = try TemporaryFolder()
        try folder.write(program, to: "server.py")
        let process = try ChildProcess(
            "/usr/bin/python3", [folder.file("server.py"), String(port), folder.path] + arguments, output: folder.file("server.log"))
        self.process = process
        let (port, folder) = (port, folder)
        try eventually("an answer of the Python server", timeoutSeconds: 20) {
            guard process.isRunning else { throw TestSupportError("python: \((try? folder.text(of: "server.log")) ?? "")") }
            guard let socket = LoopbackPort.connect(port) else { return false }
            close(socket)
            return true
        }
    }

    /// The files that it wrote whose names end so, in order of name, as texts.
    public func texts(_ ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(ending) }.sorted().map {
            try folder.text(of: $0)
        }
    }

    /// An HTTPS server that answers 200 to every POST and writes its body to `N.body`. Arguments: certificate, key.
    public static let https = """
        import http.server, ssl, sys
        count = 0
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                global count
                count += 1
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                open("%s/%04d.body" % (sys.argv[2], count), "wb").write(body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
            def log_message(self, *arguments):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.serve_forever()
        """

    /// An SMTP server that wants STARTTLS and the login `user` with the password `correct horse`, refuses mail to `nobody@…` with 550 and to
    /// `later@…` with 451, and writes each mail to `N.eml` as it came. Arguments: certificate, key.
    public static let smtp = """
        import ssl, sys, threading
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult
        class Handler:
            count = 0
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("nobody@"):
                    return "550 there is nobody of that name"
                if address.startswith("later@"):
                    return "451 come back later"
                envelope.rcpt_tos.append(address)
                return "250 OK"
            async def handle_DATA(self, server, session, envelope):
                Handler.count += 1
                open("%s/%04d.eml" % (sys.argv[2], Handler.count), "wb").write(
                    ("X-To: %s\\n" % ",".join(envelope.rcpt_tos)).encode() + envelope.original_content)
                return "250 OK"
        def authenticate(server, session, envelope, mechanism, data):
            return AuthResult(success=data.login == b"user" and data.password == b"correct horse")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), tls_context=context, require_starttls=True,
                   authenticator=authenticate, auth_required=True).start()
        threading.Event().wait()
        """
}
