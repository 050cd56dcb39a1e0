/// Reads standard input or a named pipe, one partition, to its end. It cannot be read again: what was read and is in no
/// checkpoint is lost with the process, and positions of a checkpoint only keep the count of bytes going on. Within the process it
/// is kept by `SourceOptions.pipe`.
public final class StandardInputSource: EventSource {
    /// The one partition.
    public let partitions: [SourcePartition]
    private let reader: SourceReader
    private let memory: PipeMemory?
    private var partition: (any EventPartition)?
    private var isPaused = false

    /// `path`: of a named pipe; `-` is standard input. Throws when it cannot be opened.
    public init(path: String = "-", options: SourceOptions) throws(SourceSetupError) {
        do throws(SourceFormatError) { reader = try SourceReader(options) } catch { throw .format(error) }
        memory = options.pipe
        var described = SourcePartition(
            identity: "{\"pipe\":" + IdentityText.quoted(path) + "}", name: path == "-" ? "standard input" : path, isReplayable: false)
        // Offsets go on behind those of the run before, so that they tell events of both apart.
        let position = options.positions?.first { $0.identity == described.identity }
        described.start = position?.offset ?? 0
        described.number = options.number(described)
        partitions = [described]
        let bytes: any ByteSource
        do throws(InputError) {
            if let memory {
                bytes = try memory.reader(path: path, from: described.start)
            } else {
                bytes = try PipeBytes(name: path)
            }
        } catch {
            throw .input(error)
        }
        let header = memory?.header.flatMap { $0.offset < described.start ? $0 : nil }
        partition = reader.partition(
            bytes, from: described.start, number: described.number, index: 0, note: position?.note,
            columns: header?.columns)
    }

    /// What is there to read, until the other end is closed. Throws when reading fails.
    public func next() throws(InputError) -> SourceRead {
        guard let partition else { return .finished }
        if isPaused { return .waiting }
        switch try partition.read() {
        case .block(let block): return .events(block, partition: 0, end: partition.offset)
        case .nothing: return .nothing(partition: 0, end: partition.offset)
        case .waiting: return .waiting
        case .end:
            self.partition = nil
            return .ended(partition: 0)
        }
    }

    /// Holds back or goes on.
    public func setPaused(_ paused: Bool, partition: Int) { isPaused = paused }

    /// The latest month of a text format without years.
    public func note(offset: UInt64, partition: Int) -> String? { self.partition?.note(at: offset) }

    /// What is in a checkpoint need not be kept.
    public func committed(offset: UInt64, partition: Int) {
        self.partition?.forget(before: offset)
        memory?.forget(before: offset)
    }

    /// Always: the offset goes on with the next run.
    public func needsPosition(partition: Int) -> Bool { true }

    /// Gives a block back. From any thread.
    public func recycle(_ block: EventBlock) { reader.pool.put(block) }

    /// Lets go of the pipe, which stays open where it is kept.
    public func close() {
        if let header = (partition as? ConvertedPartition<CSVConverter>)?.header { memory?.header = header }
        partition = nil
    }
}
