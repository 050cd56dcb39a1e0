import Foundation
import Testing

@testable import RuleLanguage

@Suite("Loading mutated rules")
struct LoadingMutationTests {
    private static let base = """
        rule: auth.m
        title: 'It''s "one"'
        description: >-
          folded
            text é
        level: high
        tags: [a, b]
        use: [lib]
        params: { n: 3, w: 10m }
        instances: { strict: { n: 2 } }
        from: { a: auth, b: [dns, matches] }
        where: action in ("x", "y") and not (rule like "auth.*")
        by: { a: [user, ?host], b: [actor.user, ?h], c: [u, h], ok: [u, ?h] }
        events:
          a: outcome == "failure" and count(a) < $n
          b: &p "path matches \\"^/x\\" and a.user == user"
          c: *p
        pattern: |
          a{$n,}[->[<=30s]] -> !c -> (b | lib.ok until c) , permute(a, b)
        within: $w
        until: c
        having: count(a) > 1
        select: { n: count(a), t: b.@time - first(a).@time }
        suppress: { by: [user, n], for: 1h, summary: true }
        skip: to_last(b)
        limit: { attempts: $n, when_full: drop_newest }
        tests:
          - name: t
            given: |
              0s..40s/10s {user: bob, n: 1.5}
              @stream dns
              advance 5m
            expect: [{ user: bob, n: 5 }]
        """
    private static let library = "events: { ok: action == \"z\" }\npatterns: { two: ok -> ok }\nlists: { l: [1, a] }\n"
    private static let tokens = [
        "{", "}", "[", "]", ":", ",", "-", "&p ", "*p", "!", "|", ">", "'", "\"", "\\", "#", "---\n", "\n", "  ", "\t", "?", "$", "->", "(",
        ")", "9", "\u{0}", "é", "\u{FEFF}", "0s..9h/1ns", "@", "..", "until", "null", "<<: ", "!!str ", "%YAML 9\n", "...\n", " and ",
        "not ",
        "count(", "permute(", "2 of (", "->>", "+", "*", "{1,}", "[<=5s]", "@lists.x", "auth.", "$n", "99999999999999999999", "pattern: ",
    ].map { Array($0.utf8) }

    /// Files by name: those of a folder of the repository.
    private static func files(in folder: String) -> [(name: String, text: String)] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        var sink = DiagnosticSink()
        return FileSearch.yamlFiles(in: root.path + "/" + folder, into: &sink).compactMap { path in
            (try? String(contentsOfFile: path, encoding: .utf8)).map { (FileSearch.stem(of: path), $0) }
        }
    }

    private static func mutate(_ text: String, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !bytes.isEmpty else { return bytes }
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, position + Int.random(in: 0...6, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes.removeSubrange(position..<end)
            case 1: bytes.insert(contentsOf: tokens.randomElement(using: &generator) ?? [], at: position)
            case 2: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 3: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
            case 4: bytes.replaceSubrange(position..<end, with: tokens.randomElement(using: &generator) ?? [])
            default:
                var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                let line = Int.random(in: 0..<lines.count, using: &generator)
                let other = Int.random(in: 0..<lines.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: lines.remove(at: line)
                case 1: lines.insert(lines[line], at: other)
                case 2: lines.swapAt(line, other)
                default: lines[line] = [0x20, 0x20] + lines[line]
                }
                bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
            }
        }
        return bytes
    }

    @Test("mutations of shipped rules and a rich one are read or reported, at places inside the file, and never crash", arguments: 0..<8)
    func mutations(part: Int) {
        let shipped = Self.files(in: "patterns") + [("lib", Self.library)]
        let libraries = Dictionary(shipped.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        let texts = [Self.base] + Self.files(in: "rules").map(\.text)
        let original = RuleLoader.load(text: Self.base, path: "m.yaml", libraries: libraries)
        #expect(DiagnosticRenderer().text(original.diagnostics.filter { $0.severity == .error }) == "")
        let seed = UInt64.random(in: 0 ... .max)
        print("mutations of rules, part \(part): seed \(seed)")
        var generator = SeededGenerator(state: seed)
        var rules = 0
        for round in 0..<2500 {
            // Now and then the library is the broken file.
            let mutatesLibrary = Int.random(in: 0..<10, using: &generator) == 0
            let text = mutatesLibrary ? Self.library : texts.randomElement(using: &generator) ?? Self.base
            let bytes = Self.mutate(text, &generator)
            var given = libraries
            if mutatesLibrary { given["lib"] = String(decoding: bytes, as: UTF8.self) }
            let start = ContinuousClock.now
            let set =
                mutatesLibrary
                ? RuleLoader.load(text: Self.base, path: "m.yaml", libraries: given)
                : RuleLoader.load(bytes: bytes, path: "m.yaml", libraries: given)
            let printed = DiagnosticRenderer().text(set.diagnostics)
            let isFast = ContinuousClock.now - start < .seconds(60)
            let isInside = set.diagnostics.allSatisfy {
                0 <= $0.span.start && $0.span.start <= $0.span.end && $0.span.end <= $0.span.file.bytes.count
            }
            let isAnswered = !printed.isEmpty || !set.rules.isEmpty || bytes.allSatisfy { $0 <= 0x20 }
            rules += set.rules.count
            #expect(isFast && isInside && isAnswered, "seed \(seed), round \(round)")
        }
        #expect(rules > 250)
    }
}
