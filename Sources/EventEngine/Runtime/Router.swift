/// The rule index: finds the rules that an event can touch, by stream, then by equality on constants. What it gives
/// may be more than those, never less; ascending, so rules that feed others come first.
final class Router {
    private let words: Int
    /// One row a stream (first that which no rule names): rules to ask for every event of it.
    private let always: UnsafeMutablePointer<UInt64>
    /// One row a stream: rules that read it.
    private let reading: UnsafeMutablePointer<UInt64>
    private let candidates: UnsafeMutablePointer<UInt64>
    private let tables: [GateTable]

    /// Indexes some rules of a program; `forEachRule` counts them from the first of these.
    init(_ program: EngineProgram, rules: Range<Int>) {
        let streams = program.schema.streams.count + 1
        let matches = program.schema.streamIndex(named: Composer.streamName)
        words = (rules.count + 63) / 64
        always = .allocate(capacity: max(1, streams * words))
        reading = .allocate(capacity: max(1, streams * words))
        candidates = .allocate(capacity: max(1, words))
        always.initialize(repeating: 0, count: streams * words)
        reading.initialize(repeating: 0, count: streams * words)
        var constants: [Int32: [UInt64: [Int]]] = [:]
        for (index, rule) in program.rules[rules].enumerated() {
            let bit: UInt64 = 1 << UInt64(index & 63)
            for stream in -1..<Int32(streams - 1) {
                let reads = rule.streams?.contains(stream) ?? (matches < 0 || stream != matches)
                guard reads else { continue }
                let cell = Int(stream + 1) * words + index / 64
                reading[cell] |= bit
                if rule.gates == nil { always[cell] |= bit }
            }
            for gate in rule.gates ?? [] {
                for constant in gate.constants { constants[gate.slot, default: [:]][Self.hash(constant), default: []].append(index) }
            }
        }
        let rowWords = words
        tables = constants.sorted { $0.key < $1.key }.map { GateTable(slot: $0.key, rulesByHash: $0.value, words: rowWords) }
    }

    deinit {
        always.deallocate()
        reading.deallocate()
        candidates.deallocate()
    }

    /// Calls `body` with the number of every rule that the event may touch, ascending.
    @inline(__always)
    func forEachRule(of event: EventView, _ body: (Int) -> Void) {
        let row = (Int(event.header.pointee.stream) + 1) * words
        if tables.isEmpty {
            visit(always + row, body)
            return
        }
        for word in 0..<words { candidates[word] = 0 }
        for table in tables {
            guard let hash = Self.hash(event.slots[Int(table.slot)]), let rules = table.rules(of: hash) else { continue }
            for word in 0..<words { candidates[word] |= rules[word] }
        }
        for word in 0..<words { candidates[word] = candidates[word] & reading[row + word] | always[row + word] }
        visit(candidates, body)
    }

    /// The same, of the rules that have a bit in `owned`.
    @inline(__always)
    func forEachRule(of event: EventView, among owned: UnsafePointer<UInt64>, _ body: (Int) -> Void) {
        let row = (Int(event.header.pointee.stream) + 1) * words
        for word in 0..<words { candidates[word] = 0 }
        for table in tables {
            guard let hash = Self.hash(event.slots[Int(table.slot)]), let rules = table.rules(of: hash) else { continue }
            for word in 0..<words { candidates[word] |= rules[word] }
        }
        for word in 0..<words {
            candidates[word] = (candidates[word] & reading[row + word] | always[row + word]) & owned[word]
        }
        visit(candidates, body)
    }

    @inline(__always)
    private func visit(_ mask: UnsafeMutablePointer<UInt64>, _ body: (Int) -> Void) {
        for word in 0..<words {
            var bits = mask[word]
            while bits != 0 {
                body(word << 6 + bits.trailingZeroBitCount)
                bits &= bits &- 1
            }
        }
    }

    private static func hash(_ constant: RuleProgram.GateConstant) -> UInt64 {
        switch constant {
        case .string(let text):
            var text = text
            return text.withUTF8 { tableHash(UnsafeRawBufferPointer($0)) }
        case .number(let number): return (number == 0 ? 0 : number).bitPattern
        case .bool(let bool): return bool ? 1 : 2
        }
    }

    @inline(__always)
    private static func hash(_ value: Value) -> UInt64? {
        switch value.tag {
        case .string: return tableHash(value.bytes)
        case .int: return Double(value.integer).bitPattern
        case .double: return (value.floatingPoint == 0 ? 0 : value.floatingPoint).bitPattern
        case .bool: return value.isTrue ? 1 : 2
        case .null, .list, .object, .time, .duration: return nil
        }
    }
}

/// Rules by the hash of a constant that they want in a slot. Two constants of one hash only widen the answer.
private final class GateTable {
    let slot: Int32
    private let mask: Int
    private let hashes: UnsafeMutablePointer<UInt64>
    /// Row of each place in `rows`; -1 for a free place.
    private let places: UnsafeMutablePointer<Int>
    private let rows: UnsafeMutablePointer<UInt64>
    private let words: Int

    init(slot: Int32, rulesByHash: [UInt64: [Int]], words: Int) {
        self.slot = slot
        self.words = words
        var size = 16
        while size < rulesByHash.count * 2 { size *= 2 }
        mask = size - 1
        hashes = .allocate(capacity: size)
        hashes.initialize(repeating: 0, count: size)
        places = .allocate(capacity: size)
        places.initialize(repeating: -1, count: size)
        rows = .allocate(capacity: rulesByHash.count * words)
        rows.initialize(repeating: 0, count: rulesByHash.count * words)
        for (row, (hash, rules)) in rulesByHash.enumerated() {
            var place = Self.spread(hash) & mask
            while places[place] >= 0 { place = (place + 1) & mask }
            hashes[place] = hash
            places[place] = row
            for rule in rules { rows[row * words + rule / 64] |= 1 << UInt64(rule & 63) }
        }
    }

    deinit {
        hashes.deallocate()
        places.deallocate()
        rows.deallocate()
    }

    @inline(__always)
    func rules(of hash: UInt64) -> UnsafePointer<UInt64>? {
        var place = Self.spread(hash) & mask
        while places[place] >= 0 {
            if hashes[place] == hash { return UnsafePointer(rows + places[place] * words) }
            place = (place + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private static func spread(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> 32) }
}
