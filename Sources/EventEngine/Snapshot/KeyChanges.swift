/// The keys of one rule that changed since the last checkpoint, and those that are gone.
final class KeyChanges {
    private var changed: [(key: UnsafeMutablePointer<KeyState>, serial: UInt64)] = []
    /// Texts of keys that a checkpoint has written and that have no state any more; one that has come back since is also changed.
    private(set) var removed: [[UInt8]] = []

    /// The key has changed, for the first time since the last checkpoint.
    func note(_ key: UnsafeMutablePointer<KeyState>) {
        key.pointee.isDirty = true
        changed.append((key, key.pointee.serial))
    }

    /// The key, which a checkpoint has written, loses its state.
    func noteRemoval(of key: UnsafeMutablePointer<KeyState>) { removed.append(Array(key.pointee.textBytes)) }

    /// Shows every changed key that still has state, marks it as saved in `epoch`, and forgets everything.
    func drain(epoch: UInt32, _ body: (UnsafeMutablePointer<KeyState>) -> Void) {
        for (key, serial) in changed where key.pointee.serial == serial {
            body(key)
            key.pointee.isDirty = false
            key.pointee.savedEpoch = epoch
        }
        changed.removeAll(keepingCapacity: true)
        removed.removeAll(keepingCapacity: true)
    }
}
