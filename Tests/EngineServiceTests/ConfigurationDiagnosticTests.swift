import RuleLanguage
import Testing

@testable import EngineService

/// Every mistake is an error at its place, shown with its line and what it is about underlined.
@Suite struct ConfigurationDiagnosticTests {
    private static let samples =
        ConfigurationSample.sources + ConfigurationSample.sections + ConfigurationSample.actions + ConfigurationSample.server
        + ConfigurationSample.whole

    @Test(arguments: samples)
    func mistakeIsShown(_ sample: ConfigurationSample) throws {
        let bench = try ConfigurationBench()
        let loaded = bench.read(sample.yaml)
        #expect(bench.report(loaded).hasPrefix(sample.shown), "\(bench.report(loaded))")
        let line = sample.shown.split(separator: "\n")[1].dropFirst(2)
        let column = Int(sample.place.split(separator: " ")[0].split(separator: ":")[1])
        #expect(line.dropFirst(try #require(column) - 1).hasPrefix(sample.under))
        #expect(loaded.hasErrors == sample.place.contains("error"))
        #expect((loaded.configuration == nil) == loaded.hasErrors)
    }

    @Test func everyCodeOfConfigurationsHasASample() {
        for code in DiagnosticCode.allCases where code.rawValue.hasPrefix("FX06") {
            #expect(Self.samples.contains { $0.place.contains(code.rawValue) }, "\(code)")
        }
    }

    /// All of a file's mistakes are reported, in order of place.
    @Test func mistakesAreReportedTogether() throws {
        let bench = try ConfigurationBench()
        let loaded = bench.read(
            "workers: many\nsources: { a: { type: fil }, b: { path: x, idel: 1s } }\nrules: [none]\ndefault_actions: [soc]\n")
        let places = loaded.diagnostics.map { diagnostic in
            let place = diagnostic.span.file.position(at: diagnostic.span.start)
            return "\(place.line):\(place.column) \(diagnostic.code.rawValue)"
        }
        #expect(places == ["1:10 FX0104", "2:23 FX0104", "2:44 FX0101", "3:9 FX0001", "4:19 FX0601"])
    }

    @Test func anActionThatIsNotConfiguredIsAnErrorAtItsRule() throws {
        let bench = try ConfigurationBench()
        let loaded = bench.read(ConfigurationSample.sound + "actions: { log: { type: stdout }, soc: { type: file, path: soc } }\n")
        let configuration = try #require(loaded.configuration)
        let text = "rule: t\nevents: { a: x == 1 }\npattern: a\nwithin: 1m\ntests: []\nactions: [soc, lgo]\n"
        let rules = RuleLoader.load(text: text, path: "r.yaml").rules
        #expect(
            DiagnosticRenderer().text(configuration.unknownActions(of: rules)) == """
                r.yaml:1:7: error[FX0601]: rule `t` names the action `lgo`, which is not configured
                  rule: t
                        ^
                  hint: did you mean `log`?

                """)
    }

    @Test func aFileThatCannotBeReadIsToldFromOneWithMistakes() throws {
        let bench = try ConfigurationBench()
        let absent = ConfigurationReader.read(path: bench.folder.file("absent.yaml"))
        #expect(absent.isUnreadable)
        #expect(bench.report(absent) == "absent.yaml:1:1: error[FX0001]: cannot be read: No such file or directory\n")
        #expect(ConfigurationReader.read(path: bench.folder.path).isUnreadable)
        let mistaken = bench.read("sources: { s: { path: in.ndjson } }\nrules: absent\n")
        #expect(mistaken.hasErrors && !mistaken.isUnreadable)
    }
}
