import RuleLanguage
import TestSupport

@testable import EngineService

/// A folder with a rule in it, and configurations that are read as if they stood there.
struct ConfigurationBench {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("rule: t\nevents: { a: x == 1 }\npattern: a\nwithin: 1m\ntests: []\n", to: "rule.yaml")
    }

    /// Reads a configuration; the environment has these variables only.
    func read(_ yaml: String, environment: [String: String] = [:]) -> LoadedConfiguration {
        read(Array(yaml.utf8), environment: environment)
    }

    func read(_ bytes: [UInt8], environment: [String: String] = [:]) -> LoadedConfiguration {
        ConfigurationReader.read(bytes: bytes, path: folder.file("c.yaml")) { environment[$0].map { Array($0.utf8) } }
    }

    /// What is said of it, without the folder.
    func report(_ loaded: LoadedConfiguration) -> String {
        DiagnosticRenderer().text(loaded.diagnostics).replacing(folder.path + "/", with: "")
    }
}
