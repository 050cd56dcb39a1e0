/// The names of fields and streams that snapshots mean by their ids. Only grows: an id keeps its name for as long as the
/// state lives, whatever rules come and go.
public struct SnapshotNames: Sendable, Equatable {
    /// Paths of fields, by id.
    public private(set) var fields: [String] = []
    /// Names of streams, by id.
    public private(set) var streams: [String] = []

    /// No names.
    public init() {}

    /// Names read back, by id.
    public init(fields: [String], streams: [String]) {
        self.fields = fields
        self.streams = streams
    }

    /// Adds the names of a schema that are new.
    public mutating func add(_ schema: EventSchema) {
        let knownFields = Set(fields)
        fields += schema.fields.map(\.text).filter { !knownFields.contains($0) }
        let knownStreams = Set(streams)
        streams += schema.streams.filter { !knownStreams.contains($0) }
    }
}

/// Translates between a schema and the ids of snapshots. Immutable.
public final class SnapshotCodec: Sendable {
    /// Names that snapshots use; those of the schema are all among them.
    public let names: SnapshotNames
    /// By slot.
    let fieldIDs: [Int]
    /// By id; -1 for a field that no rule reads any more.
    let slots: [Int32]
    /// By index in the schema.
    let streamIDs: [Int]
    /// By id; -1 for a stream that no rule names any more.
    let streams: [Int32]

    /// A codec for this schema: `names` are those stored so far, to which the schema's are added.
    public init(_ schema: EventSchema, names stored: SnapshotNames = SnapshotNames()) {
        var names = stored
        names.add(schema)
        let idOfField = Dictionary(uniqueKeysWithValues: names.fields.enumerated().map { ($1, $0) })
        let idOfStream = Dictionary(uniqueKeysWithValues: names.streams.enumerated().map { ($1, $0) })
        fieldIDs = schema.fields.map { idOfField[$0.text]! }
        streamIDs = schema.streams.map { idOfStream[$0]! }
        var slots = [Int32](repeating: -1, count: names.fields.count)
        for (slot, id) in fieldIDs.enumerated() { slots[id] = Int32(slot) }
        var streams = [Int32](repeating: -1, count: names.streams.count)
        for (index, id) in streamIDs.enumerated() { streams[id] = Int32(index) }
        self.slots = slots
        self.streams = streams
        self.names = names
    }
}
