import EventEngine

/// Writes matches as lines. For one thread; `failure` and `written` may be looked at from others.
final class MatchWriter: @unchecked Sendable {
    // Unchecked: encoder and output are touched by the writing thread only, the rest is behind the monitor.

    private struct Shared {
        var failure: OutputError?
        var written: [Int]
    }

    private let encoder: MatchEncoder
    private let output: BufferedOutput
    private let shared: Monitor<Shared>

    init(program: EngineProgram, output: BufferedOutput) {
        self.output = output
        encoder = MatchEncoder(program)
        shared = Monitor(Shared(written: Array(repeating: 0, count: program.rules.count)))
    }

    /// Why nothing more is written.
    var failure: OutputError? { shared.read { $0.failure } }
    /// Matches written by rule.
    var written: [Int] { shared.read { $0.written } }

    /// Encodes matches, in order. An error is kept until `flush`.
    func take(_ matches: [Match]) {
        for match in matches where failure == nil {
            do throws(OutputError) {
                try output.append { encoder.append(match, to: &$0) }
                if match.kind == .match { shared.update { $0.written[match.rule] += 1 } }
            } catch {
                shared.update { $0.failure = error }
            }
        }
    }

    /// Writes what waits; an error is kept.
    func tryFlush() {
        guard failure == nil else { return }
        do throws(OutputError) { try output.flush() } catch { shared.update { $0.failure = error } }
    }

    /// Writes what waits, or throws why that, or an earlier write, did not work.
    func flush() throws(OutputError) {
        if let failure { throw failure }
        try output.flush()
    }
}
