import RedisClient

/// What a server tells of a stream. Servers before Redis 7 count nothing but what is there.
struct StreamStatus {
    /// Entries that are there.
    var count: Int64
    /// Entries that were ever added.
    var added: Int64?
    /// The first entry that is there.
    var first: StreamEntryID?
    /// The last entry that was ever added.
    var last: StreamEntryID
    /// The greatest id that was deleted otherwise than by trimming.
    var deleted: StreamEntryID?

    /// Reads a reply of XINFO STREAM.
    init(_ reply: RedisReply) {
        let fields = reply.fields
        count = fields["length"]?.integer ?? 0
        added = fields["entries-added"]?.integer
        first = fields["first-entry"]?.elements?.first?.streamEntryID
        last = fields["last-generated-id"]?.streamEntryID ?? .zero
        deleted = fields["max-deleted-entry-id"]?.streamEntryID
    }

    /// What at or behind a position is gone that is not pending.
    ///
    /// - Parameters:
    ///   - offset: the position, behind something that was read.
    ///   - group: the consumer group.
    ///   - isPending: whether an entry is still to be acknowledged.
    func loss(
        at offset: UInt64, group: StreamGroupStatus, isPending: (StreamEntryID) throws(RedisError) -> Bool
    ) throws(RedisError) -> StreamLoss {
        var loss = StreamLoss()
        let position = StreamEntryID(notDoneAt: offset)
        guard last >= position else { return loss }
        if let deleted, deleted > .zero, deleted >= position, deleted <= group.last { loss.isPossible = try !isPending(deleted) }
        // Trimming begins at the front: it has not come to the position while an entry is there that is not behind it.
        if let first, first.offset <= offset { return loss }
        if added == count { return loss }
        // Where all that is there is behind the group's place, what was added behind it and is not there can be counted.
        let isAllNew = first.map { $0 > group.last } ?? true
        let unread = group.last >= position.predecessor && isAllNew ? added.flatMap { added in group.read.map { added - $0 - count } } : nil
        loss.unread = max(0, Int(unread ?? 0))
        if group.last >= position || unread == nil { loss.isPossible = true }
        return loss
    }
}

/// What a server tells of a consumer group.
struct StreamGroupStatus {
    /// The last entry that was delivered as new.
    var last: StreamEntryID
    /// Entries that were ever added up to it, when the server knows.
    var read: Int64?
}

extension StreamGroupStatus {
    /// Reads a reply of XINFO GROUPS; nil when the group is not there.
    init?(_ reply: RedisReply, name: String) {
        guard let fields = reply.elements?.lazy.map(\.fields).first(where: { $0["name"]?.text == name }),
            let last = fields["last-delivered-id"]?.streamEntryID
        else { return nil }
        self.init(last: last, read: fields["entries-read"]?.integer)
    }
}

/// Entries behind a position that are not in the stream any more, beside those that are pending.
struct StreamLoss {
    /// Entries that the group was never given.
    var unread = 0
    /// Whether there may be others; nobody knows how many.
    var isPossible = false
}

extension RedisReply {
    /// Names and values that follow each other.
    fileprivate var fields: [String: RedisReply] {
        let elements = elements ?? []
        var fields: [String: RedisReply] = [:]
        for index in stride(from: 0, to: elements.count - 1, by: 2) { fields[elements[index].text ?? ""] = elements[index + 1] }
        return fields
    }

    var streamEntryID: StreamEntryID? { text.flatMap { StreamEntryID(text: $0) } }
}
