import CProcess
import Glibc

/// A program that was started: it has standard input and output of its own, no other file of this process, and its own group. For
/// one thread. It does not outlive its owner.
package final class ChildProgram {
    /// What is read of it; the other goes nowhere.
    package enum Stream: CInt {
        case output = 1
        case errors = 2
    }

    private static let slice: CInt = 20

    private let name: String
    private let process: pid_t
    private var input: CInt
    private var output: CInt
    private let limit: Int
    private var isReaped = false

    /// Starts it with variables of this process's environment; of what it writes, `limit` bytes are kept.
    package init(_ command: [String], environment names: [String] = [], reading stream: Stream, limit: Int) throws(DeliveryError) {
        self.limit = limit
        name = command[0]
        var forInput: [CInt] = [-1, -1]
        var forOutput: [CInt] = [-1, -1]
        guard fx_pipe(&forInput) == 0 else { throw .system(name, code: errno) }
        guard fx_pipe(&forOutput) == 0 else {
            let code = errno
            for descriptor in forInput { close(descriptor) }
            throw .system(name, code: code)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, forInput[0], 0)
        posix_spawn_file_actions_addopen(&actions, (stream == .output ? Stream.errors : .output).rawValue, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, forOutput[1], stream.rawValue)
        fx_spawn_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var arguments = command.map { strdup($0) } + [nil]
        let variables = names.compactMap { name in getenv(name).map { "\(name)=" + String(cString: $0) } }
        var environment = variables.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var started: pid_t = 0
        let code = posix_spawn(&started, command[0], &actions, &attributes, &arguments, &environment)
        close(forInput[0])
        close(forOutput[1])
        process = started
        input = forInput[1]
        output = forOutput[0]
        guard code == 0 else {
            isReaped = true
            throw .system("\(name) cannot be started", code: code)
        }
        _ = fcntl(input, F_SETFL, O_NONBLOCK)
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
    }

    deinit {
        if !isReaped { kill() }
        if input >= 0 { close(input) }
        if output >= 0 { close(output) }
    }

    /// Gives it its input and waits for its end: the status as `wait` has it, and the first bytes of what it wrote.
    package func run(
        input bytes: [UInt8], timeout: Int64, cancellation: Cancellation = Cancellation()
    ) throws(DeliveryError) -> (status: CInt, text: [UInt8]) {
        let deadline = WallClock.monotonic() + timeout
        var written = 0
        var text: [UInt8] = []
        while true {
            var status: CInt = 0
            if waitpid(process, &status, WNOHANG) == process {
                isReaped = true
                readOutput(into: &text)
                // What it has left behind in its group does not outlive it.
                Glibc.kill(-process, SIGKILL)
                return (status, text)
            }
            if cancellation.isSet { throw .cancelled }
            if WallClock.monotonic() > deadline { throw DeliveryError("\(name) was not done in time and was killed") }
            write(bytes, from: &written)
            readOutput(into: &text)
            var entries = [pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: input, events: Int16(POLLOUT), revents: 0)]
            poll(&entries, 2, Self.slice)
            // An end that is closed is ready at once, again and again.
            if entries.contains(where: { $0.revents & Int16(POLLHUP | POLLERR) != 0 }) { usleep(1000) }
        }
    }

    private func write(_ bytes: [UInt8], from written: inout Int) {
        while input >= 0 {
            let count =
                written < bytes.count ? bytes.withUnsafeBytes { Glibc.write(input, $0.baseAddress! + written, $0.count - written) } : 0
            if count > 0 {
                written += count
            } else if count < 0, errno == EAGAIN {
                return
            } else if count == 0 || errno != EINTR {
                // All is written, or it does not read.
                close(input)
                input = -1
            }
        }
    }

    private func readOutput(into text: inout [UInt8]) {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(output, &chunk, chunk.count)
            guard count > 0 else { return }
            text += chunk.prefix(min(count, limit - text.count))
        }
    }

    private func kill() {
        Glibc.kill(-process, SIGKILL)
        var status: CInt = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        isReaped = true
    }
}
