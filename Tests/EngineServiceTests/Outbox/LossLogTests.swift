import Foundation
import Logging
import TestSupport
import Testing

@testable import EngineService

/// Alerts that do not arrive are told of: not one line for each, but none is left out.
@Suite struct LossLogTests {
    private static let second: Int64 = 1_000_000_000

    @Test func everyLossIsInALine() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "log")
        let file = try #require(FileHandle(forWritingAtPath: folder.file("log")))
        let logger = Logger(label: "test") { _ in LineLogHandler(output: LogOutput(descriptor: file.fileDescriptor)) }
        let losses = LossLog(action: "hook", logger: logger)
        func lines() throws -> [String] {
            try folder.text(of: "log").split(separator: "\n").map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        }
        losses.add(.dead, 3, reason: "no", matchID: "m1", now: 5 * Self.second)
        losses.add(.dead, 4, reason: "never", matchID: "m2", now: 6 * Self.second)
        losses.add(.dropped, 1, reason: "full", now: 7 * Self.second)
        losses.tellDue(14 * Self.second)
        let first = [
            "error alerts are dead letters now: no action=hook alerts=3 match_id=m1",
            "warning alerts are dropped: full action=hook alerts=1",
        ]
        #expect(try lines() == first)
        losses.tellDue(15 * Self.second)
        losses.tellDue(30 * Self.second)
        let second = first + ["error alerts are dead letters now: never action=hook alerts=4 match_id=m2"]
        #expect(try lines() == second)
        losses.add(.dropped, 2, reason: "full", now: 30 * Self.second)
        losses.add(.dropped, 5, reason: "full", now: 31 * Self.second)
        losses.tellAll(31 * Self.second)
        losses.tellAll(31 * Self.second)
        #expect(
            try lines() == second + [
                "warning alerts are dropped: full action=hook alerts=2", "warning alerts are dropped: full action=hook alerts=5",
            ])
    }
}
