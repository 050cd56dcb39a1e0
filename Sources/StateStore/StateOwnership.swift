/// The rules of generation and epoch, the same for every store: who may write, and whether a commit is done already.
enum StateOwnership {
    /// What a claim writes over `stored`; nil: nobody has claimed the store yet.
    ///
    /// The format of records that are there stays until a commit writes them anew.
    static func claim(over stored: StateHeader?, owner: String, known: StateHeader?) throws(StateStoreError) -> StateHeader {
        if let known {
            guard let stored, (stored.generation, stored.epoch) >= (known.generation, known.epoch) else {
                throw .behind(acknowledged: known, found: stored)
            }
            if stored.generation > known.generation, stored.owner != owner {
                throw .fenced(owner: stored.owner, generation: stored.generation)
            }
        }
        guard let stored else { return StateHeader(format: StateFormat.version, generation: 1, epoch: 0, owner: owner) }
        try checkFormat(stored)
        return StateHeader(format: stored.format, generation: stored.generation + 1, epoch: stored.epoch, owner: owner)
    }

    /// Whether the commit of `epoch` is in the store already, for the owner of `mine`.
    static func isCommitted(epoch: UInt64, mine: StateHeader, stored: StateHeader?) throws(StateStoreError) -> Bool {
        try check(stored, expected: mine)
        let found = stored?.epoch ?? 0
        guard found <= epoch else {
            throw .corrupted("the state store holds epoch \(found) of generation \(mine.generation), which was never committed")
        }
        return found == epoch
    }

    /// Refuses what another owner has claimed, and what has less than the header that was acknowledged.
    static func check(_ stored: StateHeader?, expected: StateHeader) throws(StateStoreError) {
        guard let stored else { throw .behind(acknowledged: expected, found: nil) }
        if stored.generation > expected.generation || stored.generation == expected.generation && stored.owner != expected.owner {
            throw .fenced(owner: stored.owner, generation: stored.generation)
        }
        if stored.generation < expected.generation || stored.epoch < expected.epoch {
            throw .behind(acknowledged: expected, found: stored)
        }
    }

    /// Refuses a store of a later version.
    static func checkFormat(_ header: StateHeader) throws(StateStoreError) {
        guard header.format <= StateFormat.version else {
            throw .incompatible(
                "the state is of format \(header.format), which a later version of FluxCore wrote; "
                    + "this one reads formats up to \(StateFormat.version)")
        }
    }
}
