import Foundation
import TestSupport
import Testing

/// Many reloads while events come in. `FLUXCORE_RELOADS=1000` for a longer run.
@Suite(.serialized) struct ReloadLoadTests {
    private static let count = ProcessInfo.processInfo.environment["FLUXCORE_RELOADS"].flatMap { Int($0) } ?? 240

    @Test func reloadsUnderLoadLoseNothingAndDoubleNothing() throws {
        let load = try ReloadLoad(seed: 31, events: 20 * Self.count, pieces: Self.count, store: .redis)
        try load.harness.start()
        try load.harness.waitForLog("info running")
        var early = 0
        for number in 0..<Self.count {
            try load.feed(number)
            try load.change()
            try eventually("reload \(number)", timeoutSeconds: ServiceHarness.limit) {
                if !load.harness.isRunning { throw TestSupportError("the service ended:\n\(load.harness.log)") }
                return load.reloads > number
            }
            if number == Self.count / 4 { early = try #require(load.harness.residentMemory) }
        }
        let late = try #require(load.harness.residentMemory)
        print("\(Self.count) reloads: \(early >> 10) KiB after a quarter of them, \(late >> 10) KiB at the end")
        #expect(late < early + 16 << 20, "\(early >> 20) MiB, then \(late >> 20) MiB")
        load.harness.signal(SIGTERM)
        #expect(try load.harness.waitForExit() == 0)
        #expect(load.reloads == Self.count)
        // Half of them change a pattern in a way that every attempt can go on under.
        let mapped = load.harness.log.split(separator: "\n").filter { $0.contains("carried over to a changed pattern") }
        #expect(mapped.count > Self.count / 4 && mapped.allSatisfy { $0.contains(" attempts_dropped=0 ") })
        #expect(mapped.contains { !$0.contains(" attempts_kept=0 ") })
        try load.finish()
        try load.expectSame("after \(Self.count) reloads")
    }
}
