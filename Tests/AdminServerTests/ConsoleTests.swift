import Foundation
import Testing

@testable import AdminServer

/// The files of the web console, as they are served. What they do is tried in a browser, by `tools/console-check`.
@Suite struct ConsoleTests {
    private static let assets = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/CConsole/assets").standardizedFileURL

    private static func names() throws -> Set<String> {
        let files = try #require(FileManager.default.enumerator(at: assets, includingPropertiesForKeys: [.isRegularFileKey]))
        var names: Set<String> = []
        for case let url as URL in files where try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
            names.insert(String(url.standardizedFileURL.path.dropFirst(assets.path.count + 1)))
        }
        return names
    }

    @Test func everyFileIsServedAsItLies() throws {
        let service = try sharedService.get()
        let names = try Self.names()
        #expect(names == ConsoleEndpoint().names)
        for name in names {
            let answer = try service.get("/console/\(name)")
            #expect(answer.status == 200, "\(name)")
            #expect(Data(answer.body) == (try Data(contentsOf: Self.assets.appendingPathComponent(name))), "\(name)")
            #expect(answer.headers["content-type"]?.isEmpty == false && answer.headers["content-type"] != "application/octet-stream")
        }
        #expect(try service.get("/").body == service.get("/console/index.html").body)
    }

    @Test func headersLetThePageRunItsOwnFilesOnly() throws {
        let service = try sharedService.get()
        let answer = try service.get("/")
        let policy = try #require(answer.headers["content-security-policy"])
        #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && !policy.contains("unsafe"))
        #expect(answer.headers["x-content-type-options"] == "nosniff" && answer.headers["cache-control"] == "no-cache")
        // The interface keeps its own.
        let status = try service.get("/api/v1/status")
        #expect(status.headers["content-security-policy"]?.contains("script-src") == false && status.headers["cache-control"] == "no-store")
    }

    @Test func whatAClientHasIsNotSentAgain() throws {
        let service = try sharedService.get()
        let tag = try #require(try service.get("/console/main.js").headers["etag"])
        let known = try service.get("/console/main.js", headers: ["If-None-Match": tag])
        #expect(known.status == 304 && known.body.isEmpty)
        #expect(try service.get("/console/main.js", headers: ["If-None-Match": "\"other\""]).status == 200)
    }

    @Test func nothingElseIsServed() throws {
        let service = try sharedService.get()
        for target in ["/console/none.js", "/console/pages/none.js", "/console/", "/console/..%2Fconsole.c", "/console/pages"] {
            #expect(try service.get(target).status == 404, "\(target)")
        }
        #expect(try service.post("/", "x").status == 405)
        #expect(try service.get("/?x=1").status == 400)
    }
}
