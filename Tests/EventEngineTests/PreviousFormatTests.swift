import Foundation
import Testing

@testable import EventEngine

/// Version 1 of the snapshot format is still read. `Fixtures/snapshot-v1.txt` holds what the writer of version 1 made of
/// `SnapshotSample` after its first half: rule, hash of its logic and bytes in base64, a line for each key.
@Suite struct PreviousFormatTests {
    private struct Missing: Error {}

    private static func keys() throws -> [Engine.KeySnapshot] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/snapshot-v1.txt")
        return try String(decoding: Data(contentsOf: file), as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: " ")
            let hash = parts[1].split(separator: "/").compactMap { UInt64($0) }
            guard parts.count == 3, hash.count == 2, let bytes = Data(base64Encoded: String(parts[2])) else { throw Missing() }
            return Engine.KeySnapshot(
                rule: String(parts[0]), logicHash: Digest128(high: hash[0], low: hash[1]), bytes: Array(bytes))
        }
    }

    private static func snapshot(_ program: EngineProgram, keys: [Engine.KeySnapshot]) -> Engine.Snapshot {
        Engine.Snapshot(
            names: SnapshotCodec(program.schema).names, clock: SnapshotSample.events[SnapshotSample.half - 1].time,
            sequence: UInt64(SnapshotSample.half) * Engine.sequenceStep, keys: keys)
    }

    private static func rest(_ engine: Engine) -> [String] {
        for event in SnapshotSample.events.dropFirst(SnapshotSample.half) { SnapshotSample.process(event, by: engine) }
        engine.finish()
        return engine.takeMatches().map { SnapshotSample.text(of: $0, engine.program) }
    }

    /// The rest of the stream gives what it gives when nothing is interrupted.
    @Test func theRestOfTheStreamMatchesAsIfUndisturbed() throws {
        let program = try #require(SnapshotSample.program())
        let undisturbed = Engine(program)
        for event in SnapshotSample.events.prefix(SnapshotSample.half) { SnapshotSample.process(event, by: undisturbed) }
        _ = undisturbed.takeMatches()
        let restored = Engine(program)
        #expect(try restored.restore(Self.snapshot(program, keys: Self.keys())) == 0)
        let expected = Self.rest(undisturbed)
        #expect(Self.rest(restored) == expected)
        for rule in program.rules { #expect(expected.contains { $0.hasPrefix(rule.id + " ") }, "\(rule.id)") }
        // Without the state the rest gives less.
        #expect(Self.rest(Engine(program)).count < expected.count)
    }

    /// What is written of restored keys is what is written when nothing was interrupted, but for what has changed with the
    /// version: numbers of events.
    @Test func restoredKeysAreInspectedAlike() throws {
        let program = try #require(SnapshotSample.program())
        let names = SnapshotCodec(program.schema).names
        let undisturbed = Engine(program)
        for event in SnapshotSample.events.prefix(SnapshotSample.half) { SnapshotSample.process(event, by: undisturbed) }
        let old = try Self.keys()
        let new = undisturbed.snapshot().keys
        #expect(old.map(\.rule) == new.map(\.rule))
        for (old, new) in zip(old, new) {
            let layout = RuleLayout(try #require(program.rules.first { $0.id == old.rule }))
            var before = try old.bytes.withUnsafeBytes { try SnapshotInspector.inspect($0, layout: layout, names: names) }
            var after = try new.bytes.withUnsafeBytes { try SnapshotInspector.inspect($0, layout: layout, names: names) }
            #expect((before.version, after.version) == (1, SnapshotFormat.version))
            #expect(Self.withoutNumbers(&before) == Self.withoutNumbers(&after))
        }
    }

    private static func withoutNumbers(_ key: inout KeyInspection) -> KeyInspection {
        for index in key.attempts.indices { key.attempts[index].start = 0 }
        for index in key.events.indices { key.events[index].sequence = 0 }
        key.version = 0
        return key
    }

    @Test func laterVersionsAreRefused() throws {
        let program = try #require(SnapshotSample.program())
        for var key in try Self.keys() {
            key.bytes[0] = 3
            let error = #expect(throws: SnapshotError.self) { try Engine(program).restore(Self.snapshot(program, keys: [key])) }
            #expect(error == .unknownVersion(3))
            #expect(error?.description == "its format, version 3, is not one that this program reads")
            key.bytes[0] = 0
            #expect(throws: SnapshotError.unknownVersion(0)) { try Engine(program).restore(Self.snapshot(program, keys: [key])) }
        }
    }

    @Test func bytesThatEndTooEarlyAreRefused() throws {
        let program = try #require(SnapshotSample.program())
        let names = SnapshotCodec(program.schema).names
        // What is refused leaves nothing behind.
        let engine = Engine(program)
        for key in try Self.keys() {
            let layout = RuleLayout(try #require(program.rules.first { $0.id == key.rule }))
            for length in 0..<key.bytes.count {
                var cut = key
                cut.bytes.removeLast(key.bytes.count - length)
                #expect(throws: SnapshotError.truncated) { try engine.restore(Self.snapshot(program, keys: [cut])) }
                #expect(throws: SnapshotError.truncated) {
                    try cut.bytes.withUnsafeBytes { try SnapshotInspector.inspect($0, layout: layout, names: names) }
                }
            }
        }
        #expect(engine.snapshot().keys.isEmpty)
        #expect(SnapshotError.truncated.description == "it ends too early")
    }
}
