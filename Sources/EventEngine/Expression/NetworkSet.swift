/// Address blocks (CIDR) as disjoint, ascending ranges: a look-up is a binary search.
struct NetworkSet {
    /// Addresses from `first` to `last`, both included.
    struct Range {
        var first: UInt128
        var last: UInt128
    }

    let v4: UnsafeBufferPointer<Range>
    let v6: UnsafeBufferPointer<Range>

    /// Compiles blocks such as `10.0.0.0/8`, `fe80::/10` or a single address; nil when one is not an address block.
    init?(_ blocks: [String], store: ConstantStore) {
        var ranges: (v4: [Range], v6: [Range]) = ([], [])
        for block in blocks {
            guard let (range, isV4) = Self.parse(block) else { return nil }
            if isV4 { ranges.v4.append(range) } else { ranges.v6.append(range) }
        }
        v4 = store.array(Self.merge(ranges.v4))
        v6 = store.array(Self.merge(ranges.v6))
    }

    /// True when the text is an address in one of the blocks; an IPv4 address is in no IPv6 block.
    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let address = NetworkAddress(text) else { return false }
        let ranges = address.isV4 ? v4 : v6
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].last < address.bits { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].first <= address.bits
    }

    /// The range of a block and its family; nil when it is no block.
    static func parse(_ block: String) -> (range: Range, isV4: Bool)? {
        let parts = block.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var address = Array(parts[0].utf8)
        guard let parsed = address.withUnsafeMutableBytes({ NetworkAddress(UnsafeRawBufferPointer($0)) }) else { return nil }
        let width = parsed.isV4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let written = Int(parts[1]) else { return nil }
            // A block of IPv4-mapped addresses counts its 96 leading bits too; a wider one has every IPv4 address.
            let isMapped = parsed.isV4 && address.contains(UInt8(ascii: ":"))
            length = isMapped ? max(0, written - 96) : written
            guard length <= width else { return nil }
        }
        let host = width - length
        let mask: UInt128 = host == 128 ? .max : (UInt128(1) << UInt128(host)) - 1
        return (Range(first: parsed.bits & ~mask, last: parsed.bits | mask), parsed.isV4)
    }

    private static func merge(_ ranges: [Range]) -> [Range] {
        var merged: [Range] = []
        for range in ranges.sorted(by: { $0.first < $1.first }) {
            if let last = merged.last, range.first <= last.last {
                merged[merged.count - 1].last = max(last.last, range.last)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
