import Foundation
import TestSupport
import Testing

import StateStore

/// Two processes with one state: only the one that took it over last goes on.
@Suite(.serialized) struct FencingTests {
    /// A is stopped in the middle of its work, B takes over and finishes it, A wakes up.
    @Test func aProcessThatWakesUpIsFencedOff() throws {
        let scenario = ServiceScenario(seed: 7)
        let reference = try scenario.reference()
        let store = try TestStore(.redis)
        let harness = try scenario.harness(store: store.url)
        for delay in [0, 30_000, 60_000, 100_000, 150_000] {
            try store.clear()
            try? FileManager.default.removeItem(atPath: harness.folder.file("alerts.ndjson"))
            try harness.start()
            let sleeper = try #require(harness.process)
            let sleeperLog = "log-\(harness.starts).txt"
            try harness.waitForLog("info running")
            usleep(UInt32(delay))
            harness.signal(SIGSTOP)
            // On a fast machine there may be nothing left to take over.
            if harness.log.contains("every source has ended") { continue }
            try harness.start()
            // When it was stopped in the middle of a write, the file is its own until it goes on.
            try eventually("the end of the other") {
                if harness.log.contains("another process is writing to it") { sleeper.signal(SIGCONT) }
                return !harness.isRunning
            }
            #expect(try harness.waitForExit() == 0)
            try KillTests.expectSame(harness, as: reference, store: store, "the other, after \(delay) µs")
            let state = try Self.contents(store, harness)
            sleeper.signal(SIGCONT)
            try eventually("the end of the sleeper") { !sleeper.isRunning }
            #expect(sleeper.waitUntilExit() == 3)
            let log = harness.text(sleeperLog)
            #expect(log.contains("another process has taken the state over"), "\(log.suffix(500))")
            #expect(try Self.contents(store, harness) == state)
            let difference = firstDifference(harness.alerts, reference.alerts)
            #expect(difference == nil, "after \(delay) µs")
        }
    }

    /// A has committed alerts that it could not deliver; B delivers them while A sleeps. When A wakes up it must not write
    /// them again, before it finds out that it is fenced off.
    @Test func alertsThatAnotherHasDeliveredAreNotWrittenAgain() throws {
        let scenario = ServiceScenario(seed: 9, events: 400, blanks: 0, follow: true)
        let store = try TestStore(.redis)
        let harness = try scenario.harness(store: store.url)
        let folder = harness.folder
        try folder.write(
            scenario.configuration(store: store.url).replacing("path: alerts.ndjson", with: "path: out/alerts.ndjson"),
            to: ServiceHarness.configurationFile)
        try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: false)
        func delivered() -> [Substring] { harness.text("out/alerts.ndjson").split(separator: "\n") }

        try harness.start()
        let sleeper = try #require(harness.process)
        try eventually("the first alerts") { try delivered().count > 0 && store.leftovers(harness).outbox == 0 }
        let count = delivered().count
        try FileManager.default.moveItem(atPath: folder.file("out"), toPath: folder.file("away"))
        let later = ServiceScenario(seed: 10, events: 1200, blanks: 0)
        try harness.append(later.authEvents, to: "auth.ndjson")
        try harness.append(later.netEvents, to: "net.ndjson")
        try harness.waitForLog("alerts cannot be delivered")
        try eventually("committed alerts") { try store.leftovers(harness).outbox > 10 }
        sleeper.signal(SIGSTOP)
        try FileManager.default.moveItem(atPath: folder.file("away"), toPath: folder.file("out"))
        try harness.start()
        let other = try #require(harness.process)
        try eventually("delivery by the other") { try store.leftovers(harness).outbox == 0 && delivered().count > count }
        sleeper.signal(SIGCONT)
        try eventually("the end of the sleeper") { !sleeper.isRunning }
        #expect(sleeper.waitUntilExit() == 3)
        other.signal(SIGTERM)
        try eventually("the end of the other") { !other.isRunning }
        #expect(other.waitUntilExit() == 0)
        #expect(Set(delivered()).count == delivered().count)
    }

    @Test func aDirectoryOfRocksDBHasOneOwner() throws {
        var scenario = ServiceScenario(seed: 8, events: 200, follow: true)
        scenario.state = "start_timeout: 300ms"
        let harness = try scenario.harness(store: "rocksdb:state")
        try harness.start()
        let first = try #require(harness.process)
        try harness.waitForAlerts(1)
        try harness.start()
        #expect(try harness.waitForExit() == 3)
        #expect(harness.log.contains("(tried for 300ms)"), "\(harness.log)")
        #expect(harness.log.contains("another process"), "\(harness.log)")
        #expect(first.isRunning)
        first.signal(SIGTERM)
        try eventually("the end of the first") { !first.isRunning }
        #expect(first.waitUntilExit() == 0)
    }

    /// Every record of the store.
    private static func contents(_ store: TestStore, _ harness: ServiceHarness) throws -> [String: String] {
        let store = try store.open(harness)
        defer { store.close() }
        var records: [String: String] = [:]
        for table in try store.tables() {
            try store.scan(table) { key, value in
                records["\(table) " + String(decoding: key, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
                return true
            }
        }
        if let header = try store.header() { records["header"] = "\(header.generation) \(header.epoch) \(header.owner)" }
        return records
    }
}
