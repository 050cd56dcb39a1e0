import Foundation
import TestSupport

/// A folder with a service's configuration, rules and input, and the built executable that runs there as a process of its
/// own. For one test; the process ends with it.
final class ServiceHarness {
    /// So long a process may take for anything before it counts as hung.
    static let limit = 120
    static let configurationFile = "fluxcore.yaml"
    /// A rule that tells of each event with a user, at once.
    static let ruleOfEveryEvent = """
        rule: seen
        by: user
        events: { any: user is not null }
        pattern: any
        within: 1m
        tests: []
        """

    let folder: TemporaryFolder
    /// The process of the last start.
    private(set) var process: ChildProcess?
    /// How often the service was started.
    private(set) var starts = 0

    /// Writes files; paths in the configuration are relative to the folder.
    init(_ files: [String: String]) throws {
        folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text, to: name) }
    }

    deinit { process?.kill() }

    /// Adds to the end of a file, as a writer of logs does.
    func append(_ text: String, to name: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file(name)))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    // MARK: The process

    /// Starts the service; what it writes goes to files of its own.
    ///
    /// - Parameters:
    ///   - arguments: behind `run --config FILE`.
    ///   - failPoint: where it kills itself, such as `commit.before:3`, or stops, `commit.before:3:stop`.
    ///   - input: path of standard input.
    func start(_ arguments: [String] = [], failPoint: String? = nil, input: String = "/dev/null") throws {
        starts += 1
        process = try ChildProcess(
            Self.executable, ["run", "--config", folder.file(Self.configurationFile)] + arguments,
            environment: failPoint.map { ["FLUXCORE_FAILPOINT": $0] } ?? [:], input: input, output: folder.file(outputName),
            errors: folder.file(logName))
    }

    /// Ends it as `kill -9` does; true when it was running still.
    @discardableResult
    func kill() -> Bool {
        let wasRunning = process?.isRunning ?? false
        process?.kill()
        return wasRunning
    }

    func signal(_ number: Int32) { process?.signal(number) }

    var isRunning: Bool { process?.isRunning ?? false }

    /// Its exit code, or 128 and the number of the signal that ended it.
    func waitForExit() throws -> Int32 {
        guard let process else { throw TestSupportError("the service was not started") }
        try eventually("the end of the service, which logged:\n\(log)", timeoutSeconds: Self.limit) { !process.isRunning }
        return process.waitUntilExit()
    }

    /// Starts it, waits for its end and throws unless that is 0.
    func run(_ arguments: [String] = []) throws {
        try start(arguments)
        let status = try waitForExit()
        guard status == 0 else { throw TestSupportError("the service ended with \(status):\n\(log)") }
    }

    /// Waits until the log of the last start has a text.
    func waitForLog(_ text: String) throws {
        try eventually("`\(text)` in the log, which is:\n\(log)", timeoutSeconds: Self.limit) {
            if log.contains(text) { return true }
            if !isRunning, !log.contains(text) { throw TestSupportError("the service ended without `\(text)`:\n\(log)") }
            return false
        }
    }

    /// Waits until the file of alerts has so many lines.
    func waitForAlerts(_ count: Int) throws {
        try eventually("\(count) alerts, there are \(alertLines.count); log:\n\(log)", timeoutSeconds: Self.limit) {
            alertLines.count >= count
        }
    }

    /// Waits until it has stopped itself at a fail point.
    func waitForStop() throws {
        guard let process else { throw TestSupportError("the service was not started") }
        try eventually("a stop of the service, which logged:\n\(log)", timeoutSeconds: Self.limit) {
            let status = try String(contentsOfFile: "/proc/\(process.processID)/status", encoding: .utf8)
            return status.contains("State:\tT")
        }
    }

    // MARK: What it wrote

    private var outputName: String { "output-\(starts).txt" }
    private var logName: String { "log-\(starts).txt" }

    /// The log of the last start.
    var log: String { text("log-\(starts).txt") }
    /// What the last start wrote to standard output.
    var output: String { text("output-\(starts).txt") }
    /// The file of alerts, byte for byte.
    var alerts: String { text("alerts.ndjson") }
    var alertLines: [Substring] { alerts.split(separator: "\n") }

    /// A file of the folder; empty when there is none.
    func text(_ name: String) -> String { (try? folder.text(of: name)) ?? "" }

    /// What the last start said of its sources when it ended, one for each.
    var accounts: [ServiceAccounts] { log.split(separator: "\n").compactMap { ServiceAccounts($0) } }

    /// How many partial matches the last start evicted.
    var evictions: Int {
        let words = log.split(whereSeparator: \.isWhitespace)
        return words.last { $0.hasPrefix("evictions=") }.flatMap { Int($0.dropFirst("evictions=".count)) } ?? 0
    }

    /// Resident memory of the process, bytes; nil when it has ended.
    var residentMemory: Int? {
        guard let process, let status = try? String(contentsOfFile: "/proc/\(process.processID)/status", encoding: .utf8) else {
            return nil
        }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// How far the process has read the files of events that it has open, in order of name.
    var readPositions: [Int] {
        guard let process else { return [] }
        let directory = "/proc/\(process.processID)"
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/fd")) ?? []
        let positions = numbers.compactMap { number -> (String, Int)? in
            guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: directory + "/fd/" + number),
                path.hasSuffix("auth.ndjson") || path.hasSuffix("net.ndjson"),
                let text = try? String(contentsOfFile: directory + "/fdinfo/" + number, encoding: .utf8)
            else { return nil }
            return text.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { (path, $0) }
        }
        return positions.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Whether the process has a file of this name open.
    func hasOpen(_ name: String) -> Bool {
        guard let process else { return false }
        let directory = "/proc/\(process.processID)/fd"
        return ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).contains { number in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: directory + "/" + number))?.hasSuffix("/" + name) == true
        }
    }

    /// The executable lies beside the tests.
    static var executable: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("fluxcore").path
    }
}

/// The counts of one source, as the service logs them when it ends.
struct ServiceAccounts: Equatable {
    let source: String
    let read: Int
    let processed: Int
    let late: Int
    let deadLettered: Int

    /// Reads a line of the log; nil when it is about something else.
    init?(_ line: Substring) {
        guard line.contains(" info accounts ") else { return nil }
        var fields: [Substring: Substring] = [:]
        for word in line.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        func number(_ name: Substring) -> Int? { fields[name].flatMap { Int($0) } }
        guard let source = fields["source"], let read = number("read"), let processed = number("processed"), let late = number("late"),
            let deadLettered = number("dead_lettered")
        else { return nil }
        self.source = String(source)
        self.read = read
        self.processed = processed
        self.late = late
        self.deadLettered = deadLettered
    }

    /// Nothing that was read has got lost.
    var addsUp: Bool { read == processed + late + deadLettered }
}
