import Foundation

/// The repository that the tests stand in, and the executable built with them.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The directory of built executables: the tests' own lies in it.
    static var binaries: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    static func path(_ relative: String) -> String { root.appendingPathComponent(relative).path }
}

/// A temporary folder to run commands in, with the repository's rules, libraries and tools linked into it.
final class Workshop {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("fluxcore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("patterns"), withIntermediateDirectories: true)
        for name in ["rules", "tools"] {
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(name), withDestinationURL: Repository.root.appendingPathComponent(name))
        }
        for library in try FileManager.default.contentsOfDirectory(atPath: Repository.path("patterns")) {
            let link = folder.appendingPathComponent("patterns").appendingPathComponent(library)
            try FileManager.default.createSymbolicLink(
                at: link, withDestinationURL: Repository.root.appendingPathComponent("patterns/" + library))
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// What a shell command writes to standard output and standard error together.
    func output(of command: String) throws -> String {
        let log = folder.appendingPathComponent(".log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec 2>&1; " + command]
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = Repository.binaries.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: log)
        try process.run()
        process.waitUntilExit()
        return String(decoding: try Data(contentsOf: log), as: UTF8.self)
    }
}
