import RedisClient

extension StateHeader {
    /// The header in the reply of `appendReadHeader`; nil when there is none.
    init?(redis reply: RedisReply, keys: RedisStateKeys) throws(StateStoreError) {
        let fields = (reply.elements ?? []).map(\.text)
        if fields.allSatisfy({ $0 == nil }) { return nil }
        guard fields.count == 4, let format = fields[0].flatMap({ Int($0) }), let generation = fields[1].flatMap({ UInt64($0) }),
            let epoch = fields[2].flatMap({ UInt64($0) }), let owner = fields[3]
        else { throw .corrupted("the Redis key \(keys.meta) is not what FluxCore writes") }
        self.init(format: format, generation: generation, epoch: epoch, owner: owner)
        try StateOwnership.checkFormat(self)
    }

    /// What a commit of an epoch makes of a header: records are of the current format from now on.
    init(_ claimed: StateHeader, epoch: UInt64) {
        self.init(format: StateFormat.version, generation: claimed.generation, epoch: epoch, owner: claimed.owner)
    }
}

extension RedisCommandBuffer {
    /// Appends the command that reads the header.
    mutating func appendReadHeader(_ keys: RedisStateKeys) {
        append("HMGET", keys.meta, "format", "generation", "epoch", "owner")
    }

    /// Appends fields and values of the header to a command under way: eight arguments, or six without the owner.
    mutating func append(_ header: StateHeader, withOwner: Bool) {
        for (name, value) in [("format", UInt64(header.format)), ("generation", header.generation), ("epoch", header.epoch)] {
            argument(name)
            argument(String(value))
        }
        if withOwner {
            argument("owner")
            argument(header.owner)
        }
    }
}
