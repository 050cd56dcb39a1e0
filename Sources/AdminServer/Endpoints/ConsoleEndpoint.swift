import CConsole
import Connectors

/// `/` and `/console/…`: the files of the web console. They show nothing of the service, so they need no token; what the
/// page then asks the interface for does.
struct ConsoleEndpoint: Sendable {
    private struct File: Sendable {
        var bytes: [UInt8]
        var type: String
        var tag: String
    }

    private static let start = "index.html"
    /// What a page of the console may do: run, style and show what is served here, and ask the server that it came from.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'
        """

    /// By path below `/console/`.
    private let files: [String: File]

    /// The console that was built into the program.
    init() {
        var count = 0
        let first = cconsole_files(&count)
        var files: [String: File] = [:]
        for file in UnsafeBufferPointer(start: first, count: count) {
            let name = String(cString: file.name)
            let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.size))
            files[name] = File(bytes: bytes, type: Self.type(of: name), tag: "\"\(SHA256.hexadecimal(SHA256.hash(bytes).prefix(8)))\"")
        }
        self.files = files
    }

    /// The names of all files, for tests.
    var names: Set<String> { Set(files.keys) }

    /// They are for browsers, and not in the OpenAPI document.
    var routes: [Route] {
        [
            route("/", "The web console") { _ in Self.start },
            route("/console/{name}", "A file of the console") { $0[0] },
            route("/console/{folder}/{name}", "A file of the console") { "\($0[0])/\($0[1])" },
        ]
    }

    private func route(_ path: String, _ summary: String, name: @escaping @Sendable ([String]) -> String) -> Route {
        Route(method: "GET", path: path, summary: summary, statuses: [(200, "The file"), (304, "As the client has it")]) { request in
            try answer(name(request.parameters), known: request.headers["if-none-match"])
        }
    }

    private func answer(_ name: String, known: String?) throws(AdminError) -> AdminResponse {
        guard let file = files[name] else { throw .notFound("the console has no such file") }
        let isKnown = known == file.tag
        return AdminResponse(
            status: isKnown ? 304 : 200, contentType: file.type,
            headers: [
                ("Content-Security-Policy", Self.policy), ("ETag", file.tag),
                // A newer program has other files under the same names.
                ("Cache-Control", "no-cache"),
            ],
            body: .bytes(isKnown ? [] : file.bytes))
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
