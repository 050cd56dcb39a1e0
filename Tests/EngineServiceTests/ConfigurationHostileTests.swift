import RuleLanguage
import Testing

@testable import EngineService

/// Files that mean harm: each gets an error at a place, in bounded time.
@Suite(.serialized) struct ConfigurationHostileTests {
    private func report(_ bytes: [UInt8]) throws -> [String] {
        let start = ContinuousClock.now
        let loaded = try ConfigurationBench().read(bytes)
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(DiagnosticRenderer().text(loaded.diagnostics).utf8.count < 100_000)
        return loaded.diagnostics.map { diagnostic in
            let place = diagnostic.span.file.position(at: diagnostic.span.start)
            return "\(place.line):\(place.column) \(diagnostic.code.rawValue)"
        }
    }

    private func report(_ text: String) throws -> [String] { try report(Array(text.utf8)) }

    @Test func bombs() throws {
        let list = { (level: Int) in "[" + Array(repeating: "*a\(level)", count: 10).joined(separator: ", ") + "]" }
        let levels = (1...20).map { "a\($0): &a\($0) \(list($0 - 1))\n" }.joined()
        #expect(try report(ConfigurationSample.sound + "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + levels) == ["7:45 FX0003"])
        #expect(try report("sources: &s { a: *s }\n") == ["1:18 FX0003"])
        #expect(try report("rules: &s [[[*s]]]\n") == ["1:14 FX0003"])
    }

    @Test func depthAndSize() throws {
        #expect(try report("state: " + String(repeating: "[", count: 1_000_000)) == ["1:71 FX0003"])
        #expect(try report(String(repeating: "{a: ", count: 1_000_000)) == ["1:257 FX0003"])
        #expect(try report([UInt8](repeating: UInt8(ascii: "a"), count: 5 << 20)) == ["1:1 FX0003"])
        let reference = "dead_letter: '" + String(repeating: "${env:", count: 200_000) + "'"
        #expect(try report(ConfigurationSample.sound + reference) == ["3:15 FX0602"])
        #expect(try report(ConfigurationSample.sound + "dead_letter: " + String(repeating: "x", count: 1_000_000)) == [])
        let expression = String(repeating: "(?P<a>", count: 300_000)
        #expect(try report("sources: { s: { path: x, format: text, expression: '\(expression)' } }\nrules: rule.yaml\n") == ["1:53 FX0306"])
    }

    /// Small references can stand for much.
    @Test func references() throws {
        let bench = try ConfigurationBench()
        try bench.folder.write(String(repeating: "x", count: 65_536), to: "big")
        let flood = bench.read(ConfigurationSample.sound + "dead_letter: \"" + String(repeating: "${file:big}", count: 10_000) + "\"\n")
        #expect(flood.diagnostics.count == 1)
        #expect(flood.diagnostics.first?.message == "the values of all references have more than 16777216 bytes")
        let url = "state: 'redis://:" + String(repeating: "${env:A}", count: 50_000) + "@h'\n"
        #expect(bench.read(ConfigurationSample.sound + url, environment: ["A": "x"]).configuration?.state.url.utf8.count == 50_011)
    }

    @Test func bytesThatAreNoText() throws {
        #expect(try report([UInt8]("workers: ".utf8) + [0xFF, 0x0A]) == ["1:10 FX0005"])
        #expect(try report([0x00]) == ["1:1 FX0002"])
        #expect(try report("") == ["1:1 FX0102"])
        #expect(try report("# nothing\n") == ["1:1 FX0102"])
        #expect(try report([0xEF, 0xBB, 0xBF] + Array(ConfigurationSample.sound.utf8)) == [])
    }

    @Test func manySources() throws {
        let sources = (0..<2_000).map { "  s\($0): { path: in\($0).ndjson }\n" }.joined()
        #expect(try report("sources:\n\(sources)rules: rule.yaml\n") == [])
        #expect(try report(ConfigurationSample.sound + "default_actions:\n" + (0..<500).map { "  - a\($0)\n" }.joined()).count == 500)
    }

    /// Whatever is changed in a configuration, reading it ends, and every finding has a place in the file.
    @Test func mutations() throws {
        let bench = try ConfigurationBench()
        let text = #"""
            sources:
              a: { path: "in/*.csv", columns: [x, y], time: [x, y], lateness: 5s, idle: never, late: { side: late } }
              b: { type: redis, url: "redis://:${env:P}@h", keys: [k], group: g, consumer: c, field: f, start: end }
              c: { type: stdin, format: text, expression: '(?P<t>\d+)', time: { field: t, format: "%s", zone: "+02:00" } }
            rules: [rule.yaml]
            workers: 2
            state: { url: "rocksdb:./s", checkpoint: 1s, events: 10, memory: 1GiB, sync: true, start_timeout: 5s }
            actions: { log: { type: file, path: "out$${x}", level: low } }
            default_actions: [log]
            log: { level: info, format: json }
            """#
        let original = Array(text.utf8)
        #expect(bench.read(original, environment: ["P": "hunter2"]).configuration != nil)
        var generator = Congruence(state: 7)
        let alphabet = Array("{}[]:,#&*!|>'\"%@`-?~$ \n\tab0\\".utf8) + [0x00, 0xC3, 0xFF]
        for _ in 0..<3_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: index)
                default: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: index)
                }
            }
            let loaded = bench.read(bytes, environment: ["P": "hunter2"])
            #expect(loaded.hasErrors == (loaded.configuration == nil))
            for diagnostic in loaded.diagnostics {
                #expect(diagnostic.span.start >= 0 && diagnostic.span.end <= bytes.count, "\(String(decoding: bytes, as: UTF8.self))")
                #expect(!diagnostic.message.isEmpty && !diagnostic.message.contains("hunter2"))
            }
        }
    }
}

/// The same numbers in every run (Knuth's MMIX constants), so that a failure can be seen again.
private struct Congruence: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}
