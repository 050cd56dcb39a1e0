import Connectors

/// What others are told of a merge.
extension LiveMerge {
    /// What the sources are doing; `names` in the order of the configuration.
    func status(names: [String]) -> [ServiceStatus.Source] {
        inputs.indices.map { index in
            let known = inputs[index].source.partitions
            return ServiceStatus.Source(
                name: names[index], counters: counters[index],
                waiting: partitions[index].reduce(0) { $0 + $1.blocks.reduce(0) { $0 + $1.waiting } },
                partitions: zip(known, partitions[index]).map { known, partition in
                    ServiceStatus.Partition(
                        name: known.name, offset: partition.end, latest: partition.latest == .min ? nil : partition.latest,
                        isIdle: partition.isIdle, hasEnded: partition.hasEnded)
                })
        }
    }

    /// For who takes this merge's place in the same process.
    func quietTimes() -> QuietTimes {
        let now = clock()
        return QuietTimes(
            sinceStart: now - startTime,
            partitions: partitions.map { partitions in
                Dictionary(uniqueKeysWithValues: partitions.map { ($0.ordinal, now - $0.lastProgress) })
            })
    }

    /// Offsets before which everything is released: what a source may forget once this is in a checkpoint.
    func offsets() -> [PartitionOffset] {
        inputs.indices.flatMap { source in
            inputs[source].source.partitions.indices.map {
                PartitionOffset(source: source, partition: $0, offset: partitions[source][$0].restart.offset)
            }
        }
    }
}
