import Testing

@testable import AdminServer

/// The process of the playground, where it does not get as far as an answer.
@Suite struct PlaygroundWorkerTests {
    /// That says nothing about the rules.
    @Test func aProcessThatCannotBeStarted() {
        let error = #expect(throws: AdminError.self) {
            _ = try PlaygroundWorker.ask([], patternDirectories: [], executable: "/absent/fluxcore")
        }
        #expect(error?.status == 503 && error?.message.contains("/absent/fluxcore cannot be started") == true, "\(error as Any)")
    }

    @Test func aProcessThatEndsWithoutAnAnswer() {
        let error = #expect(throws: AdminError.self) {
            _ = try PlaygroundWorker.ask([], patternDirectories: [], executable: "/bin/false")
        }
        #expect(error?.status == 422)
    }
}
