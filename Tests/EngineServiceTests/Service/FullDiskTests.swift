import Foundation
import TestSupport
import Testing

/// A disk that is full: intake stops, and goes on when there is room.
@Suite(.serialized) struct FullDiskTests {
    /// A small file system of its own; nil where it may not be mounted.
    private final class SmallDisk {
        let path: String

        init?(in folder: TemporaryFolder, size: String) {
            path = folder.file("disk")
            mkdir(path, 0o700)
            guard mount("tmpfs", path, "tmpfs", 0, "size=\(size)") == 0 else { return nil }
        }

        deinit { umount2(path, Int32(MNT_DETACH)) }

        /// Fills it to the last byte, or with so many more.
        func fill(_ limit: Int = .max) {
            let descriptor = open(path + "/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
            let bytes = [UInt8](repeating: 1, count: 1 << 20)
            var count = bytes.count
            while count > 0, lseek(descriptor, 0, SEEK_END) < limit {
                if write(descriptor, bytes, count) < count { count /= 2 }
            }
            close(descriptor)
        }

        func makeRoom() { unlink(path + "/ballast") }
    }

    private static let canMount: Bool = {
        guard let folder = try? TemporaryFolder() else { return false }
        return SmallDisk(in: folder, size: "1m") != nil
    }()

    @Test(.enabled(if: canMount, "tmpfs cannot be mounted here")) func theStoreWaitsForRoom() throws {
        let scenario = ServiceScenario(seed: 15, events: 8000)
        let reference = try scenario.reference()
        let harness = try ServiceHarness([:])
        let disk = try #require(SmallDisk(in: harness.folder, size: "64m"))
        for (name, text) in scenario.files(store: "rocksdb:disk/state") { try harness.folder.write(text, to: name) }
        disk.fill(40 << 20)
        try harness.start()
        try harness.waitForLog("info running")
        disk.fill()
        try harness.waitForLog("No space left on device")
        usleep(300_000)
        disk.makeRoom()
        try harness.waitForLog("the state store is back")
        #expect(try harness.waitForExit() == 0, "\(harness.log.suffix(2000))")
        let difference = firstDifference(harness.alerts, reference.alerts)
        #expect(difference == nil)
        #expect(harness.accounts == reference.accounts)
    }

    /// Alerts and dead letters on a full disk: the alerts wait, and what is no event stops the intake.
    @Test(.enabled(if: canMount, "tmpfs cannot be mounted here")) func filesWaitForRoom() throws {
        let scenario = ServiceScenario(seed: 16)
        let reference = try scenario.reference()
        let harness = try ServiceHarness([:])
        let disk = try #require(SmallDisk(in: harness.folder, size: "64m"))
        for (name, text) in scenario.files(store: "rocksdb:state") { try harness.folder.write(text, to: name) }
        let configuration = scenario.configuration(store: "rocksdb:state").replacing(
            "path: alerts.ndjson", with: "path: disk/alerts.ndjson"
        )
        .replacing("dead_letter: dead.txt", with: "dead_letter: disk/dead.txt")
        try harness.folder.write(configuration, to: ServiceHarness.configurationFile)
        disk.fill()
        try harness.start()
        try harness.waitForLog("intake stops until it can be written")
        disk.makeRoom()
        try harness.waitForLog("intake goes on")
        #expect(try harness.waitForExit() == 0, "\(harness.log.suffix(2000))")
        let difference = firstDifference(harness.text("disk/alerts.ndjson"), reference.alerts)
        #expect(difference == nil)
        #expect(harness.text("disk/dead.txt") == reference.deadLetters)
    }
}
