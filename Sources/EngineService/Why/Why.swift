import Connectors
import EventEngine
import Glibc
import PatternCompiler
import RuleLanguage

/// Finds out why a rule fired, or did not, over files of events.
///
/// The files are read twice: once to see how far events come and which keys come nearest to a match, once to follow those keys; and
/// once more where matches of other rules are events of the report, to name them. What is kept of a key is bounded by `Options.limit`.
/// The matches are those of the engine, which is what runs.
public struct Why {
    /// What to look at.
    public struct Options: Sendable {
        /// Files of each stream, in the order that decides between events of one time.
        public var streams: [(name: String, files: [String])]
        /// How the files are read.
        public var input = EventInputOptions()
        /// How the files of streams are read that differ from the rest.
        public var ownInput: [String: EventInputOptions] = [:]
        /// Id of the rule.
        public var rule: String
        /// The key's one value, or a JSON array of its parts; nil: the nearest keys.
        public var key: String?
        /// Attempts and near misses that are shown of each key, at least 1.
        public var limit = 5
        /// Keys that are shown where none is asked for.
        public var keyCount = 3
        /// What comes behind the last event.
        public var end = End.forever

        /// Looks at that rule over these files.
        public init(streams: [(name: String, files: [String])], rule: String) {
            self.streams = streams
            self.rule = rule
        }
    }

    /// What comes behind the last event.
    public enum End: Sendable, Equatable {
        /// Time goes on for ever, as at the end of a replay: absences are complete.
        case forever
        /// Event time has come so far, or to the last event: what is due later is open.
        case clock(Int64)

        /// Event time that everything due before is decided.
        var time: Int64 {
            switch self {
            case .forever: .max
            case .clock(let time): time
            }
        }
    }

    /// Why there is no answer.
    public enum Failure: Error, CustomStringConvertible, Sendable {
        /// Input could not be read.
        case input(InputError)
        /// There is no rule of that id, or it cannot be compiled.
        case noRule(String)
        /// The key is none of the rule's.
        case key(String)
        /// The input is read twice, and this can be read only once.
        case readOnce(String)

        /// What is wrong, for people.
        public var description: String {
            switch self {
            case .input(let error): error.description
            case .noRule(let id): "no rule `\(id)`"
            case .key(let message): message
            case .readOnce(let file):
                "the input is read twice, and \(file == "-" ? "standard input" : file) can be read only once; save it as a file"
            }
        }
    }

    private let rule: Rule
    /// Indices in the program of the rules that feed it, in order of their ids; nil: it does not read matches.
    private let feeders: [Int]?
    private let program: EngineProgram
    private let conditions: RuleConditions
    private let index: Int
    private let options: Options

    /// Looks at a rule of `rules`; the others matter where it reads their matches.
    public init(_ rules: [Rule], options: Options) throws(Failure) {
        guard let rule = rules.first(where: { $0.id == options.rule }) else { throw .noRule(options.rule) }
        let readsMatches = rule.events.contains { $0.streams?.contains("matches") == true }
        guard let compiled = RuleSetCompiler.compile(readsMatches ? rules : [rule], inParts: rule.id),
            let index = compiled.program.rules.firstIndex(where: { $0.id == rule.id })
        else { throw .noRule(options.rule) }
        for file in options.streams.flatMap(\.files) where !Self.canBeReadTwice(file) { throw .readOnce(file) }
        var program = compiled.program
        // Event ids hash the stream's name, whether or not a rule names it.
        for stream in options.streams { _ = program.schema.stream(named: stream.name) }
        self.rule = rule
        feeders = readsMatches ? Self.feeders(of: rule, among: rules, program) : nil
        self.program = program
        conditions = compiled.conditions
        self.index = index
        self.options = options
    }

    /// Reads the files and tells what happened.
    public func run() throws(Failure) -> WhyReport {
        let key = try askedKey()
        let first = trace()
        var report = WhyReport(
            rule: rule.id, pattern: Explanation.pattern(of: rule), isOfOneKey: key != nil, streams: readStreams, keyLabels: labels,
            firstNames: first.startVariables.map { rule.events[$0].name }, leastEvents: first.leastEvents)
        let finder = KeyFinder(first, key: key)
        let passed = try pass(take: { event, _ in finder.take(event) }, late: { finder.lookLate($0) })
        let counters = passed.counters
        finder.finish(options.end)
        report.isShadow = rule.isShadow
        report.bindsMatches = first.boundVariables.contains { rule.events[$0].streams?.contains("matches") == true }
        report.feeders = feeders?.map { index in
            WhyReport.Feeder(
                rule: program.rules[index].id, matches: passed.fed[index], isShadow: program.rules[index].isShadow)
        }
        report.funnel = finder.funnel
        if feeders != nil { report.funnel.matches = report.funnel.matches ?? 0 }
        report.funnel.read = counters.events
        report.funnel.late = counters.late
        report.funnel.malformed = counters.malformed
        report.funnel.filter = finder.filterCounts
        report.funnel.names = finder.nameCounts(program.rules[index])
        report.matches = finder.matches
        report.suppressed = finder.suppressed
        report.firedKeys = finder.firedKeys
        let keys = key.map { [$0] } ?? finder.nearest(options.keyCount)
        let naming = WhyNaming(program, rule: index, files: files)
        let tracer = WhyTracer(trace(), keys: keys, naming: naming, limit: max(1, options.limit))
        var newest = Int64.min
        _ = try pass(
            take: { event, _ in
                newest = max(newest, event.header.pointee.time)
                tracer.take(event)
            }, late: { tracer.lookLate($0, newest: newest) })
        report.keys = tracer.finish(options.end, labels: labels)
        return try withMatches(withLines(report))
    }

