/// The fields that the loaded rules read, one slot each, and the streams that they name. Decoders fill exactly these.
public struct EventSchema: Sendable {
    /// A field to decode.
    public struct Field: Sendable, Hashable {
        /// One part of a path.
        public enum Segment: Sendable, Hashable {
            /// A key of an object; adjacent keys may also stand as one literal dotted key, the more nested reading wins.
            case key(String)
            /// Every element of an array: the slot is a list.
            case anyElement
            /// One element of an array, from 0.
            case element(Int)
        }
        /// The path's parts.
        public let segments: [Segment]
        /// The path as written.
        public let text: String

        /// Makes a field.
        public init(segments: [Segment], text: String) {
            self.segments = segments
            self.text = text
        }
    }

    /// Fields by slot.
    public private(set) var fields: [Field] = []
    /// Stream names by index.
    public private(set) var streams: [String] = []
    private var slotByField: [Field: Int] = [:]
    private var indexByStream: [String: Int] = [:]

    /// An empty schema.
    public init() {}

    /// The slot of a field, added when it is new.
    public mutating func slot(for field: Field) -> Int {
        if let slot = slotByField[field] { return slot }
        slotByField[field] = fields.count
        fields.append(field)
        return fields.count - 1
    }

    /// The index of a stream, added when it is new.
    public mutating func stream(named name: String) -> Int {
        if let index = indexByStream[name] { return index }
        indexByStream[name] = streams.count
        streams.append(name)
        return streams.count - 1
    }

    /// The index of a stream; -1 when no rule names it.
    public func streamIndex(named name: String) -> Int32 { Int32(indexByStream[name] ?? -1) }

    /// The slot of a field; nil when no rule reads it.
    public func existingSlot(for field: Field) -> Int? { slotByField[field] }
}
