import Foundation
import TestSupport
import Testing

@testable import Connectors

/// The file of alerts: whole lines, each once.
@Suite struct FileLinesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.file("alerts") }
    private var text: String { (try? folder.text(of: "alerts")) ?? "" }

    private static func line(_ id: Int, kind: String = "") -> String {
        "{\"match_id\":\"\(id)\",\"rule\":\"r\",\"level\":\"low\"\(kind),\"key\":{\"k\":\"\(id)\"}}\n"
    }

    private static func entries(_ ids: some Sequence<Int>, kind: String = "") -> [Alert] {
        ids.map { Alert(number: UInt64($0), line: Array(line($0, kind: kind).utf8)) }
    }

    private static func lines(_ ids: some Sequence<Int>) -> String { ids.map { line($0) }.joined() }

    @Test func whatIsThereIsNotWrittenAgain() throws {
        let first = FileAction(FileAction.Settings(path: path))
        try first.open(pendingBytes: 0, cancellation: Cancellation())
        try first.deliver(Self.entries(0..<3))
        try first.deliver(Self.entries(1..<4))
        #expect(text == Self.lines(0..<4))
        let second = FileAction(FileAction.Settings(path: path))
        try second.open(pendingBytes: 0, cancellation: Cancellation())
        try second.deliver(Self.entries(2..<6))
        #expect(text == Self.lines(0..<6))
        // A summary of the same match is another alert.
        try second.deliver(Self.entries([5], kind: ",\"kind\":\"suppressed\""))
        #expect(text == Self.lines(0..<6) + Self.line(5, kind: ",\"kind\":\"suppressed\""))
    }

    /// Cut at any byte, the file is whole after the next delivery.
    @Test func aTornLastLineIsWrittenWhole() throws {
        let whole = Self.lines(0..<3)
        for count in 0...whole.utf8.count {
            try folder.write(String(decoding: whole.utf8.prefix(count), as: UTF8.self), to: "alerts")
            let action = FileAction(FileAction.Settings(path: path))
            try action.open(pendingBytes: 0, cancellation: Cancellation())
            try action.deliver(Self.entries(0..<3))
            #expect(text == whole, "cut at \(count)")
        }
    }

    @Test func whatAnotherProcessWritesIsSeen() throws {
        let sleeper = FileAction(FileAction.Settings(path: path))
        try sleeper.open(pendingBytes: 0, cancellation: Cancellation())
        try sleeper.deliver(Self.entries(0..<2))
        let other = FileAction(FileAction.Settings(path: path))
        try other.open(pendingBytes: 0, cancellation: Cancellation())
        try other.deliver(Self.entries(2..<5))
        try sleeper.deliver(Self.entries(2..<4))
        #expect(text == Self.lines(0..<5))
    }

    @Test func whileAnotherProcessWritesItWaits() throws {
        let action = FileAction(FileAction.Settings(path: path))
        try action.open(pendingBytes: 0, cancellation: Cancellation())
        let descriptor = open(path, O_RDWR)
        flock(descriptor, LOCK_EX)
        #expect(throws: DeliveryError.self) { try action.deliver(Self.entries(0..<1)) }
        close(descriptor)
        try action.deliver(Self.entries(0..<1))
        #expect(text == Self.lines(0..<1))
    }

    /// Log rotation: the file is renamed, and a new one takes its place; what stands in the old one is not written again.
    @Test func aFileThatIsMovedAwayIsFollowedByANewOne() throws {
        let action = FileAction(FileAction.Settings(path: path))
        try action.open(pendingBytes: 0, cancellation: Cancellation())
        try action.deliver(Self.entries(0..<2))
        try FileManager.default.moveItem(atPath: path, toPath: folder.file("old"))
        try action.deliver(Self.entries(1..<4))
        #expect(try folder.text(of: "old") == Self.lines(0..<2))
        #expect(text == Self.lines(2..<4))
    }

    @Test func aDirectoryThatIsNotThereIsAnError() throws {
        let action = FileAction(FileAction.Settings(path: folder.file("absent/alerts")))
        let error = #expect(throws: DeliveryError.self) { try action.open(pendingBytes: 0, cancellation: Cancellation()) }
        #expect(error?.description == folder.file("absent/alerts") + ": No such file or directory")
    }

    /// Other lines than alerts are left alone and do no harm.
    @Test func linesOfOthersStay() throws {
        try folder.write("hello\n\n{\"match_id\":\n" + Self.line(0), to: "alerts")
        let action = FileAction(FileAction.Settings(path: path))
        try action.open(pendingBytes: 0, cancellation: Cancellation())
        try action.deliver(Self.entries(0..<2))
        #expect(text == "hello\n\n{\"match_id\":\n" + Self.lines(0..<2))
    }
}

/// A file that is appended to.
@Suite struct AppendedFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func append(_ text: String, to file: AppendedFile) throws {
        var text = text
        try text.withUTF8 { try file.append(UnsafeRawBufferPointer($0)) }
    }

    @Test func theTailBeginsAtALine() throws {
        let file = AppendedFile(folder.file("f"))
        #expect(try file.tails(10) == [[]])
        try append("one\ntwo\nthree\n", to: file)
        #expect(String(decoding: try file.tails(100).joined(), as: UTF8.self) == "one\ntwo\nthree\n")
        #expect(String(decoding: try file.tails(9).joined(), as: UTF8.self) == "three\n")
        #expect(String(decoding: try file.tails(6).joined(), as: UTF8.self) == "")
    }

    @Test func aLongLastLineWithoutEndIsCutOff() throws {
        try folder.write("one\ntorn in the middle", to: "f")
        #expect(String(decoding: try AppendedFile(folder.file("f")).tails(3).joined(), as: UTF8.self) == "one\n")
        #expect(try folder.text(of: "f") == "one\n")
    }

    @Test func changesOfOthersAreSeen() throws {
        let file = AppendedFile(folder.file("f"))
        let other = AppendedFile(folder.file("f"))
        _ = try file.tails(10)
        #expect(try !file.hasChanged())
        try append("a\n", to: file)
        #expect(try !file.hasChanged())
        try append("b\n", to: other)
        #expect(try file.hasChanged())
        _ = try file.tails(10)
        #expect(try !file.hasChanged())
        try FileManager.default.removeItem(atPath: folder.file("f"))
        #expect(try file.hasChanged())
    }
}
