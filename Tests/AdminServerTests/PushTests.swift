import Foundation
import TestSupport
import Testing

/// Events that are pushed.
@Suite struct PushTests {
    private func read(_ service: RunningService) throws -> Int? {
        let sources = try service.get("/api/v1/status").json["sources"] as? [[String: Any]]
        return sources?.first?["read"] as? Int
    }

    /// What was answered as durable survives `kill -9`, and is decided once.
    @Test func durableEventsSurvive() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }")
        for round in 0..<3 {
            for second in 0..<5 {
                let event = RunningService.event(round * 10 + second, "u\(round)", "failure")
                #expect(try service.post("/api/v1/events/auth?durable=true", event).status == 202)
            }
            try service.restart()
            #expect(try read(service) == (round + 1) * 5)
        }
        try service.wait("alerts") { try service.folder.text(of: "alerts.ndjson").split(separator: "\n").count == 15 }
        #expect(service.stop() == 0)
    }

    /// What is compressed would be no event.
    @Test func compressedBodiesAreRefused() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }")
        for (coding, status) in [("gzip", 415), ("identity", 202)] {
            let answer = try service.post(
                "/api/v1/events/auth", RunningService.event(0, "u", "failure"), headers: ["Content-Encoding": coding])
            #expect(answer.status == status, "\(answer)")
        }
        #expect(service.stop() == 0)
        #expect(service.log.contains("processed=1 read=1 source=auth"))
    }

    /// What was accepted before the service is told to stop is not lost.
    @Test func stoppingReadsWhatWasAccepted() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }")
        let lines = (0..<5000).map { RunningService.event($0, "u", "failure") }.joined()
        #expect(try service.post("/api/v1/events/auth", lines).status == 202)
        #expect(service.stop() == 0)
        #expect(service.log.contains("late=0 processed=5000 read=5000 source=auth"))
    }

    /// Rules are taken over while pushed events wait for the watermark, of which none is lost or counted twice; and more are taken.
    @Test func rulesReloadWhileEventsWait() throws {
        let service = try RunningService(sources: "auth: { type: http, time: ts, lateness: 1m, idle: never }")
        for round in 1...3 {
            let lines = (0..<100).map { RunningService.event(round * 100 + $0, "u", "failure") }.joined()
            #expect(try service.post("/api/v1/events/auth", lines).status == 202)
            try service.wait("the events") {
                let source = (try service.get("/api/v1/status").json["sources"] as? [[String: Any]])?.first
                guard let read = source?["read"] as? Int, let waiting = source?["waiting"] as? Int else { return false }
                return read + waiting == round * 100 && waiting > 0
            }
            try service.folder.write(RunningService.rule.replacing("title: Everything", with: "title: Round \(round)"), to: "rule.yaml")
            try service.wait("the reload") { service.log.ranges(of: "rules reloaded").count == round }
        }
        #expect(try service.post("/api/v1/events/auth", RunningService.event(1000, "u", "no failure")).status == 202)
        try service.wait("all alerts") { try service.folder.text(of: "alerts.ndjson").split(separator: "\n").count == 300 }
        #expect(service.stop() == 0)
        #expect(service.log.contains("late=0 processed=300 read=300 source=auth"))
    }

    /// While a source is held back its queue fills up, and clients are told to wait.
    @Test func aFullQueueIsToldToClients() throws {
        let service = try RunningService(
            sources: "auth: { type: http, time: ts, idle: never, queue: 64KiB }\n  other: { type: http, time: ts, idle: never }")
        var answer: HTTPClient.Answer?
        for second in 0..<200 {
            let lines = (0..<700).map { RunningService.event(second * 700 + $0, "u", "failure") }.joined()
            answer = try service.post("/api/v1/events/auth", lines)
            if answer?.status != 202 { break }
        }
        #expect(answer?.status == 429 && answer?.headers["retry-after"] == "1" && answer?.errorCode == "queue_full")
        #expect(try service.get("/metrics").text.contains("fluxcore_intake_refused_total{source=\"auth\"} 1\n"))
        #expect(try service.post("/api/v1/events/other", RunningService.event(1_000_000, "u", "failure")).status == 202)
        try service.wait("room") { try service.post("/api/v1/events/auth", RunningService.event(900_000, "u", "failure")).status == 202 }
    }

    /// Events that wait for the watermark are in no checkpoint: whoever wants to know is told so.
    @Test func whatWaitsIsNotDurable() throws {
        let service = try RunningService("server: { listen: '127.0.0.1:PORT', timeout: 1s }")
        let answer = try service.post("/api/v1/events/auth?durable=true", RunningService.event(0, "u", "failure"))
        #expect(answer.status == 504 && answer.errorCode == "not_durable")
        #expect(try service.post("/api/v1/events/auth?durable=maybe", "").status == 400)
    }
}
