import EventEngine

/// Reads and writes the JSON of partitions' identities.
enum IdentityText {
    /// A member of an identity.
    enum Member: Equatable {
        case none
        case text(String)
        case number(Int64)
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return String(unsafeUninitializedCapacity: bytes.count * JSONText.maximumExpansion + 2) { out in
            bytes.withUnsafeBufferPointer { JSONText.writeString($0, to: out.baseAddress!) - out.baseAddress! }
        }
    }

    /// The members of an object by name; nil when the text is no JSON object.
    static func values(of text: String, names: [String]) -> [Member]? {
        var schema = EventSchema()
        for name in names { _ = schema.slot(for: EventSchema.Field(segments: [.key(name)], text: name)) }
        var members: [Member] = []
        let problem = EventTextDecoder(schema: schema).decode(text, time: 0, stream: -1, offset: 0) { event in
            members = names.indices.map { index in
                let value = event.slots[index]
                switch value.tag {
                case .string: return .text(String(decoding: value.bytes, as: UTF8.self))
                case .int: return .number(value.integer)
                default: return .none
                }
            }
        }
        return problem == nil ? members : nil
    }
}
