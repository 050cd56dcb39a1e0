import Foundation
import Testing

@testable import CommandLineTool

@Suite struct HelpTests {
    /// Help texts stand in `Snapshots`; `FLUXCORE_UPDATE_SNAPSHOTS=1` writes them anew.
    @Test(arguments: ["fluxcore", "check", "test", "replay", "explain"])
    func helpIsAsRecorded(_ name: String) throws {
        let text: String
        switch name {
        case "check": text = CommandLineTool.help(for: CheckCommand.self)
        case "test": text = CommandLineTool.help(for: TestCommand.self)
        case "replay": text = CommandLineTool.help(for: ReplayCommand.self)
        case "explain": text = CommandLineTool.help(for: ExplainCommand.self)
        default: text = CommandLineTool.help(for: nil)
        }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots/\(name).txt")
        if ProcessInfo.processInfo.environment["FLUXCORE_UPDATE_SNAPSHOTS"] == "1" {
            try Data((text + "\n").utf8).write(to: file)
        }
        #expect(text + "\n" == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }
}
