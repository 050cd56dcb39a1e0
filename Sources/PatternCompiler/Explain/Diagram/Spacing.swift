/// Places things on a line as near as possible to where they want to be.
enum Spacing {
    /// Positions in the given order, at least `separations[i]` between thing i - 1 and thing i, with the least sum of
    /// weighted squared distances from `desired`: isotonic regression by pooling adjacent violators. All arrays have the
    /// same length; `separations[0]` does not count; weights are positive.
    static func place(desired: [Double], weights: [Double], separations: [Double]) -> [Double] {
        struct Pool {
            var sum: Double
            var weight: Double
            var count: Int
            var mean: Double { sum / weight }
        }
        var offsets: [Double] = []
        var pools: [Pool] = []
        var offset = 0.0
        for index in desired.indices {
            if index > 0 { offset += separations[index] }
            offsets.append(offset)
            var pool = Pool(sum: (desired[index] - offset) * weights[index], weight: weights[index], count: 1)
            while let last = pools.last, last.mean > pool.mean {
                pools.removeLast()
                pool = Pool(sum: pool.sum + last.sum, weight: pool.weight + last.weight, count: pool.count + last.count)
            }
            pools.append(pool)
        }
        let means = pools.flatMap { pool in Array(repeating: pool.mean, count: pool.count) }
        return zip(means, offsets).map { $0 + $1 }
    }
}
