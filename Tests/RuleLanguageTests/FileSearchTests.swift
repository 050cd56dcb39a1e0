import Foundation
import Testing

@testable import RuleLanguage

/// A directory that is removed with the last reference to it.
private final class TemporaryDirectory {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/search-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/rules/closed")
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    /// What `check` prints, without the directory's path.
    func report(_ names: [String] = ["rules"], patternDirectories: [String]? = nil) -> String {
        let set = RuleLoader.load(paths: names.map { path + "/" + $0 }, patternDirectories: patternDirectories?.map { path + "/" + $0 })
        return DiagnosticRenderer().text(set.diagnostics).replacingOccurrences(of: path + "/", with: "")
    }
}

@Suite("Searching for files")
struct FileSearchTests {
    @Test("a directory that symbolic links lead to many times is read once")
    func loops() throws {
        let directory = try TemporaryDirectory()
        try directory.write("rules/a.yaml", rule(id: "a"))
        try directory.write("rules/sub/b.yaml", rule(id: "b"))
        for name in ["loop1", "loop2", "sub/up1", "sub/up2"] {
            try FileManager.default.createSymbolicLink(
                atPath: directory.path + "/rules/" + name, withDestinationPath: name.hasPrefix("sub") ? ".." : ".")
        }
        let set = RuleLoader.load(paths: [directory.path + "/rules"])
        #expect(set.files.map { $0.dropFirst(directory.path.count) } == ["/rules/a.yaml", "/rules/sub/b.yaml"])
        #expect(set.diagnostics.isEmpty)
    }

    @Test("a pipe is passed over in a search and reported when it is named")
    func pipes() throws {
        let directory = try TemporaryDirectory()
        try directory.write("rules/a.yaml", rule(id: "a"))
        #expect(mkfifo(directory.path + "/rules/pipe.yaml", 0o600) == 0)
        #expect(directory.report() == "")
        #expect(
            directory.report(["rules/pipe.yaml"])
                == "rules/pipe.yaml:1:1: error[FX0001]: cannot be read: it is no regular file\n")
        #expect(
            RuleLoader.load(paths: ["/dev/zero"]).diagnostics.map(\.message) == ["cannot be read: it is no regular file"])
    }

    @Test("a link that leads nowhere is reported")
    func danglingLink() throws {
        let directory = try TemporaryDirectory()
        try directory.write("rules/a.yaml", rule(id: "a"))
        try FileManager.default.createSymbolicLink(atPath: directory.path + "/rules/z.yaml", withDestinationPath: "none")
        #expect(directory.report() == "rules/z.yaml:1:1: error[FX0001]: cannot be read: No such file or directory\n")
    }

    @Test("a directory that cannot be read is reported, and the search goes on", .disabled(if: getuid() == 0, "root reads everything"))
    func closedDirectory() throws {
        let directory = try TemporaryDirectory()
        try directory.write("rules/closed/a.yaml", rule(id: "a"))
        try directory.write("rules/open/b.yaml", rule(id: "b"))
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: directory.path + "/rules/closed")
        #expect(directory.report() == "rules/closed:1:1: error[FX0001]: cannot be read: Permission denied\n")
        #expect(RuleLoader.load(paths: [directory.path + "/rules"]).rules.map(\.id) == ["b"])
    }

    @Test("a path longer than the system allows is reported")
    func tooLong() {
        let path = String(repeating: "x", count: 5000) + ".yaml"
        #expect(RuleLoader.load(paths: [path]).diagnostics.map(\.message) == ["cannot be read: File name too long"])
    }
}

@Suite("Libraries of one name")
struct LibraryNameTests {
    private func rule(_ id: String, use: String = "net", event: String) -> String {
        "rule: \(id)\nuse: \(use)\nevents: { a: \(event) }\npattern: a\nwithin: 1m\ntests: []\n"
    }

    @Test("the nearest counts, for a rule and for the libraries beside it")
    func nearest() throws {
        let directory = try TemporaryDirectory()
        try directory.write("patterns/net.yaml", "events: { far: x == 1 }\n")
        try directory.write("patterns/base.yaml", "use: net\nevents: { one: net.far }\n")
        try directory.write("rules/patterns/net.yaml", "events: { near: x == 2 }\n")
        try directory.write("rules/patterns/other.yaml", "use: net\nevents: { two: net.near }\n")
        try directory.write("rules/r.yaml", rule("r", event: "net.near"))
        try directory.write("rules/s.yaml", rule("s", use: "other", event: "other.two"))
        try directory.write("top/t.yaml", rule("t", event: "net.far"))
        try directory.write("top/u.yaml", rule("u", use: "base", event: "base.one"))
        for order in [["rules", "top"], ["top", "rules"], ["top", "rules", "patterns"], ["patterns", "rules", "top"], ["."]] {
            #expect(directory.report(order) == "", "\(order)")
        }
    }

    @Test("a library finds those of the directories above")
    func above() throws {
        let directory = try TemporaryDirectory()
        try directory.write("patterns/base.yaml", "events: { one: x == 1 }\n")
        try directory.write("rules/patterns/net.yaml", "use: base\nevents: { two: base.one }\n")
        #expect(directory.report() == "")
        #expect(directory.report(patternDirectories: ["patterns"]) == "")
        #expect(
            directory.report(patternDirectories: []).hasPrefix("rules/patterns/net.yaml:1:6: error[FX0106]: there is no library `base`"))
    }

    @Test("of directories that are given the first counts")
    func given() throws {
        let directory = try TemporaryDirectory()
        try directory.write("p1/net.yaml", "events: { one: x == 1 }\n")
        try directory.write("p2/net.yaml", "events: { ones: x == 2 }\n")
        try directory.write("p2/other.yaml", "use: net\nevents: { three: net.one }\n")
        try directory.write("r.yaml", rule("r", event: "net.one"))
        try directory.write("s.yaml", rule("s", use: "other", event: "other.three"))
        #expect(directory.report(["r.yaml", "s.yaml"], patternDirectories: ["p1", "p2"]) == "")
        #expect(directory.report(["r.yaml"], patternDirectories: ["p2", "p1"]).hasPrefix("r.yaml:3:14: error[FX0202]"))
    }

    @Test("an error in a library is said once, not again for what it would have declared")
    func missingLibrary() {
        let text = rule("r", use: "[net, auth]", event: "net.x and auth.y and z in @lists.auth.l")
        #expect(
            RuleLoader.load(text: text, path: "r.yaml", libraries: ["auth": "lists: 5\nevents: { y: q == 1 }\n"]).diagnostics
                .map(\.code) == [.unknownLibrary, .unknownList, .wrongKind])
        let pattern = "rule: r\nuse: net\npattern: net.brute(5) -> net.ok\nwithin: 1m\ntests: []\n"
        #expect(RuleLoader.load(text: pattern, path: "r.yaml").diagnostics.map(\.code) == [.unknownLibrary])
    }
}
