import Foundation
import StateStore
import TestSupport
import Testing

/// A small disk, where the system lets the tests mount one; unmounted with its owner.
private final class SmallDisk: Sendable {
    private let folder: TemporaryFolder
    var path: String { folder.file("disk") }

    /// True where file systems can be mounted.
    static let isPermitted = (try? SmallDisk(megabytes: 1)) != nil

    init(megabytes: Int) throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else { throw TestSupportError("mount is not permitted") }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes room away, or gives it back with 0.
    func setBallast(megabytes: Int) throws {
        let file = path + "/ballast"
        try? FileManager.default.removeItem(atPath: file)
        if megabytes > 0 { try Data(count: megabytes << 20).write(to: URL(fileURLWithPath: file)) }
    }
}

@Suite struct DiskFullTests {
    @Test(.enabled(if: SmallDisk.isPermitted, "mounting a small file system is not permitted here"), arguments: [true, false])
    func commitsGoOnWhenThereIsRoomAgain(syncs: Bool) throws {
        let disk = try SmallDisk(megabytes: 160)
        try disk.setBallast(megabytes: 110)
        var options = StateStoreOptions()
        options.syncs = syncs
        let store = try StateStores.open("rocksdb:\(disk.path)/state", options: options)
        var header = try store.claim(owner: "a", known: nil)
        let reader = try store.makeReader()
        var epoch: UInt64 = 1
        var text = ""
        while text.isEmpty, epoch < 100 {
            text = failure { try store.commit(change(epoch), epoch: epoch) }
            if text.isEmpty { epoch += 1 }
        }
        #expect(text.contains("there is no room left on the disk for the state store \(disk.path)/state"))
        #expect(unavailable { try store.commit(change(epoch), epoch: epoch) }.contains("no room left"))
        try disk.setBallast(megabytes: 0)
        try store.untilAvailable { try store.commit(change(epoch), epoch: epoch) }
        try store.commit(change(epoch + 1), epoch: epoch + 1)
        header.epoch = epoch + 1
        #expect(try store.header() == header)
        #expect(try store.count(table) == Int(epoch) + 2)
        #expect(try reader.get(table, keys: [bytes("epoch")], expected: header) == [bytes("\(epoch + 1)")])
        store.close()
    }

    /// A megabyte that cannot be compressed.
    private static let megabyte: [UInt8] = {
        var generator = Numbers(seed: 1)
        return (0..<1 << 20).map { _ in UInt8(generator.next(256)) }
    }()

    /// A megabyte and the number of the epoch.
    private func change(_ epoch: UInt64) -> StateBatch {
        var batch = StateBatch()
        batch.put(table, key: bytes("epoch"), value: bytes("\(epoch)"))
        batch.put(table, key: bytes("\(epoch)"), value: Self.megabyte)
        return batch
    }

    /// What is thrown, as text; empty: nothing.
    private func failure(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }
}
