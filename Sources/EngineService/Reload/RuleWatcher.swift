import Connectors
import Glibc

/// Notices that rule files have changed: inotify wakes it, and a look at the files decides. It looks once a second in any
/// case, for file systems without inotify. Editors write, rename and swap in several steps: a change counts when nothing has
/// changed for a while. Requests for a reload that others have made are carried out here too, at once.
final class RuleWatcher: @unchecked Sendable {
    // Unchecked: what changes is touched by the watcher's own thread only.

    private static let look: Int32 = 1000
    private static let changingLook: Int32 = 100
    private static let quiet: Int64 = 300_000_000
    private static let events = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB)

    private let reloader: RuleReloader
    private let isStopped = Monitor(false)
    /// Files that are not those that were read last, and since when they have not changed.
    private var changing: (files: RuleFiles, since: Int64)?
    private var descriptor: CInt = -1

    /// Watches the files of a reloader.
    init(_ reloader: RuleReloader) { self.reloader = reloader }

    /// Ends the thread soon.
    func stop() {
        isStopped.update { $0 = true }
        reloader.wakeUp.set()
    }

    /// The thread's body.
    func run() {
        watch(reloader.files.directories)
        while !isStopped.read({ $0 }) {
            wait(changing == nil ? Self.look : Self.changingLook)
            if let trigger = reloader.takeRequest() {
                reload(trigger)
            } else {
                lookAtFiles()
            }
        }
        if descriptor >= 0 { close(descriptor) }
    }

    private func lookAtFiles() {
        let now = reloader.look()
        let time = WallClock.monotonic()
        if now == reloader.files {
            changing = nil
        } else if let changing, changing.files == now {
            if time - changing.since >= Self.quiet { reload("files") }
        } else {
            changing = (now, time)
            watch(now.directories)
        }
    }

    private func reload(_ trigger: String) {
        changing = nil
        reloader.reload(trigger: trigger)
        watch(reloader.files.directories)
    }

    /// Watches the directories as they are now: a path may be another directory's by now.
    private func watch(_ directories: [String]) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        guard descriptor >= 0 else { return }
        for directory in directories { inotify_add_watch(descriptor, directory, Self.events) }
    }

    /// Waits for a change in a directory or a request, at most so many milliseconds.
    private func wait(_ milliseconds: Int32) {
        var entries = [reloader.wakeUp.descriptor, descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&entries, nfds_t(entries.count), milliseconds)
        reloader.wakeUp.clear()
        guard descriptor >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
