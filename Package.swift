// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "fluxcore",
    products: [.executable(name: "fluxcore", targets: ["fluxcore"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        // C libraries: module maps and thin shims.
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .target(name: "CSIMDJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // The domain: rule text → rule → automaton → program → engine.
        .target(name: "RuleLanguage", dependencies: ["CYAML", "CRE2"]),
        .target(name: "EventEngine", dependencies: ["CRE2", "CXXHash"]),
        .target(name: "PatternCompiler", dependencies: ["RuleLanguage", "EventEngine"]),

        // Adapters and the pipeline.
        .target(name: "Connectors", dependencies: ["EventEngine", "CSIMDJSON"]),
        .target(name: "EngineService", dependencies: ["RuleLanguage", "PatternCompiler", "EventEngine", "Connectors"]),
        .target(
            name: "CommandLineTool",
            dependencies: [
                "RuleLanguage", "PatternCompiler", "EngineService", "Connectors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "fluxcore", dependencies: ["CommandLineTool"]),

        // The naive reference that the engine is held against.
        .target(name: "ReferenceMatcher", dependencies: ["RuleLanguage"], path: "Tests/ReferenceMatcher"),

        .testTarget(name: "RuleLanguageTests", dependencies: ["RuleLanguage"]),
        .testTarget(name: "EventEngineTests", dependencies: ["EventEngine", "PatternCompiler", "RuleLanguage"]),
        .testTarget(name: "PatternCompilerTests", dependencies: ["PatternCompiler", "RuleLanguage", "EventEngine"]),
        .testTarget(name: "ConnectorsTests", dependencies: ["Connectors", "EventEngine"]),
        .testTarget(
            name: "SemanticsTests",
            dependencies: ["ReferenceMatcher", "RuleLanguage", "PatternCompiler", "EventEngine", "Connectors", "EngineService"]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["CommandLineTool", "EngineService", "RuleLanguage", "PatternCompiler", "EventEngine", "Connectors", "fluxcore"],
            exclude: ["Snapshots"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
