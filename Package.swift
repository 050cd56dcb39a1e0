// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "fluxcore",
    products: [.executable(name: "fluxcore", targets: ["fluxcore"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        // Without its traits: they add reading of configuration files, and Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries: module maps and thin shims.
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CRocksDB", providers: [.apt(["librocksdb-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSIMDJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CTime"),
        .target(name: "CProcess"),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CConsole", exclude: ["assets"]),

        // The domain: rule text → rule → automaton → program → engine.
        .target(name: "RuleLanguage", dependencies: ["CYAML", "CRE2"]),
        .target(name: "EventEngine", dependencies: ["CRE2", "CXXHash"]),
        .target(name: "PatternCompiler", dependencies: ["RuleLanguage", "EventEngine"]),

        // Adapters and the pipeline.
        .target(name: "RedisClient", dependencies: ["CHiredis"]),
        .target(name: "StateStore", dependencies: ["RedisClient", "CRocksDB"]),
        .target(
            name: "Connectors",
            dependencies: ["EventEngine", "RedisClient", "CSIMDJSON", "CRE2", "CTime", "CCurl", "CCrypto", "CProcess"]),
        .target(
            name: "EngineService",
            dependencies: [
                "RuleLanguage", "PatternCompiler", "EventEngine", "Connectors", "StateStore", "RedisClient",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "AdminServer",
            dependencies: [
                "RuleLanguage", "PatternCompiler", "EventEngine", "EngineService", "Connectors", "StateStore", "CConsole",
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"), .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "CommandLineTool",
            dependencies: [
                "RuleLanguage", "PatternCompiler", "EngineService", "AdminServer", "Connectors", "StateStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(name: "fluxcore", dependencies: ["CommandLineTool"]),

        // The naive reference that the engine is held against.
        .target(name: "ReferenceMatcher", dependencies: ["RuleLanguage"], path: "Tests/ReferenceMatcher"),

        // Real servers on loopback, a TCP proxy with faults, temporary folders.
        .target(name: "TestSupport", dependencies: ["RedisClient"], path: "Tests/TestSupport"),

        .testTarget(name: "RuleLanguageTests", dependencies: ["RuleLanguage"]),
        .testTarget(name: "StateStoreTests", dependencies: ["StateStore", "RedisClient", "TestSupport"]),
        .testTarget(
            name: "EventEngineTests", dependencies: ["EventEngine", "PatternCompiler", "RuleLanguage"], exclude: ["Fixtures"]),
        .testTarget(name: "PatternCompilerTests", dependencies: ["PatternCompiler", "RuleLanguage", "EventEngine"]),
        .testTarget(
            name: "ActionTests",
            dependencies: [
                "Connectors", "EngineService", "EventEngine", "RedisClient", "RuleLanguage", "StateStore", "TestSupport", "fluxcore",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "ConnectorsTests", dependencies: ["Connectors", "EventEngine", "RedisClient", "TestSupport"]),
        .testTarget(
            name: "EngineServiceTests",
            dependencies: [
                "EngineService", "RuleLanguage", "PatternCompiler", "EventEngine", "Connectors", "StateStore", "RedisClient",
                "TestSupport", "ReferenceMatcher", "fluxcore", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "SemanticsTests",
            dependencies: ["ReferenceMatcher", "RuleLanguage", "PatternCompiler", "EventEngine", "Connectors", "EngineService"]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "CommandLineTool", "EngineService", "RuleLanguage", "PatternCompiler", "EventEngine", "Connectors", "StateStore",
                "TestSupport", "fluxcore",
            ],
            exclude: ["Snapshots"]),
        .testTarget(
            name: "AdminServerTests",
            dependencies: ["AdminServer", "EngineService", "EventEngine", "RuleLanguage", "Connectors", "TestSupport", "fluxcore"]),
        .testTarget(name: "ShippedRulesTests", dependencies: ["RuleLanguage", "EngineService", "fluxcore"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
