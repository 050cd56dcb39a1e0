import EventEngine
import Testing

@testable import Connectors

/// The queue between the HTTP interface and a source.
@Suite struct EventIntakeTests {
    private func read(_ intake: EventIntake, _ count: Int) -> String {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
            read = intake.read(into: buffer.baseAddress!, count: count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func bytesComeInOrderAcrossOffers() {
        let intake = EventIntake(name: "s", capacity: 100)
        #expect(intake.offer(Array("early".utf8)) == .closed)
        intake.open(at: 1000)
        #expect(intake.offer(Array("abc\n".utf8)) == .accepted(end: 1004))
        #expect(intake.offer([]) == .accepted(end: 1004))
        #expect(intake.offer(Array("defg".utf8)) == .accepted(end: 1009))
        #expect(read(intake, 3) == "abc" && intake.figures.waiting == 6)
        #expect(read(intake, 100) == "\ndefg\n" && read(intake, 100) == "" && intake.figures.waiting == 0)
        #expect(intake.figures.accepted == 9)
    }

    @Test func offersAreTakenWholeOrNotAtAll() {
        let intake = EventIntake(name: "s", capacity: 10)
        intake.open(at: 0)
        #expect(intake.offer(Array(repeating: 65, count: 10)) == .tooLarge)
        #expect(intake.offer(Array(repeating: 65, count: 6)) == .accepted(end: 7))
        #expect(intake.offer(Array(repeating: 65, count: 3)) == .full)
        #expect(intake.offer(Array(repeating: 65, count: 2)) == .accepted(end: 10))
        #expect(intake.figures.refused == 1)
        _ = read(intake, 100)
        #expect(intake.offer(Array(repeating: 65, count: 3)) == .accepted(end: 14))
        intake.close()
        #expect(intake.offer([65]) == .closed)
        #expect(read(intake, 100) == "AAA\n")
    }

    @Test func whatIsCommittedIsDurable() {
        let intake = EventIntake(name: "s", capacity: 10)
        intake.open(at: 5)
        #expect(intake.offer([65]) == .accepted(end: 7))
        #expect(intake.isDurable(5) && !intake.isDurable(7))
        intake.committed(7)
        intake.committed(6)
        #expect(intake.isDurable(7) && !intake.isDurable(8))
    }

    /// Offsets go on where the checkpoint was; the partition cannot be read again.
    @Test func theSourceGoesOnAtItsPosition() throws {
        var schema = EventSchema()
        _ = schema.stream(named: "s")
        var options = SourceOptions(name: "s", schema: schema, format: .ndjson) { _ in 0 }
        options.positions = [SourcePosition(identity: "{\"http\":\"s\"}", offset: 70, hasEnded: false)]
        let intake = EventIntake(name: "s", capacity: 1000)
        let source = try IntakeSource(intake, options: options)
        #expect(source.partitions.map(\.start) == [70] && !source.partitions[0].isReplayable)
        guard case .waiting = try source.next() else { throw InputError(file: "s", message: "something was read") }
        #expect(intake.offer(Array("{\"time\":1}\n{\"time\":2}".utf8)) == .accepted(end: 92))
        #expect(!intake.isDelivered)
        guard case .events(let block, 0, let end) = try source.next() else { throw InputError(file: "s", message: "nothing was read") }
        #expect(block.count == 2 && end == 92 && block.headers[1].offset == 81)
        #expect(intake.isDelivered)
        source.recycle(block)
        source.committed(offset: 92, partition: 0)
        #expect(intake.isDurable(92))
    }

    /// Another source in its place reads once more what no checkpoint has, and what came meanwhile.
    @Test func whatIsNotCommittedIsReadAgain() throws {
        var schema = EventSchema()
        _ = schema.stream(named: "s")
        var options = SourceOptions(name: "s", schema: schema, format: .ndjson) { _ in 0 }
        let intake = EventIntake(name: "s", capacity: 1000)
        let first = try IntakeSource(intake, options: options)
        for time in 1...3 { #expect(intake.offer(Array("{\"time\":\(time)}".utf8)) == .accepted(end: UInt64(time * 11))) }
        guard case .events(let block, 0, 33) = try first.next() else { throw InputError(file: "s", message: "nothing was read") }
        first.recycle(block)
        // The checkpoint ends within what was pushed at once.
        first.committed(offset: 11, partition: 0)
        first.close()
        #expect(intake.offer(Array("{\"time\":4}".utf8)) == .accepted(end: 44))

        options.positions = [SourcePosition(identity: "{\"http\":\"s\"}", offset: 11, hasEnded: false)]
        let second = try IntakeSource(intake, options: options)
        #expect(intake.figures.waiting == 33 && !intake.isDelivered && !intake.isDurable(44))
        guard case .events(let again, 0, 44) = try second.next() else { throw InputError(file: "s", message: "nothing was read") }
        #expect(again.count == 3 && again.headers[0].offset == 11 && again.headers[2].time == 4_000_000_000)
        second.recycle(again)
        second.committed(offset: 44, partition: 0)
        #expect(intake.isDelivered && intake.isDurable(44) && intake.figures.waiting == 0 && intake.figures.accepted == 44)
    }

    /// A checkpoint may end anywhere; of a chunk of which something is not in it all is kept.
    @Test func readingGoesOnWithinAChunk() {
        let intake = EventIntake(name: "s", capacity: 100)
        intake.open(at: 100)
        #expect(intake.offer(Array("abc\ndef\n".utf8)) == .accepted(end: 108))
        #expect(intake.offer(Array("ghi\n".utf8)) == .accepted(end: 112))
        #expect(read(intake, 10) == "abc\ndef\ngh")
        intake.committed(104)
        intake.open(at: 104)
        #expect(read(intake, 3) == "def" && read(intake, 100) == "\nghi\n" && read(intake, 1) == "")
        intake.committed(112)
        intake.open(at: 112)
        #expect(read(intake, 1) == "" && intake.offer([65]) == .accepted(end: 114) && read(intake, 9) == "A\n")
    }
}
