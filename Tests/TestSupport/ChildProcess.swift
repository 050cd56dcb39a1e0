import Foundation
import Synchronization

/// A process that ends with its owner, and is killed by the system when the test process ends in any way.
public final class ChildProcess: Sendable {
    /// Its number.
    public let processID: pid_t
    private let exitStatus = Mutex<Int32?>(nil)

    /// Starts a program, found on the PATH or by its path.
    ///
    /// - Parameters:
    ///   - environment: what is added to the environment of the test process.
    ///   - input: path of what standard input reads.
    ///   - output: path of the file that standard output is appended to.
    ///   - errors: path of the file that standard error is appended to; nil: the same as `output`.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: String = "/dev/null",
        output: String = "/dev/null", errors: String? = nil
    ) throws {
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        processID = try Spawner.shared.spawn(
            ["setpriv", "--pdeathsig", "KILL", "--", program] + arguments, merged.map { "\($0)=\($1)" }, input, output, errors ?? output)
    }

    deinit { kill() }

    /// True until it has ended.
    public var isRunning: Bool { status(options: WNOHANG) == nil }

    /// Sends a signal, unless it has ended.
    public func signal(_ number: Int32) {
        if isRunning { Glibc.kill(processID, number) }
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    public func kill() {
        signal(SIGKILL)
        _ = waitUntilExit()
    }

    /// Waits for its end: the exit code, or 128 and the number of the signal.
    public func waitUntilExit() -> Int32 {
        while true {
            if let status = status(options: 0) { return status }
        }
    }

    private func status(options: Int32) -> Int32? {
        exitStatus.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            guard waitpid(processID, &status, options) == processID else { return nil }
            known = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            return known
        }
    }
}

/// Starts processes on one thread that lives as long as the test process: `pdeathsig` counts from the end of the thread.
private final class Spawner: Sendable {
    static let shared = Spawner()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let isReady = DispatchSemaphore(value: 0)

    private init() {
        // Servers that are killed on purpose leave connections that are written to.
        Foundation.signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { [self] in
            while true {
                isReady.wait()
                let job = jobs.withLock { $0.removeFirst() }
                job()
            }
        }
    }

    func spawn(_ command: [String], _ environment: [String], _ input: String, _ output: String, _ errors: String) throws -> pid_t {
        let result = Mutex<(code: Int32, process: pid_t)>((0, 0))
        let isDone = DispatchSemaphore(value: 0)
        jobs.withLock {
            $0.append {
                let started = Self.start(command, environment, input, output, errors)
                result.withLock { $0 = started }
                isDone.signal()
            }
        }
        isReady.signal()
        isDone.wait()
        let (code, process) = result.withLock { $0 }
        guard code == 0 else { throw TestSupportError("\(command.joined(separator: " ")): \(String(cString: strerror(code)))") }
        return process
    }

    private static func start(
        _ command: [String], _ environment: [String], _ input: String, _ output: String, _ errors: String
    ) -> (Int32, pid_t) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var arguments = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, command[0], &actions, &attributes, &arguments, &variables)
        return (code, process)
    }
}
