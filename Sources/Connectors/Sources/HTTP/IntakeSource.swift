/// Reads what is pushed over HTTP: one partition, which cannot be read again. What was accepted and is in no checkpoint is
/// lost with the process; positions of a checkpoint only keep the count of bytes going on. Within the process the intake keeps it.
public final class IntakeSource: EventSource {
    /// The one partition.
    public let partitions: [SourcePartition]
    private let reader: SourceReader
    private let intake: EventIntake
    private let partition: any EventPartition
    private var isPaused = false

    /// Opens the intake: from now on it takes events. Throws what is wrong with the format.
    public init(_ intake: EventIntake, options: SourceOptions) throws(SourceSetupError) {
        do throws(SourceFormatError) { reader = try SourceReader(options) } catch { throw .format(error) }
        self.intake = intake
        var described = SourcePartition(
            identity: "{\"http\":" + IdentityText.quoted(options.name) + "}", name: "http " + options.name, isReplayable: false)
        let position = options.positions?.first { $0.identity == described.identity }
        described.start = position?.offset ?? 0
        described.number = options.number(described)
        partitions = [described]
        partition = reader.partition(
            IntakeBytes(intake, name: described.name), from: described.start, number: described.number, index: 0, note: position?.note)
        intake.open(at: described.start)
    }

    /// What has been pushed and not read.
    public func next() throws(InputError) -> SourceRead {
        if isPaused { return .waiting }
        defer { intake.delivered(partition.offset) }
        switch try partition.read() {
        case .block(let block): return .events(block, partition: 0, end: partition.offset)
        case .nothing: return .nothing(partition: 0, end: partition.offset)
        case .waiting, .end: return .waiting
        }
    }

    /// Holds back or goes on: while it is held back the queue fills up and offers are refused.
    public func setPaused(_ paused: Bool, partition: Int) { isPaused = paused }

    /// What the format keeps with an offset.
    public func note(offset: UInt64, partition: Int) -> String? { self.partition.note(at: offset) }

    /// Tells whoever waits for it that events are durable.
    public func committed(offset: UInt64, partition: Int) {
        self.partition.forget(before: offset)
        intake.committed(offset)
    }

    /// Always: the offset goes on with the next run.
    public func needsPosition(partition: Int) -> Bool { true }

    /// Gives a block back. From any thread.
    public func recycle(_ block: EventBlock) { reader.pool.put(block) }

    /// Lets go of the intake, which takes events for whoever opens it next.
    public func close() {}
}
