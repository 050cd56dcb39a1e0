import Foundation
import ReferenceMatcher
import TestSupport
import Testing

/// `kill -9` around reloads: what goes on is the old set or the new one, and nothing is lost, doubled or mixed.
@Suite(.serialized) struct ReloadKillTests {
    @Test(arguments: ["reload.taken", "reload.handed-over", "reload.recovered"])
    func atEveryFailPoint(_ name: String) throws {
        for time in [1, 2] {
            let load = try ReloadLoad(seed: 32, events: 1200, pieces: 4)
            try load.harness.start(failPoint: "\(name):\(time)")
            for piece in 0..<4 {
                try load.feed(piece)
                try load.harness.waitForAlerts(piece + 1)
                let before = load.reloads
                try load.change()
                try eventually("a reload or the end", timeoutSeconds: ServiceHarness.limit) {
                    load.reloads > before || !load.harness.isRunning
                }
                if load.harness.isRunning { continue }
                #expect(piece == time - 1)
                #expect(try load.harness.waitForExit() == 137)
                try load.harness.start()
                try load.harness.waitForLog("info running")
            }
            load.harness.signal(SIGTERM)
            #expect(try load.harness.waitForExit() == 0)
            try load.finish()
            try load.expectSame("\(name):\(time)")
        }
    }

    @Test(arguments: TestStore.Kind.allCases) func atRandomMoments(_ kind: TestStore.Kind) throws {
        let seed = SeededGenerator.testSeed
        print("kills around reloads of \(kind): FLUXCORE_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        let pieces = 40
        let load = try ReloadLoad(seed: 33, events: 4000, pieces: pieces, store: kind)
        try load.harness.start()
        var kills = 0
        for piece in 0..<pieces {
            try load.harness.waitForLog("info running")
            try load.feed(piece)
            try load.change()
            // While the rules are read, after the reload, and when the new rules have got somewhere.
            if piece % 3 > 0 { try load.harness.waitForLog("rules reloaded") }
            usleep(UInt32(generator.number(0...(piece % 3 == 2 ? 150_000 : 40_000))))
            kills += load.harness.kill() ? 1 : 0
            try load.harness.start()
        }
        load.harness.kill()
        #expect(kills == pieces)
        try load.finish()
        try load.expectSame("\(kind), seed \(seed)")
    }
}
