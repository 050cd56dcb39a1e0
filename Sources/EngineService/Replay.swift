import Connectors
import EventEngine

/// Runs rules over files in event time. Decoding, matching and output are apart: the engine sees only events, the output
/// only matches.
public struct Replay {
    /// What to read, and where to write.
    public struct Options: Sendable {
        /// Files of each stream, in the order that decides between events of one time; `-` is standard input.
        public var streams: [(name: String, files: [String])]
        /// How the files are read.
        public var input = EventInputOptions()
        /// File for matches; `-` is standard output.
        public var output = "-"
        /// File for malformed lines; nil: they are only counted.
        public var deadLetter: String?
        /// Threads that match; matches do not depend on it.
        public var workers = 1
        /// True: at the end pending absences and decisions are made as if time went on forever.
        public var flushes = true

        /// Reads these files, matches to standard output.
        public init(streams: [(name: String, files: [String])]) {
            self.streams = streams
        }
    }

    /// Why a replay ended early.
    public enum Failure: Error, CustomStringConvertible, Sendable {
        /// Input could not be read.
        case input(InputError)
        /// Output could not be written.
        case output(OutputError)

        /// The file and what the system says.
        public var description: String {
            switch self {
            case .input(let error): return error.description
            case .output(let error): return error.description
            }
        }
    }

    private let program: EngineProgram
    private let options: Options

    /// A replay of these rules with these options.
    public init(_ program: EngineProgram, options: Options) {
        var program = program
        // Event ids hash the stream's name, whether or not a rule names it.
        for stream in options.streams { _ = program.schema.stream(named: stream.name) }
        self.program = program
        self.options = options
    }

    /// Reads everything and writes every match. `progress` is told the bytes and events read so far, once for each
    /// block of input. Throws when a file cannot be read or written; what was written until then stays.
    public func run(progress: (_ bytes: UInt64, _ events: Int) -> Void = { _, _ in }) throws(Failure) -> ReplaySummary {
        let clock = ContinuousClock()
        let start = clock.now
        let deadLetters: DeadLetterFile
        let output: BufferedOutput
        do throws(OutputError) {
            output = try BufferedOutput(file: options.output)
            var file: BufferedOutput?
            if let name = options.deadLetter { file = try BufferedOutput(file: name) }
            deadLetters = DeadLetterFile(file)
        } catch {
            throw .output(error)
        }
        let writer = MatchWriter(program: program, output: output)
        let sourceNames = options.streams.flatMap(\.files)
        let runner: any ReplayRunner =
            options.workers == 1
            ? SerialReplay(program, sources: sourceNames, writer: writer)
            : ParallelReplay(program, workers: options.workers, sources: sourceNames, writer: writer)
        let input: ReplayInput
        do throws(InputError) {
            input = try ReplayInput(
                streams: options.streams, schema: program.schema, options: options.input, sink: { deadLetters.take($0) })
        } catch {
            throw .input(error)
        }
        do throws(InputError) {
            while try runner.read(input), writer.failure == nil { progress(input.counters.bytes, input.counters.events) }
        } catch {
            runner.abandon()
            throw .input(error)
        }
        let statistics = runner.finish(flushes: options.flushes)
        do throws(OutputError) {
            try writer.flush()
            try deadLetters.flush()
        } catch {
            throw .output(error)
        }
        return ReplaySummary(
            program: program, counters: input.counters, statistics: statistics, written: writer.written,
            firstMalformed: deadLetters.first, elapsed: clock.now - start)
    }
}
