import Connectors
import StateStore

/// The silences of a running service: set and removed from any thread; the next checkpoint has the change.
public final class SilenceBook: Sendable {
    /// Why a silence is over.
    enum End: Equatable {
        case expired
        case removed(by: String)
    }

    private struct State {
        var silences: [Silence] = []
        /// Ids whose record in the store is not as it is here.
        var changed: Set<String> = []
        /// What is over, and is to be reported with the next checkpoint.
        var ended: [(silence: Silence, end: End)] = []
        /// Set, and to be told.
        var begun: [Silence] = []
        /// Changes with the set of silences.
        var version = 0
        /// The newest that a checkpoint has.
        var committed = 0
        var isLoaded = false
    }

    private let state = Monitor(State())

    /// No silences.
    init() {}

    /// Those that hold, in the order in which they were set.
    public var silences: [Silence] { state.read { $0.silences } }

    /// Sets a silence. From now on, or a moment later, it holds; a crash may lose it until `isDurable` of what this returns.
    @discardableResult
    public func add(_ silence: Silence) -> Int {
        state.update { state in
            state.silences.append(silence)
            state.changed.insert(silence.id)
            state.begun.append(silence)
            state.version += 1
            return state.version
        }
    }

    /// Ends a silence; what it was and as `add` returns it, or nil when there is none of that id. How many alerts it held back is told in
    /// the log.
    @discardableResult
    public func remove(_ id: String, by author: String) -> (silence: Silence, version: Int)? {
        state.update { state in
            guard let index = state.silences.firstIndex(where: { $0.id == id }) else { return nil }
            let silence = state.silences.remove(at: index)
            state.changed.insert(id)
            state.ended.append((silence, .removed(by: author)))
            state.version += 1
            return (silence, state.version)
        }
    }

    /// Whether a checkpoint has what was set or removed.
    public func isDurable(_ version: Int) -> Bool { state.read { $0.committed >= version } }

    // MARK: For the session

    /// A session begins with what the store has. What was set or removed since the process began counts more than the store, which may
    /// have lost it; the counts of the store count more, since what came after them is decided again.
    func load(_ stored: [Silence]) {
        state.update { state in
            state.version += 1
            if !state.isLoaded {
                state.isLoaded = true
                state.silences = stored + state.silences
                return
            }
            for index in state.silences.indices {
                let silence = state.silences[index]
                state.silences[index].count = stored.first { $0.id == silence.id }?.count ?? 0
                state.changed.insert(silence.id)
            }
            for silence in stored where !state.silences.contains(where: { $0.id == silence.id }) { state.changed.insert(silence.id) }
        }
    }

    /// Changes whenever a silence is set or ends.
    var version: Int { state.read { $0.version } }

    /// Whether there is something for the next checkpoint.
    var hasNews: Bool { state.read { !$0.changed.isEmpty } }

    /// A checkpoint is committed that has everything up to a version.
    func committed(_ version: Int) { state.update { $0.committed = version } }

    /// One more alert was held back.
    func count(_ id: String) {
        state.update { state in
            guard let index = state.silences.firstIndex(where: { $0.id == id }) else { return }
            state.silences[index].count += 1
            state.changed.insert(id)
        }
    }

    /// What a checkpoint writes, what has begun and what is over since the last one.
    func drain(into batch: inout StateBatch) -> (begun: [Silence], ended: [(silence: Silence, end: End)], version: Int) {
        let now = WallClock.now()
        return state.update { state in
            for silence in state.silences where silence.end <= now {
                state.changed.insert(silence.id)
                state.ended.append((silence, .expired))
                state.version += 1
            }
            state.silences.removeAll { $0.end <= now }
            for id in state.changed.sorted() {
                if let silence = state.silences.first(where: { $0.id == id }) {
                    batch.put(StateTables.silences, key: id.utf8, value: silence.record.bytes)
                } else {
                    batch.delete(StateTables.silences, key: id.utf8)
                }
            }
            defer {
                state.changed = []
                state.begun = []
                state.ended = []
            }
            return (state.begun, state.ended, state.version)
        }
    }
}
