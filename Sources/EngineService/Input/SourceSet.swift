import Connectors
import EventEngine
import Logging

/// The sources of a configuration, opened, and what of them goes to side files. For one thread.
final class SourceSet {
    private static let loggedMalformed = 5

    let inputs: [LiveMerge.Input]
    private let logger: Logger
    private let names: [String]
    private let deadLetters: SideFile?
    private let sideFiles: [SideFile?]
    private let memory: SessionMemory
    /// Counts malformed input; false for what was counted before a restart.
    var countMalformed: (MalformedLine, _ source: Int, _ partition: Int) -> Bool = { _, _, _ in true }

    /// Opens every source where the checkpoint was. Throws what is wrong with one.
    ///
    /// - Parameter memory: of the session before.
    init(
        _ configuration: ServiceConfiguration, schema: EventSchema, sourceNames: SourceNames, recovered: RecoveredState,
        intakes: [EventIntake], memory: SessionMemory, logger: Logger
    ) throws(SessionFailure) {
        self.logger = logger
        self.memory = memory
        names = configuration.sources.map(\.name)
        deadLetters = configuration.deadLetter.map { SideFile(path: $0) }
        var sideFiles: [SideFile?] = []
        var inputs: [LiveMerge.Input] = []
        let sink = MalformedSink()
        for (index, source) in configuration.sources.enumerated() {
            var options = SourceOptions(name: source.name, schema: schema, format: source.format) {
                sourceNames.index(of: $0.name)
            }
            options.timeFields = source.timeFields
            options.pipe = memory.pipes[index]
            options.start = source.start == .end ? .end : .beginning
            if recovered.isKnownSource[index] {
                options.positions = recovered.merge.partitions[index].map {
                    SourcePosition(identity: $0.identity, offset: $0.restart, hasEnded: $0.hasEnded, note: $0.note)
                }
            } else if memory.rewinds {
                guard source.start == .beginning else {
                    throw .environment(
                        "the state store does not know any more where source \(source.name) began, which was not at the beginning, so what "
                            + "was lost cannot be made good: refusing to go on")
                }
                options.rewinds = true
                // Files are read again whatever their names are now, and those that are gone are told of.
                if case .file = source.kind {
                    options.positions = memory.found[index].map { SourcePosition(identity: $0, offset: 0, hasEnded: false) }
                }
            }
            options.malformed = { line, partition in sink.set?.take(line, source: index, partition: partition) }
            options.notice = { [logger] notice in
                logger.log(level: notice.tellsLoss ? .error : .warning, "\(notice)", metadata: ["source": "\(source.name)"])
            }
            do throws(SourceSetupError) {
                var input = LiveMerge.Input(source: try source.sourceKind(intakes).open(options))
                input.lateness = source.lateness
                input.idle = source.idle
                switch source.late {
                case .drop: sideFiles.append(nil)
                case .process:
                    sideFiles.append(nil)
                    input.late = .process
                case .side(let path):
                    let file = SideFile(path: path)
                    sideFiles.append(file)
                    input.late = .side { event in file.append(event.header.pointee.raw, endsLine: true) }
                }
                inputs.append(input)
            } catch {
                throw .environment("source \(source.name): \(error)")
            }
        }
        self.inputs = inputs
        self.sideFiles = sideFiles
        sink.set = self
    }

    /// True when side files should be flushed before more is read.
    var isFull: Bool { deadLetters?.isFull == true || sideFiles.contains { $0?.isFull == true } }

    /// Writes what waits for side files.
    func flush() throws(DeliveryError) {
        try deadLetters?.flush()
        for file in sideFiles { try file?.flush() }
    }

    /// Closes all sources.
    func close() { for input in inputs { input.source.close() } }

    private func take(_ line: MalformedLine, source: Int, partition: Int) {
        guard countMalformed(line, source, partition) else { return }
        let isStart = line.part == .whole || line.part == .first
        deadLetters?.append(line.bytes, endsLine: line.part == .whole || line.part == .last)
        guard isStart else { return }
        memory.malformedLogged[source] += 1
        if memory.malformedLogged[source] <= Self.loggedMalformed {
            logger.warning(
                "input is no event: \(line.reason)",
                metadata: ["source": "\(names[source])", "place": "\(line.place)", "offset": "\(line.offset)"])
        } else if memory.malformedLogged[source] == Self.loggedMalformed + 1 {
            logger.warning("more input is no event; it is counted and not logged", metadata: ["source": "\(names[source])"])
        }
    }

    /// Breaks the circle between the set and its sources.
    private final class MalformedSink {
        weak var set: SourceSet?
    }
}

extension ServiceConfiguration.Source {
    /// The same for the connectors; `intakes` has one for each source of type `http`.
    func sourceKind(_ intakes: [EventIntake]) -> SourceKind {
        switch kind {
        case .file(let pattern, let follow): return .file(pattern: pattern, follow: follow)
        case .standardInput: return .standardInput
        case .redis(let url, let keys, let group, let consumer, let field):
            return .redis(RedisStreamSettings(url: url, keys: keys, group: group, consumer: consumer, field: field))
        case .http(let queue):
            return .http(intakes.first { $0.name == name } ?? EventIntake(name: name, capacity: queue))
        }
    }
}
