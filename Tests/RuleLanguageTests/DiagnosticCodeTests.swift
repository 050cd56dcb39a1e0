import Testing

@testable import RuleLanguage

/// Every diagnostic code, in the smallest rule that earns it, with its place, line and caret as an author sees them.
@Suite struct DiagnosticCodeTests {
    @Test(arguments: DiagnosticSample.all)
    func codeIsShownWithItsPlace(_ sample: DiagnosticSample) {
        let found = RuleLoader.load(text: sample.yaml + "\n", path: "t.yaml").diagnostics.filter { $0.code == sample.code }
        let shown = found.first.map { DiagnosticRenderer().text($0) } ?? "nothing"
        #expect(shown.hasPrefix(sample.shown), "\(shown)")
    }

    /// These need a file system, bytes or libraries: FileSearchTests, YAMLReaderTests, LoadingSetTests and PatternParserTests
    /// have them. Those of the service's configuration stand in ConfigurationDiagnosticTests.
    @Test func everyCodeHasASample() {
        let elsewhere: Set<DiagnosticCode> = [
            .unreadableFile, .invalidUTF8, .libraryCycle, .nameClash, .unknownAction, .unresolvedReference, .invalidSize,
            .literalSecret, .invalidTemplate,
        ]
        #expect(Set(DiagnosticSample.all.map(\.code)).union(elsewhere) == Set(DiagnosticCode.allCases))
    }
}