    private static func feeders(of rule: Rule, among rules: [Rule], _ program: EngineProgram) -> [Int] {
        let edges = RuleGraph(rules: rules).edges
        return rules.indices.filter { edges[$0].contains { rules[$0].id == rule.id } }.compactMap { feeder in
            program.rules.firstIndex { $0.id == rules[feeder].id }
        }.sorted { program.rules[$0].id < program.rules[$1].id }
    }

    /// False for standard input, pipes and the like; what is not there is told when it is opened.
    private static func canBeReadTwice(_ file: String) -> Bool {
        guard file != "-" else { return false }
        var information = stat()
        guard stat(file, &information) == 0 else { return true }
        return information.st_mode & S_IFMT == S_IFREG || information.st_mode & S_IFMT == S_IFDIR
    }

    private var files: [String] { options.streams.flatMap(\.files) }

    private func trace() -> RuleTrace { RuleTrace(program, rule: index, conditions: conditions, sources: files) }

    private var labels: [String] { program.rules[index].variables.first(where: \.isUsed)?.key.map(\.label) ?? [] }

    private var readStreams: [String] { program.rules[index].streams?.sorted().map { program.schema.streams[Int($0)] } ?? [] }

    /// Canonical text of the key that was asked for; that of the one sequence of a rule without `by`.
    private func askedKey() throws(Failure) -> [UInt8]? {
        let width = program.rules[index].keyWidth
        guard let text = options.key else { return width == 0 ? [] : nil }
        guard let parts = RecordKey.parts(meaning: text) else {
            throw .key("--key needs one value, or a JSON array of texts, numbers and null, not '\(text)'")
        }
        guard width > 0 else { throw .key("rule `\(rule.id)` has no `by`, so it has no keys; leave out --key") }
        guard parts.count == width else {
            let many = parts.count == 1 ? "1 part" : "\(parts.count) parts"
            throw .key(
                "a key of rule `\(rule.id)` has \(width) \(width == 1 ? "part" : "parts") (\(labels.joined(separator: ", "))), not \(many)")
        }
        return WhyNaming.key(parts)
    }

    private func processesLate(_ event: EventView) -> Bool {
        let stream = Int(event.header.pointee.stream)
        guard program.schema.streams.indices.contains(stream) else { return options.input.latePolicy == .process }
        return (options.ownInput[program.schema.streams[stream]] ?? options.input).latePolicy == .process
    }

    /// Shows every event in the order of the engine, those that are matches of other rules among them, with the match. `fed` counts the
    /// matches of each rule of the program, where any feeds the one that is looked at.
    private func pass(
        take: @escaping (EventView, Match?) -> Void, late: @escaping LateEventSink
    ) throws(Failure) -> (counters: EventInput.Counters, fed: [Int]) {
        // Late events that are processed all the same are left out nowhere.
        let late: LateEventSink = { if !processesLate($0) { late($0) } }
        do throws(InputError) {
            let input = try ReplayInput(
                streams: options.streams, schema: program.schema, options: options.input, own: options.ownInput, sink: { _ in },
                late: late)
            guard index >= program.firstComposedRule else {
                while try input.next({ event, _ in take(event, nil) }) {}
                return (input.counters, [])
            }
            let engine = Engine(program, sources: files)
            // A rule makes nothing of its own matches.
            engine.observeMatchEvents { [index] event, match in if match.rule != index { take(event, match) } }
            let more = { (event: EventView) in
                // What is due before the event may be matches that come before it.
                engine.advance(to: event.header.pointee.time)
                take(event, nil)
                engine.process(event)
                _ = engine.takeMatches()
            }
            while try input.next({ event, _ in more(event) }) {}
            if options.end == .forever { engine.finish() } else { engine.advance(to: options.end.time) }
            return (input.counters, engine.statistics.map(\.matches))
        } catch {
            throw .input(error)
        }
    }

    /// The report with the rules and ids of the matches that are events in it, for which everything is read once more.
    private func withMatches(_ report: WhyReport) throws(Failure) -> WhyReport {
        var wanted: Set<UInt64> = []
        _ = report.mapEvents { event in
            if event.isMatch { wanted.insert(event.offset) }
            return event
        }
        guard !wanted.isEmpty else { return report }
        var found: [UInt64: WhyEvent.Origin] = [:]
        _ = try pass(
            take: { event, match in
                let offset = event.header.pointee.offset
                guard let match, wanted.contains(offset) else { return }
                found[offset] = WhyEvent.Origin(rule: program.rules[match.rule].id, match: match.id.text)
            }, late: { _ in })
        return report.mapEvents { event in
            var event = event
            if event.isMatch { event.origin = found[event.offset] }
            return event
        }
    }

    /// The report with the numbers of lines.
    private func withLines(_ report: WhyReport) -> WhyReport {
        var offsets = [Set<UInt64>](repeating: [], count: files.count)
        _ = report.mapEvents { event in
            if event.source >= 0 { offsets[event.source].insert(event.offset) }
            return event
        }
        let numbers = zip(offsets, files).map { LineNumbers.find($0, in: $1) }
        return report.mapEvents { event in
            var event = event
            if event.source >= 0 { event.line = numbers[event.source][event.offset] }
            return event
        }
    }
}
