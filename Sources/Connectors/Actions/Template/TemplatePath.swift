import EventEngine

/// What a placeholder of a template stands for: a part of the alert.
package struct TemplatePath: Sendable, Hashable {
    /// The first word of every path.
    enum Root: String, CaseIterable, Sendable {
        case matchID = "match_id"
        case rule, level, kind, key, start, end, events, steps, select, suppressed
        /// The whole alert.
        case json
    }

    let root: Root
    /// What follows it.
    let rest: [EventSchema.Field.Segment]

    /// The field of the alert's JSON; nil for the whole of it.
    var field: EventSchema.Field? {
        var segments: [EventSchema.Field.Segment] = [.key(root == .steps ? "events" : root.rawValue)] + rest
        switch root {
        case .json: return nil
        // `events[0].host` is a field of the event as it was read, `steps[0]` the name that the rule gives it.
        case .events where rest.count > 0: segments.insert(.key("event"), at: 2)
        case .steps: segments.append(.key("name"))
        default: break
        }
        return EventSchema.Field(segments: segments, text: "")
    }

    /// What stands for it where the alert leaves it out.
    var standard: StaticString? {
        switch root {
        case .kind: "match"
        case .suppressed: "0"
        default: nil
        }
    }
}
