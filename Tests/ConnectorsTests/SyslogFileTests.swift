import Connectors
import EventEngine
import Glibc
import Testing

/// The real sshd log of `../shared/data`, which lies beside the repository where there is one.
@Suite struct SyslogFileTests {
    private static let data = "../shared/data/openssh_2k"
    private static let isThere = access(data + ".log", R_OK) == 0

    private func fields(of file: String, format: SourceFormat) throws -> (events: [[String]], reader: LiveReader) {
        var events: [[String]] = []
        let log = LiveReader.Log()
        let names = ["user", "src_ip", "outcome"]
        let source = try FileSource(
            FileSourceOptions(pattern: file, follow: false), options: sourceOptions(log, format: format, fields: names))
        while true {
            guard case .events(let block, _, _) = try source.next() else { break }
            for row in 0..<block.count {
                let event = block.event(at: row)
                events.append([Timestamp.format(event.header.pointee.time)] + names.indices.map { describe(event.slots[$0]) })
            }
            source.recycle(block)
        }
        return (events, LiveReader(source, log: log))
    }

    @Test(.enabled(if: isThere, "there is no real event data beside the repository"))
    func theLogGivesTheSameEventsAsItsConversion() throws {
        let format = TextFormat(
            expression: #"^(?P<ts>\w{3} +\d+ [\d:]{8}) (?P<host>\S+) sshd\[(?P<pid>\d+)\]: (?P<message>"#
                + #"(?:message repeated \d+ times: \[ )?(?P<outcome>Failed|Accepted) password for (?:invalid user )?(?P<user>.*) from (?P<src_ip>[\d.]+) port .*|.*)$"#,
            timeFormat: "%b %e %H:%M:%S", year: 2015)
        let (text, reader) = try fields(of: Self.data + ".log", format: .text(format))
        let (converted, _) = try fields(of: Self.data + ".ndjson", format: .ndjson)
        #expect(reader.rejected == [])
        #expect(text.count == 2000)
        // The conversion has other words for the outcome, and users 0 and 1234 as texts.
        let words = ["'Failed'": "'failure'", "'Accepted'": "'success'"]
        func plain(_ value: String) -> String { String((words[value] ?? value).filter { $0 != "'" }) }
        let different = zip(text, converted).filter { $0.map(plain) != $1.map(plain) }
        #expect(different.prefix(3).map { "\($0) is not \($1)" } == [])
        #expect(converted.count == text.count)
        #expect(converted.count { $0[3] == "'failure'" } == 520)
    }
}
