import Connectors
import RedisClient
import TestSupport
import Testing

/// One stream `s`, read by the consumer `c` of the group `g`, at whatever a URL leads to.
struct StreamFixture {
    let url: String

    /// Entry `n` has the id `1000+n-0` and time `n`.
    static func id(_ number: Int) -> String { "\(1000 + number)-0" }
    static func offset(_ number: Int) -> UInt64 { UInt64(1000 + number) << 20 }
    static func events(_ numbers: some Sequence<Int>) -> [String] { numbers.map { event($0) } }

    /// What a checkpoint keeps when everything before the offset is done with.
    static func position(_ offset: UInt64) -> SourcePosition {
        SourcePosition(identity: #"{"stream":"s","group":"g"}"#, offset: offset, hasEnded: false)
    }

    func open(at offset: UInt64? = nil, configure: (inout SourceOptions) -> Void = { _ in }) throws -> LiveReader {
        let log = LiveReader.Log()
        var options = sourceOptions(log)
        options.positions = offset.map { [Self.position($0)] }
        configure(&options)
        let settings = RedisStreamSettings(url: url, keys: ["s"], group: "g", consumer: "c")
        return LiveReader(try SourceKind.redis(settings).open(options), log: log)
    }

    /// A connection to the server that has the stream.
    func connect() throws -> RedisConnection { try RedisConnector(try RedisURL(url)).connect(key: "s") }

    func add(_ numbers: some Sequence<Int>) throws {
        let connection = try connect()
        for number in numbers { _ = try connection.command("XADD", "s", Self.id(number), "ts", "\(number)", "v", "x") }
    }

    func acknowledge(_ numbers: some Sequence<Int>) throws {
        let connection = try connect()
        for number in numbers { _ = try connection.command("XACK", "s", "g", Self.id(number)) }
    }

    func pending() throws -> Int { Int(try connect().command("XPENDING", "s", "g").elements?.first?.integer ?? -1) }

    /// Has everything read acknowledged, and waits until nothing else is pending.
    func commitAll(_ reader: LiveReader, _ place: SourceLocation = #_sourceLocation) throws {
        reader.source.committed(offset: reader.ends[0], partition: 0)
        try reader.read(until: { (try? pending()) == 0 }, place)
    }

    /// Reads entries of these numbers, acknowledges all but those left pending, and closes.
    func readBefore(_ numbers: Range<Int>, pending: some Sequence<Int>) throws {
        try add(numbers)
        let reader = try open()
        try reader.read { reader.events.count == numbers.count }
        reader.source.close()
        let pending = Set(pending)
        try acknowledge(numbers.filter { !pending.contains($0) })
    }

    /// Reads so many events, and makes sure that no other comes: what is added now is the next.
    func expect(
        _ reader: LiveReader, _ numbers: some Collection<Int>, then next: Int, _ place: SourceLocation = #_sourceLocation
    ) throws {
        try reader.read(until: { reader.events.count >= numbers.count }, place)
        try add([next])
        try reader.read(until: { reader.raws.last == event(next) }, place)
        #expect(reader.raws == Self.events(Array(numbers) + [next]), sourceLocation: place)
    }
}
