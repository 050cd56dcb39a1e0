import Foundation
import Testing

@testable import CommandLineTool

@Suite struct HelpTests {
    /// Help texts stand in `Snapshots`; `FLUXCORE_UPDATE_SNAPSHOTS=1` writes them anew.
    @Test(arguments: [
        "fluxcore", "check", "test", "replay", "explain", "why", "run", "plan", "silence", "silence-add", "silence-ls", "silence-rm",
        "state",
        "state-ls", "state-show", "state-stats", "state-export", "state-import", "dlq", "dlq-ls", "dlq-show", "dlq-retry", "dlq-purge",
        "outbox", "outbox-ls", "outbox-show", "outbox-purge",
    ])
    func helpIsAsRecorded(_ name: String) throws {
        let text: String
        switch name {
        case "check": text = CommandLineTool.help(for: CheckCommand.self)
        case "test": text = CommandLineTool.help(for: TestCommand.self)
        case "replay": text = CommandLineTool.help(for: ReplayCommand.self)
        case "explain": text = CommandLineTool.help(for: ExplainCommand.self)
        case "why": text = CommandLineTool.help(for: WhyCommand.self)
        case "run": text = CommandLineTool.help(for: RunCommand.self)
        case "plan": text = CommandLineTool.help(for: PlanCommand.self)
        case "silence": text = CommandLineTool.help(for: SilenceCommand.self)
        case "silence-add": text = CommandLineTool.help(for: SilenceAddCommand.self)
        case "silence-ls": text = CommandLineTool.help(for: SilenceListCommand.self)
        case "silence-rm": text = CommandLineTool.help(for: SilenceRemoveCommand.self)
        case "state": text = CommandLineTool.help(for: StateCommand.self)
        case "state-ls": text = CommandLineTool.help(for: StateListCommand.self)
        case "state-show": text = CommandLineTool.help(for: StateShowCommand.self)
        case "state-stats": text = CommandLineTool.help(for: StateStatsCommand.self)
        case "state-export": text = CommandLineTool.help(for: StateExportCommand.self)
        case "state-import": text = CommandLineTool.help(for: StateImportCommand.self)
        case "dlq": text = CommandLineTool.help(for: DeadLetterCommand.self)
        case "dlq-ls": text = CommandLineTool.help(for: DeadLetterListCommand.self)
        case "dlq-show": text = CommandLineTool.help(for: DeadLetterShowCommand.self)
        case "dlq-retry": text = CommandLineTool.help(for: DeadLetterRetryCommand.self)
        case "dlq-purge": text = CommandLineTool.help(for: DeadLetterPurgeCommand.self)
        case "outbox": text = CommandLineTool.help(for: OutboxCommand.self)
        case "outbox-ls": text = CommandLineTool.help(for: OutboxListCommand.self)
        case "outbox-show": text = CommandLineTool.help(for: OutboxShowCommand.self)
        case "outbox-purge": text = CommandLineTool.help(for: OutboxPurgeCommand.self)
        default: text = CommandLineTool.help(for: nil)
        }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots/\(name).txt")
        if ProcessInfo.processInfo.environment["FLUXCORE_UPDATE_SNAPSHOTS"] == "1" {
            try Data((text + "\n").utf8).write(to: file)
        }
        #expect(text + "\n" == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }
}
