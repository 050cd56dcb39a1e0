import Foundation

/// A temporary folder with files in it, and the built executable to run there.
final class Workbench {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    static let rule = """
        rule: auth.bruteforce
        level: high
        from: auth
        by: user
        events:
          fail: outcome == "failure"
          ok: outcome == "success"
        pattern: fail{2,} -> ok
        within: 10m
        select: { failures: count(fail) }

        """

    private let folder: URL

    init(_ files: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("fluxcore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    }

    /// The folder.
    var path: String { folder.path }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ bytes: Data, to name: String) throws { try bytes.write(to: folder.appendingPathComponent(name)) }

    func text(of name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    /// Runs `fluxcore` in the folder to its end, with further variables in its environment.
    func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Result {
        let input = try file("input", input)
        let output = try file("output", "")
        let errors = try file("errors", "")
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = folder
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: try text(of: ".output"), errors: try text(of: ".errors"))
    }

    private func file(_ name: String, _ text: String) throws -> URL {
        let url = folder.appendingPathComponent("." + name)
        try Data(text.utf8).write(to: url)
        return url
    }

    /// The executable lies beside the tests.
    private static var executable: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("fluxcore")
    }

    static func event(_ second: Int, _ user: String, _ outcome: String) -> String {
        "{\"ts\":\(1_767_225_600 + second),\"user\":\"\(user)\",\"outcome\":\"\(outcome)\"}\n"
    }
}
