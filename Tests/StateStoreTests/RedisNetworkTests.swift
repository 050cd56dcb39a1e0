import Foundation
import RedisClient
import StateStore
import TestSupport
import Testing

/// A network in trouble, made by a proxy between store and server.
@Suite struct RedisNetworkTests {
    private static let server = Shared { try RedisServer() }

    /// A store at a port that has committed epoch 1.
    private func claimed(port: Int, timeout: String) throws -> any StateStore {
        let store = try StateStores.open("redis://127.0.0.1:\(port)/0?timeout=\(timeout)&name=\(UUID().uuidString)")
        try store.untilAvailable { _ = try store.claim(owner: "a", known: nil) }
        try store.untilAvailable { try store.commit(batch(["k": "1", "old": "x"]), epoch: 1) }
        return store
    }

    /// The same, behind a proxy.
    private func proxied(_ server: RedisServer, timeout: String) throws -> (store: any StateStore, proxy: FaultyProxy) {
        let proxy = try FaultyProxy(to: server.port)
        return (try claimed(port: proxy.port, timeout: timeout), proxy)
    }

    /// The reply of every command of a commit is cut at every byte, and so are the requests.
    @Test(arguments: [true, false]) func aConnectionThatIsCutAnywhere(inReplies: Bool) throws {
        let (store, proxy) = try proxied(try Self.server.get(), timeout: "60s")
        func change(_ epoch: UInt64) -> StateBatch {
            var batch = StateBatch()
            batch.put(table, key: bytes("k"), value: bytes("\(epoch)"))
            batch.put(table, key: bytes("\(epoch)"), value: bytes("new"))
            batch.delete(table, key: bytes("\(epoch - 1)"))
            batch.clear(StateTable("u"))
            batch.put(StateTable("u"), key: bytes("\(epoch)"), value: bytes("v"))
            return batch
        }
        proxy.set(.none)
        var epoch: UInt64 = 2
        try store.commit(change(epoch), epoch: epoch)
        let length = inReplies ? proxy.passed.replies : proxy.passed.requests
        #expect(length > 100)
        var failures = 0
        for cut in stride(from: 0, through: length, by: inReplies ? 1 : 3) {
            epoch += 1
            proxy.set(inReplies ? .cutReplies(after: cut) : .cutRequests(after: cut))
            do {
                try store.commit(change(epoch), epoch: epoch)
            } catch StateStoreError.unavailable {
                failures += 1
            }
            proxy.set(.none)
            try store.untilAvailable { try store.commit(change(epoch), epoch: epoch) }
            let header = try #require(try store.header())
            #expect(header.epoch == epoch)
            #expect(try store.texts() == ["k": "\(epoch)", "\(epoch)": "new", "old": "x"])
            #expect(try store.texts(StateTable("u")) == ["\(epoch)": "v"])
        }
        #expect(failures > 30)
    }

    @Test(arguments: [FaultyProxy.Fault.hang, .halfOpen]) func aConnectionThatHangsTimesOut(_ fault: FaultyProxy.Fault) throws {
        let (store, proxy) = try proxied(try Self.server.get(), timeout: "300ms")
        proxy.set(fault)
        #expect(unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains("did not answer for 0.3 seconds"))
        #expect(unavailable { _ = try store.header() }.contains("did not answer"))
        proxy.set(.none)
        try store.untilAvailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        #expect(try available { try store.texts() } == ["k": "2", "old": "x"])
    }

    @Test func aServerThatIsStoppedInItsTracksTimesOut() throws {
        let server = try RedisServer()
        let store = try claimed(port: server.port, timeout: "300ms")
        server.pause()
        #expect(unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains("did not answer"))
        #expect(unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains("did not answer"))
        server.resume()
        try store.untilAvailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        #expect(try available { try store.header()?.epoch } == 2)
    }

    @Test func aConnectionThatIsReset() throws {
        let (store, proxy) = try proxied(try Self.server.get(), timeout: "60s")
        proxy.set(.reset)
        _ = unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        _ = unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        proxy.set(.none)
        try store.commit(batch(["k": "2"]), epoch: 2)
        #expect(try store.texts() == ["k": "2", "old": "x"])
    }

    /// Takes longer than the timeout as a whole, but something moves all the time.
    @Test func aSlowConnectionIsNotCut() throws {
        let (store, proxy) = try proxied(try Self.server.get(), timeout: "2s")
        var change = StateBatch()
        for number in 0..<60 { change.put(StateTable("table-\(number)"), key: bytes("k"), value: Array(repeating: 1, count: 100)) }
        proxy.set(.slow(bytes: 100, milliseconds: 20))
        let start = ContinuousClock.now
        try store.commit(change, epoch: 2)
        // Twice the timeout: a deadline on the whole commit would have ended it.
        #expect(ContinuousClock.now - start > .seconds(2))
        proxy.set(.none)
        #expect(try store.tables().count == 61)
    }

    /// An attempt that was given up but reaches the server after the next one has done the work.
    @Test func anAttemptThatComesLateChangesNothing() throws {
        let server = try Self.server.get()
        let store = try claimed(port: server.port, timeout: "60s")
        let name = store.name.drop { $0 != "=" }.dropFirst()
        let late = try RedisConnection(to: .tcp(host: "127.0.0.1", port: server.port), options: RedisConnectionOptions())
        _ = try late.command("WATCH", "fluxcore:{\(name)}:meta")
        _ = try late.command("MULTI")
        _ = try late.command("HSET", "fluxcore:{\(name)}:t:t", "k", "late")
        try store.commit(batch(["k": "2"]), epoch: 2)
        #expect(try late.command("EXEC") == .null)
        #expect(try store.texts() == ["k": "2", "old": "x"])
    }
}
