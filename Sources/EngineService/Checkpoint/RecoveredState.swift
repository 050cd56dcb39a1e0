import Connectors
import EventEngine
import StateStore

/// What the store has of an engine, but for the partial matches themselves, which `StateRecovery` hands to the workers.
struct RecoveredState {
    /// What ids in partial matches mean.
    var names = SnapshotNames()
    /// Names of source partitions, by index.
    var sourceNames: [String] = []
    /// Event time reached.
    var clock = Int64.min
    /// Number of the last event.
    var sequence: UInt64 = 0
    /// Where the sources were; by source of the configuration.
    var merge: MergeState
    /// True for sources that an earlier checkpoint knows.
    var isKnownSource: [Bool]
    /// What told how a source was decoded, by its name.
    var decodings: [String: String] = [:]
    /// Keys of the positions in the store, of configured sources.
    var positionKeys: Set<String> = []
    /// Positions of sources that are not configured any more, of which some events had not been released: as they are to be stored, so that
    /// they are known when the source is back.
    var leftPositions: [(key: String, partition: MergeState.Partition)] = []
    /// By rule of the program.
    var statistics: [RuleStatistics]
    /// What became of alerts, by action of the configuration.
    var actions: [ActionProgress]
    /// Rules whose partial matches are taken back, by index, and what has to be done about them.
    var keptRules: [Int: KeptRule] = [:]
    /// Keys with partial matches that the store has, by rule id.
    var keyCounts: [String: Int] = [:]
    /// Tables that are of no use any more, with the reason.
    var dropped: [(table: StateTable, reason: String)] = []
    /// Alerts of actions that are not configured any more, in order of name.
    var orphans: [Orphan] = []
    /// Silences that were set and have not been told to be over.
    var silences: [Silence] = []

    /// What is not as it was of a rule whose partial matches are taken back.
    struct KeptRule: Sendable {
        /// Conditions or durations are others.
        var changesTimes = false
        /// The rule asks bound events for fields that were not kept.
        var needsDecoding = false
        /// Carries them over to a changed pattern; then conditions and durations may be others, too.
        var mapping: PatternMapping?

        /// True when nothing has to be done.
        var isAsItWas: Bool { !changesTimes && !needsDecoding }
    }

    /// Nothing recovered.
    init(_ program: EngineProgram, configuration: ServiceConfiguration) {
        merge = MergeState(sources: configuration.sources.count)
        isKnownSource = Array(repeating: false, count: configuration.sources.count)
        statistics = Array(repeating: RuleStatistics(), count: program.rules.count)
        actions = Array(repeating: ActionProgress(), count: configuration.actions.count)
    }
}
