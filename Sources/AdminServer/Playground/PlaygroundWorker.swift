import Connectors
import EngineService
import EventEngine
import Glibc

/// The process in which the playground runs what somebody tries: a few events can make a rule take any amount of memory and time, which
/// must not be the service's.
///
/// It is this executable, started anew with `playground` for each request: the request's body is its standard input, the status and body
/// of the answer, `200\n{…}`, its standard output.
public enum PlaygroundWorker {
    /// Name of the command that calls `run`.
    public static let command = "playground"
    /// Bytes of memory that it may use.
    private static let memory: UInt = 512 << 20
    /// Seconds of processor time.
    private static let processorTime: UInt = 8
    /// Nanoseconds until it is killed.
    private static let patience: Int64 = 10_000_000_000
    private static let largestAnswer = 64 << 20

    /// The body of the process; its exit code. `patternDirectories` is where libraries are looked for.
    public static func run(patternDirectories: [String]) -> Int32 {
        var answer: AdminResponse
        do throws(AdminError) {
            guard limit(RLIMIT_DATA, memory), limit(RLIMIT_CPU, processorTime), limit(RLIMIT_CORE, 0) else {
                throw .unavailable("the system does not let the playground limit itself")
            }
            answer = try PlaygroundAnswer.answer(readInput(), patternDirectories: patternDirectories)
        } catch {
            answer = error.response
        }
        guard case .bytes(let body) = answer.body else { return 1 }
        do throws(OutputError) {
            let output = try BufferedOutput(file: "-")
            try output.append { buffer in
                buffer.append(text: "\(answer.status)\n")
                body.withUnsafeBytes { buffer.append($0) }
            }
            try output.flush()
            return 0
        } catch {
            return 1
        }
    }

    /// Has a process answer a request.
    static func ask(
        _ body: [UInt8], patternDirectories: [String], executable: String = "/proc/self/exe"
    ) throws(AdminError) -> AdminResponse {
        let arguments = [executable, command] + (patternDirectories.isEmpty ? [] : ["--patterns"] + patternDirectories)
        let program: ChildProgram
        do throws(DeliveryError) {
            program = try ChildProgram(arguments, reading: .output, limit: largestAnswer)
        } catch {
            throw .unavailable("the playground: \(error)")
        }
        guard let (status, text) = try? program.run(input: body, timeout: patience), status == 0, let end = text.firstIndex(of: 10),
            let code = Int(String(decoding: text[..<end], as: UTF8.self))
        else {
            throw tooMuch
        }
        return AdminResponse(status: code, body: .bytes(Array(text[(end + 1)...])))
    }

    private static var tooMuch: AdminError {
        AdminError(
            status: 422, code: "too_much",
            message: "the rules take more than \(memory >> 20) MiB or \(processorTime) s for these events; try fewer events, or a pattern "
                + "with fewer possible matches")
    }

    private static func limit(_ resource: __rlimit_resource, _ value: UInt) -> Bool {
        var limits = rlimit(rlim_cur: value, rlim_max: value)
        return setrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0
    }

    private static func readInput() -> [UInt8] {
        var input: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return input }
            input += chunk.prefix(count)
        }
    }
}
