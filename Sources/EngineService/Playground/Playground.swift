import Connectors
import EventEngine
import PatternCompiler
import RuleLanguage

/// Runs rules that somebody tries over events that come with them. Nothing is kept, and nothing of a running service is
/// touched; time and output are bounded.
public struct Playground {
    /// What is tried.
    public struct Request: Sendable {
        /// Rules, as a rule file has them.
        public var rules: [UInt8]
        /// NDJSON of each stream.
        public var streams: [(name: String, events: [UInt8])]
        /// How it is read.
        public var input = EventInputOptions()
        /// Directories of libraries.
        public var patternDirectories: [String] = []
        /// A rule to be explained, and of which key; nil: none.
        public var why: (rule: String, key: String?)?

        /// Rules over events.
        public init(rules: [UInt8], streams: [(name: String, events: [UInt8])]) {
            self.rules = rules
            self.streams = streams
        }
    }

    /// A line that is no event.
    public struct Malformed: Sendable {
        /// Its stream.
        public let stream: String
        /// From 1.
        public let line: Int
        /// What is wrong with it.
        public let reason: String
    }

    /// What came of it.
    public struct Result: Sendable {
        /// What was said about the rules; with an error nothing was run.
        public var diagnostics: [Diagnostic] = []
        /// The rules that ran.
        public var rules: [Rule] = []
        /// Events read and left out.
        public var counters = EventInput.Counters()
        /// The first lines that were no events.
        public var malformed: [Malformed] = []
        /// Lines of JSON as actions get them, in order; those of shadow rules are left out.
        public var matches: [[UInt8]] = []
        /// True when time or output ran out before the events did.
        public var isTruncated = false
        /// The explanation that was asked for.
        public var why: WhyReport?
    }

    private static let file = "playground.yaml"
    private static let mostMatches = 1000
    private static let mostMatchBytes = 8 << 20
    private static let mostMalformed = 20
    private static let longest: Duration = .seconds(5)

    private let request: Request

    /// Tries what is asked.
    public init(_ request: Request) { self.request = request }

    /// Runs it. Throws what is wrong with the request, for people; not what is wrong with the rules.
    public func run() throws(Why.Failure) -> Result {
        let set = RuleLoader.load(bytes: request.rules, path: Self.file, patternDirectories: request.patternDirectories)
        let loaded = LoadedRuleSet(set)
        var result = Result(diagnostics: loaded.diagnostics)
        guard !loaded.hasErrors, var program = loaded.program else { return result }
        result.rules = loaded.rules
        for stream in request.streams { _ = program.schema.stream(named: stream.name) }
        var files: [(name: String, file: MemoryFile)] = []
        for stream in request.streams {
            guard let file = MemoryFile(stream.events) else { throw .readOnce(stream.name) }
            files.append((stream.name, file))
        }
        guard !files.isEmpty else { return result }
        try withExtendedLifetime(files) { () throws(Why.Failure) in
            let streams = files.map { (name: $0.name, files: [$0.file.path]) }
            do throws(InputError) { try run(program, streams, into: &result) } catch { throw .input(error) }
            if let why = request.why { result.why = try explain(why, loaded.rules, streams) }
        }
        return result
    }

    private func run(
        _ program: EngineProgram, _ streams: [(name: String, files: [String])], into result: inout Result
    ) throws(InputError) {
        let names = Dictionary(uniqueKeysWithValues: streams.map { ($0.files[0], $0.name) })
        let malformed = MalformedShelf(limit: Self.mostMalformed)
        let input = try ReplayInput(
            streams: streams, schema: program.schema, options: request.input,
            sink: { malformed.take($0, stream: names[$0.file] ?? "") })
        let engine = Engine(program, sources: streams.map(\.name))
        let encoder = MatchEncoder(program)
        let clock = ContinuousClock()
        let deadline = clock.now + Self.longest
        var buffer = ByteBuffer(capacity: 4096)
        var bytes = 0
        func keep(_ matches: [Match]) {
            for match in matches where result.matches.count < Self.mostMatches && bytes < Self.mostMatchBytes {
                buffer.removeAll()
                encoder.append(match, to: &buffer)
                bytes += buffer.bytes.count
                result.matches.append(Array(buffer.bytes))
            }
        }
        var isOver: Bool { result.matches.count >= Self.mostMatches || bytes >= Self.mostMatchBytes }
        func take(_ event: EventView) {
            if result.isTruncated || clock.now > deadline { result.isTruncated = true }
            guard !result.isTruncated else { return }
            engine.process(event)
            if engine.hasMatches { keep(engine.takeMatches()) }
            if isOver { result.isTruncated = true }
        }
        while !result.isTruncated, try input.next({ event, _ in take(event) }) {}
        if !result.isTruncated {
            engine.finish()
            keep(engine.takeMatches())
            result.isTruncated = isOver
        }
        result.counters = input.counters
        result.malformed = malformed.first
    }

    private func explain(
        _ why: (rule: String, key: String?), _ rules: [Rule], _ streams: [(name: String, files: [String])]
    ) throws(Why.Failure) -> WhyReport {
        var options = Why.Options(streams: streams, rule: why.rule)
        options.input = request.input
        options.key = why.key
        let names = Dictionary(uniqueKeysWithValues: streams.map { ($0.files[0], $0.name) })
        // Where the bytes lie for a moment tells nobody anything.
        return try Why(rules, options: options).run().namingFiles { names[$0] ?? "" }
    }
}

/// Remembers the first malformed lines.
private final class MalformedShelf {
    private(set) var first: [Playground.Malformed] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func take(_ line: MalformedLine, stream: String) {
        guard line.part == .whole || line.part == .first, first.count < limit else { return }
        first.append(Playground.Malformed(stream: stream, line: line.line ?? 0, reason: line.reason))
    }
}
