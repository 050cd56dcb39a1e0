import EventEngine

/// Appends alerts to a file, one line of JSON each; effectively once: what another process wrote is found in the file by its
/// match id and not written again. That is an earlier one, which could not note it down, or a later one that took the state
/// over while this one was stopped and does not know it yet.
///
/// With `rotation` a file that would grow beyond its size is renamed to `PATH.1`, `PATH.1` to `PATH.2` and so on; those beyond
/// the number to keep are removed. What is in renamed files is known as well.
package final class FileAction: ActionAdapter {
    /// Where alerts go.
    package struct Settings: Sendable, Equatable {
        /// The file's path.
        package var path: String
        /// When it is followed by a new one; nil: never.
        package var rotation: FileRotation?

        /// A file that is never followed by another.
        package init(path: String, rotation: FileRotation? = nil) {
            self.path = path
            self.rotation = rotation
        }
    }

    /// How much of the file's end is looked at, beside what may be there of the outbox.
    private static let lookBack = 4 << 20
    /// Ids of the last alerts that are remembered, so that a rewind of the sources does not write them again.
    private static let remembered = 1 << 16

    package let largestBatch = 256
    private let file: AppendedFile
    private var pendingBytes = 0
    /// Of their ids the digests: many small blocks that live long would keep the memory around them from being used.
    private var written: Set<Digest128> = []
    private var order: [Digest128] = []

    /// A file that is created with the first alert.
    package init(_ settings: Settings) { file = AppendedFile(settings.path, rotation: settings.rotation) }

    package func open(pendingBytes: Int, cancellation: Cancellation) throws(DeliveryError) {
        self.pendingBytes = pendingBytes
        try file.exclusively { () throws(DeliveryError) in try look() }
    }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        try file.exclusively { () throws(DeliveryError) in
            if try file.hasChanged() { try look() }
            try write(alerts.filter { alert in alert.identity.map { !written.contains(Self.digest($0)) } ?? true })
        }
    }

    /// Remembers what the end of the file has, and those before it.
    private func look() throws(DeliveryError) {
        for tail in try file.tails(Self.lookBack + pendingBytes) {
            for line in tail.split(separator: 10) {
                if let identity = Alert.identity(of: line) { remember(identity) }
            }
        }
    }

    private func write(_ new: [Alert]) throws(DeliveryError) {
        // The state store forgets what has arrived, and is on the disk itself: what was found in the file has to be there as well.
        guard !new.isEmpty else { return try file.sync() }
        let bytes = new.flatMap(\.line)
        try file.rotateWhenDue(before: bytes.count)
        var failure: DeliveryError?
        bytes.withUnsafeBytes { bytes in
            do throws(DeliveryError) { try file.append(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        for alert in new { if let identity = alert.identity { remember(identity) } }
    }

    private func remember(_ identity: ArraySlice<UInt8>) {
        let digest = Self.digest(identity)
        guard written.insert(digest).inserted else { return }
        order.append(digest)
        if order.count > 2 * Self.remembered {
            for old in order.prefix(Self.remembered) { written.remove(old) }
            order.removeFirst(Self.remembered)
        }
    }

    private static func digest(_ identity: ArraySlice<UInt8>) -> Digest128 {
        identity.withUnsafeBytes { Digest128(hashing: $0) }
    }
}
