import EngineService
import Foundation
import RuleLanguage
import Testing

/// Everything that the README shows is run.
@Suite struct ReadmeTests {
    private static let document = Result { try Markdown(contentsOf: Repository.path("README.md")) }

    @Test func commandsWriteWhatIsShown() throws {
        let document = try Self.document.get()
        let workshop = try Workshop()
        var commands = 0
        for block in document.blocks {
            if !block.file.isEmpty { try workshop.write(block.text, to: block.file) }
            guard block.language == "console" else { continue }
            for (command, expected) in Self.commands(of: block.text) {
                commands += 1
                let output = try workshop.output(of: command)
                #expect(Self.steady(output) == Self.steady(expected), "README.md:\(block.line): \(command)")
            }
        }
        #expect(commands >= 10)
    }

    @Test func rulesCompileAndPassTheirTests() throws {
        let document = try Self.document.get()
        let workshop = try Workshop()
        var tests = 0
        for block in document.blocks where block.language == "yaml" && block.file != "broken.yaml" && !block.isConfiguration {
            let file = block.file.isEmpty ? "block.yaml" : block.file
            try workshop.write(block.text, to: file)
            let set = RuleLoader.load(paths: [workshop.path(file)], patternDirectories: [workshop.path("patterns")])
            guard !file.hasPrefix("patterns/") else { continue }
            #expect(DiagnosticRenderer().text(set.diagnostics) == "", "README.md:\(block.line)")
            for rule in set.rules {
                for outcome in try #require(RuleTestRunner(rule)).runAll() {
                    tests += 1
                    #expect(outcome.failure == nil, "README.md:\(block.line): \(outcome.test)")
                }
            }
        }
        #expect(tests >= 9)
    }

    @Test func configurationsAreSound() throws {
        let document = try Self.document.get()
        let workshop = try Workshop()
        for block in document.blocks where !block.file.isEmpty { try workshop.write(block.text, to: block.file) }
        let configurations = document.blocks.filter(\.isConfiguration)
        // Every variable that a configuration names is set.
        let names = Set(configurations.flatMap { $0.text.matches(of: /\$\{env:(\w+)\}/).map { String($0.output.1) } })
        let variables = names.sorted().map { "\($0)=a-value-of-this-test" }.joined(separator: " ")
        for block in configurations {
            let output = try workshop.output(of: "\(variables) fluxcore run --config \(block.file) --check; echo exit $?")
            #expect(output.hasSuffix(" 0 errors, 0 warnings\nexit 0\n"), "README.md:\(block.line): \(output)")
            #expect(!output.contains("of-this-test"))
        }
        #expect(configurations.count == 3)
    }

    @Test func rowsOfTheTablesMatch() throws {
        let workshop = try Workshop()
        var rows = 0
        for row in try Self.document.get().rows where row.cells.count == 4 && row.cells[0] != "pattern" && !row.cells[0].hasPrefix("-") {
            rows += 1
            let example = PatternExample(pattern: row.cells[0], policies: row.cells[1], events: row.cells[2])
            #expect(try example.matches(in: workshop) == row.cells[3], "README.md:\(row.line): \(row.cells[0])")
        }
        #expect(rows >= 48)
    }

    /// The commands of a block, each with the lines up to the next.
    private static func commands(of text: String) -> [(command: String, output: String)] {
        var result: [(command: String, output: String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("$ ") {
                result.append((String(line.dropFirst(2)), ""))
            } else if !result.isEmpty {
                result[result.count - 1].output += line + "\n"
            }
        }
        return result
    }

    /// A text without what differs from run to run, how long it took, and without match ids, which change with the compiler.
    private static func steady(_ text: String) -> String {
        text.replacing(#/in [0-9.]+ s \([0-9,]+ events/s\)/#, with: "in no time")
            .replacing(#/"match_id":"[0-9a-f]{32}"/#, with: "\"match_id\":\"…\"")
    }
}
