import Foundation
import TestSupport
import Testing

@testable import Connectors

@Suite struct FileActionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func action(size: Int = 2000, keep: Int = 3) -> FileAction {
        FileAction(FileAction.Settings(path: folder.file("alerts"), rotation: FileRotation(maximumSize: size, keep: keep)))
    }

    private var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }

    private func identifiers(_ names: [String]) throws -> [String] {
        try names.flatMap { name in
            try folder.text(of: name).split(separator: "\n").compactMap { try object(String($0))["match_id"] as? String }
        }
    }

    @Test func rotation() throws {
        let action = action()
        try action.open(pendingBytes: 0, cancellation: Cancellation())
        for number in 0..<40 { try action.deliver([Sample.alert(UInt64(number))]) }
        #expect(names == ["alerts", "alerts.1", "alerts.2", "alerts.3"])
        for name in names {
            let size = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.size] as? Int
            #expect((size ?? 0) <= 2000)
        }
        let kept = try identifiers(["alerts.3", "alerts.2", "alerts.1", "alerts"])
        #expect(kept == (40 - kept.count..<40).map { "m\($0)" })
    }

    /// An action that begins anew finds what is in the files before this one as well, whatever a crash left between.
    @Test(arguments: [[], ["alerts"], ["alerts.1"], ["alerts.2"]])
    func whatWasWrittenIsFoundAcrossTheRotation(_ missing: [String]) throws {
        let first = action()
        try first.open(pendingBytes: 0, cancellation: Cancellation())
        for number in 0..<12 { try first.deliver([Sample.alert(UInt64(number))]) }
        for name in missing {
            // As a crash between two renames leaves it: the file has its next name already.
            let next = name == "alerts" ? "alerts.1" : "alerts.\((Int(name.suffix(1)) ?? 0) + 1)"
            if names.contains(next) { continue }
            rename(folder.file(name), folder.file(next))
        }
        let before = try identifiers(names)
        let second = action()
        try second.open(pendingBytes: 0, cancellation: Cancellation())
        try second.deliver((0..<13).map { Sample.alert(UInt64($0)) })
        let after = try identifiers(names)
        #expect(after.count == Set(after).count)
        #expect(Set(after).isSuperset(of: before))
        #expect(after.contains("m12"))
    }

    @Test func withoutFilesToKeep() throws {
        let action = action(keep: 0)
        try action.open(pendingBytes: 0, cancellation: Cancellation())
        for number in 0..<20 { try action.deliver([Sample.alert(UInt64(number))]) }
        #expect(names == ["alerts"])
        #expect(try identifiers(names).last == "m19")
    }

    /// Two processes that write to one file do not rename it twice, and neither writes what the other has.
    @Test func twoAtOnce() throws {
        let (one, two) = (action(), action())
        try one.open(pendingBytes: 0, cancellation: Cancellation())
        try two.open(pendingBytes: 0, cancellation: Cancellation())
        for number in 0..<8 {
            try one.deliver([Sample.alert(UInt64(number))])
            try two.deliver([Sample.alert(UInt64(number))])
        }
        #expect(try identifiers(names.reversed()) == (0..<8).map { "m\($0)" })
    }
}
