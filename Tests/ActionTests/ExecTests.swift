import Foundation
import TestSupport
import Testing

@testable import Connectors

@Suite struct ExecTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func action(_ script: String, arguments: [String] = [], timeout: Int64 = 10_000_000_000, environment: [String] = ["PATH"])
        throws -> ExecAction
    {
        let name = "program-\(UUID().uuidString)"
        try folder.write("#!/bin/sh\n" + script + "\n", to: name)
        chmod(folder.file(name), 0o700)
        let action = ExecAction(ExecAction.Settings(command: [folder.file(name)] + arguments, environment: environment, timeout: timeout))
        action.open(pendingBytes: 0, cancellation: Cancellation())
        return action
    }

    @Test func theAlertIsOnStandardInput() throws {
        let out = folder.file("out")
        let evil = "$(touch \(folder.file("evil")))"
        try action("cat > \"$1\"; printf '%s' \"$2\" > \"$1.argument\"", arguments: [out, evil]).deliver([Sample.alert(1, user: evil)])
        #expect(try folder.text(of: "out") == String(decoding: Sample.alert(1, user: evil).line, as: UTF8.self))
        #expect(try folder.text(of: "out.argument") == evil)
        #expect(!FileManager.default.fileExists(atPath: folder.file("evil")))
    }

    @Test func theEnvironmentIsCleared() throws {
        setenv("FLUXCORE_TEST_SECRET", "planted", 1)
        setenv("FLUXCORE_TEST_SHOWN", "shown", 1)
        try action(
            "env > \"$1\"; ls /proc/self/fd > \"$1.files\"", arguments: [folder.file("env")], environment: ["PATH", "FLUXCORE_TEST_SHOWN"]
        )
        .deliver([Sample.alert()])
        let text = try folder.text(of: "env")
        #expect(text.contains("FLUXCORE_TEST_SHOWN=shown") && !text.contains("planted") && !text.contains("HOME="))
        // Standard input, output and errors, and the folder that `ls` reads.
        #expect(try folder.text(of: "env.files").split(separator: "\n").count == 4)
    }

    @Test func endings() throws {
        let failed = Sample.error { try action("echo 'no\nluck' >&2; exit 3").deliver([Sample.alert()]) }
        #expect(failed?.kind.isTemporary == true)
        #expect(failed?.description.hasSuffix(" ended with exit code 3: no luck") == true, "\(String(describing: failed))")
        let refused = Sample.error { try action("exit 65").deliver([Sample.alert()]) }
        #expect(refused?.kind == .refused)
        let killed = Sample.error { try action("kill -9 $$").deliver([Sample.alert()]) }
        #expect(killed?.description.hasSuffix(" ended with signal 9") == true)
        let gone = ExecAction(ExecAction.Settings(command: [folder.file("gone")]))
        let missing = Sample.error { try gone.deliver([Sample.alert()]) }
        #expect(missing?.description == folder.file("gone") + " cannot be started: No such file or directory")
    }

    /// A program that reads nothing, one that writes without end, and one that hangs with a child of its own.
    @Test func troubles() throws {
        let long = Sample.alert(user: String(repeating: "x", count: 1 << 20))
        try action("exec sleep 0.1").deliver([long])
        let noisy = Sample.error {
            try action("i=0; while [ $i -lt 20000 ]; do echo 0123456789 >&2; i=$((i+1)); done; exit 1").deliver([Sample.alert()])
        }
        #expect((noisy?.description.count ?? 0) < 500)
        let start = ContinuousClock.now
        let hung = Sample.error {
            try action("sleep 60 & echo $! > \"$1\"; wait", arguments: [folder.file("child")], timeout: 500_000_000).deliver([
                Sample.alert()
            ])
        }
        #expect(hung?.description.hasSuffix("was not done in time and was killed") == true)
        #expect(ContinuousClock.now - start < .seconds(10))
        let child = try #require(pid_t(try folder.text(of: "child").trimmingCharacters(in: .whitespacesAndNewlines)))
        try eventually("the end of the program's child", timeoutSeconds: 10) {
            let state = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ""
            return kill(child, 0) != 0 || state.contains(") Z ")
        }
    }
}
