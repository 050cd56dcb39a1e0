import Foundation
import StateStore
import TestSupport

@testable import EngineService

/// A service whose rules are changed while it runs.
final class ReloadHarness {
    private let service: ServiceHarness

    /// Rules and events come later.
    init(_ configuration: String, files: [String: String] = [:]) throws {
        service = try ServiceHarness([ServiceHarness.configurationFile: configuration, "in.ndjson": ""])
        for (name, text) in files { try write(text, to: name) }
    }

    /// A path in the folder.
    func path(_ name: String) -> String { service.folder.file(name) }
    var configurationPath: String { path(ServiceHarness.configurationFile) }
    var log: String { service.log }
    var residentMemory: Int? { service.residentMemory }
    var alerts: String { service.alerts }
    func text(_ name: String) -> String { service.text(name) }

    /// Writes a file, with the folders above it.
    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Writes a file beside the place and renames it there.
    func replace(_ name: String, with text: String) throws {
        try write(text, to: name + ".new")
        try move(name + ".new", to: name)
    }

    /// Renames; what has the new name goes away.
    func move(_ name: String, to other: String) throws {
        guard rename(path(name), path(other)) == 0 else { throw TestSupportError("\(name) cannot be renamed to \(other): \(errno)") }
    }

    /// Lets two files trade their names.
    func swap(_ name: String, _ other: String) throws {
        try move(name, to: name + ".swap")
        try move(other, to: name)
        try move(name + ".swap", to: other)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
    func append(_ text: String, to name: String) throws { try service.append(text, to: name) }

    /// Puts the files of `folder/rules` and `folder/patterns` in the place of the present ones, one after the other.
    func replaceRules(with folder: String) throws {
        let manager = FileManager.default
        for kind in ["rules", "patterns"] {
            let old = Set(try manager.contentsOfDirectory(atPath: path(kind)))
            let new = try manager.contentsOfDirectory(atPath: path(folder + "/" + kind))
            for name in new { try move("\(folder)/\(kind)/\(name)", to: "\(kind)/\(name)") }
            for name in old.subtracting(new) { try remove("\(kind)/\(name)") }
        }
    }

    // MARK: The process

    func start(failPoint: String? = nil, input: String = "/dev/null") throws {
        try service.start(failPoint: failPoint, input: input)
    }

    func signal(_ number: Int32) { service.signal(number) }
    @discardableResult func kill() -> Bool { service.kill() }
    func waitForExit() throws -> Int32 { try service.waitForExit() }
    func waitForLog(_ text: String) throws { try service.waitForLog(text) }

    /// Ends it in order.
    func stop() throws {
        service.signal(SIGTERM)
        let status = try service.waitForExit()
        guard status == 0 else { throw TestSupportError("the service ended with \(status):\n\(log)") }
    }

    /// Waits for something while the service runs; shows its log when that does not come about.
    func wait(_ what: String, _ condition: () throws -> Bool) throws {
        do {
            try eventually(what, timeoutSeconds: ServiceHarness.limit) {
                if try condition() { return true }
                guard service.isRunning else { throw TestSupportError("the service ended before \(what)") }
                return false
            }
        } catch { throw TestSupportError("\(error); log:\n\(log)") }
    }

    /// Lines of the last start's log that tell of a reload that was taken over.
    var reloads: [Substring] { log.split(separator: "\n").filter { $0.contains(" rules reloaded ") } }

    func waitForReloads(_ count: Int) throws {
        try wait("\(count) reloads") { reloads.count >= count }
    }

    /// Waits until a checkpoint has everything up to a second since `ReloadCase.start`.
    func waitForClock(_ second: Int) throws {
        let clock = Int64(ReloadCase.start + second) * 1_000_000_000
        try wait("second \(second) in a checkpoint") {
            guard let store = try? openStore() else { return false }
            defer { store.close() }
            var found = Int64.min
            try store.records(StateTables.engine) { key, record in
                if key == "clock" { found = record.number("clock") ?? .min }
            }
            return found >= clock
        }
    }

    /// Keys with partial matches in the last checkpoint.
    var keyCount: Int {
        get throws {
            let store = try openStore()
            defer { store.close() }
            return try store.tables().filter { $0.name.hasPrefix(StateTables.keysPrefix) }.reduce(0) { try $0 + store.count($1) }
        }
    }

    /// Alerts that the last checkpoint has as not delivered.
    var outboxCount: Int {
        get throws {
            let store = try openStore()
            defer { store.close() }
            return try store.tables().filter { $0.name.hasPrefix(StateTables.outboxPrefix) }.reduce(0) { try $0 + store.count($1) }
        }
    }

    /// The store, for looking only.
    func openStore() throws -> any StateStore {
        var options = StateStoreOptions()
        options.isReadOnly = true
        return try StateStores.open("rocksdb:" + path("state"), options: options)
    }

    /// Runs a command of the executable to its end.
    func command(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let name = UUID().uuidString
        let process = try ChildProcess(ServiceHarness.executable, arguments, output: path(name + ".out"), errors: path(name + ".err"))
        let status = process.waitUntilExit()
        return (status, text(name + ".out"), text(name + ".err"))
    }

    /// Alerts of both actions in few words; those of `other` begin with its name.
    var alertTexts: [(rule: String, text: String)] {
        let own = service.alertLines.compactMap { ReloadAlert.text($0) }
        let other = text("other.ndjson").split(separator: "\n").compactMap { ReloadAlert.text($0) }
        return own + other.map { ($0.rule, "other: " + $0.text) }
    }
}
