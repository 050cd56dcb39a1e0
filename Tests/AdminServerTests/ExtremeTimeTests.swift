import Foundation
import TestSupport
import Testing

/// Times that are events' by what they look like, and centuries away: their distances are more than nanoseconds can count.
@Suite struct ExtremeTimeTests {
    @Test func nothingEndsTheService() throws {
        let service = try RunningService(sources: "auth: { path: auth.ndjson, time: ts, idle: never }")
        func event(_ year: Int, _ user: String, _ outcome: String) -> String {
            "{\"ts\":\"\(year)-01-01T00:00:00Z\",\"user\":\"\(user)\",\"outcome\":\"\(outcome)\"}\n"
        }
        func look(read: Int) throws {
            try service.wait("\(read) events") {
                try service.get("/metrics").text.contains("fluxcore_events_read_total{source=\"auth\"} \(read)\n")
            }
            for path in ["/metrics", "/api/v1/status", "/api/v1/history", "/api/v1/rules", "/api/v1/state/keys?rule=auth.bruteforce", "/"] {
                #expect(try service.get(path).status < 500, "\(path)")
            }
            let why = try service.get("/api/v1/why?rule=auth.bruteforce&key=ann")
            #expect(why.status == 200, "\(why)")
        }
        try service.folder.write(event(1700, "ann", "failure"), to: "auth.ndjson")
        try look(read: 1)
        // Far ahead, and so late as nothing else.
        let late =
            event(1700, "ann", "failure") + event(2260, "ann", "success") + event(1700, "ann", "failure")
            + event(2260, "ann", "failure") + event(1701, "ann", "success")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: service.folder.file("auth.ndjson")))
        try file.seekToEnd()
        try file.write(contentsOf: Data(late.utf8))
        try look(read: 6)
        #expect(service.stop() == 0)
    }
}
