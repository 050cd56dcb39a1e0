import EventEngine
import RedisClient

/// Reads Redis streams as a consumer of a group: one partition for each stream, its offsets made of the entries' ids.
///
/// Entries are acknowledged when a checkpoint has them; those that were not are delivered again by the next run, in order,
/// before what is new, so that what the checkpoint knows already is found by its offset. A position tells more than the group:
/// everything behind it that the group was given is read from the stream once more, acknowledged or not, as the checkpoint
/// may be older than the acknowledgements; and a group that is gone, or behind the position, is put there. What is not in the
/// stream any more is told. An entry whose id is not behind all that were read counts as read, so a stream that is deleted
/// must go on with greater ids, as the clock gives them.
///
/// While the server is away the source waits and tries again. The group must be this engine's alone: what goes to another
/// consumer is not seen. Besides those for streams a login needs the commands XINFO and XPENDING.
///
/// A thread for each stream reads ahead, a few megabytes at most. The process must ignore SIGPIPE.
public final class RedisStreamSource: EventSource {
    /// One for each key, in their order.
    public let partitions: [SourcePartition]
    private let options: SourceOptions
    private let pool: EventBlockPool
    private let streams: [StreamPartition]
    private var threads: [BackgroundThread] = []
    private var turn = -1

    /// Starts to read. Throws when the URL or the format cannot be used; a server that is away is waited for.
    public init(_ settings: RedisStreamSettings, options: SourceOptions) throws(SourceSetupError) {
        guard options.format == .ndjson else { throw .format(SourceFormatError("a Redis stream has format ndjson")) }
        let url: RedisURL
        let maker: SourceReader
        do throws(RedisError) { url = try RedisURL(settings.url) } catch { throw .redis(error) }
        do throws(SourceFormatError) { maker = try SourceReader(options) } catch { throw .format(error) }
        self.options = options
        pool = maker.pool
        var partitions: [SourcePartition] = []
        var streams: [StreamPartition] = []
        for (index, key) in settings.keys.enumerated() {
            let identity = "{\"stream\":" + IdentityText.quoted(key) + ",\"group\":" + IdentityText.quoted(settings.group) + "}"
            let position = options.positions?.first { $0.identity == identity }
            var partition = SourcePartition(identity: identity, name: key, isReplayable: true, start: position?.offset ?? 0)
            partition.number = options.number(partition)
            partitions.append(partition)
            let reader = StreamReader(
                key: key, settings: settings, url: url, start: Self.start(options, position))
            streams.append(
                StreamPartition(
                    reader: reader, start: partition.start, context: maker.context(number: partition.number, index: index)))
        }
        self.partitions = partitions
        self.streams = streams
        let known = Set(partitions.map(\.identity))
        for position in options.positions ?? [] where !known.contains(position.identity) {
            options.notice(.unknownPosition(identity: position.identity))
        }
        threads = streams.map { stream in
            let reader = stream.reader
            return BackgroundThread { reader.run() }
        }
    }

    deinit { close() }

    private static func start(_ options: SourceOptions, _ position: SourcePosition?) -> StreamReader.Start {
        if options.rewinds { return .firstEntry }
        if options.positions == nil { return options.start == .end ? .end : .group }
        // Nothing had been read: a group that began at the end says more than the position does.
        guard let position, position.offset > 0 || options.start == .beginning else { return .group }
        return .position(position.offset)
    }

    /// What the threads have read, of streams in turn. Does not throw.
    public func next() throws(InputError) -> SourceRead {
        for stream in streams { for notice in stream.reader.takeNotices() { options.notice(notice) } }
        for _ in streams {
            turn = turn + 1 < streams.count ? turn + 1 : 0
            let stream = streams[turn]
            if stream.isPaused { continue }
            switch stream.read() {
            case .block(let block): return .events(block, partition: turn, end: stream.end)
            case .nothing: return .nothing(partition: turn, end: stream.end)
            case .waiting, .end: continue
            }
        }
        return .waiting
    }

    /// Holds back or goes on; the thread of a paused stream stops reading when its queue is full.
    public func setPaused(_ paused: Bool, partition: Int) { streams[partition].isPaused = paused }

    /// None: the group knows what was delivered.
    public func note(offset: UInt64, partition: Int) -> String? { nil }

    /// Acknowledges entries before the offset, within a fraction of a second.
    public func committed(offset: UInt64, partition: Int) { streams[partition].committed(offset) }

    /// Always.
    public func needsPosition(partition: Int) -> Bool { true }

    /// Gives a block back. From any thread.
    public func recycle(_ block: EventBlock) { pool.put(block) }

    /// Ends the threads; what is to be acknowledged is, if the server is there. A server that hangs is waited for
    /// as long as the URL's timeouts say.
    public func close() {
        for stream in streams { stream.reader.stop() }
        for thread in threads { thread.join() }
        threads = []
    }
}
