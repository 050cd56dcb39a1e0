import Connectors
import EventEngine
import TestSupport
import Testing

@Suite struct InputTests {
    @Test func everySplitOfTheBytesGivesTheSame() throws {
        var text = ""
        for index in 0..<40 {
            text += #"{"ts":\#(index),"v":"é\u0041\#(index)","t":[1,"x"]}"# + (index % 3 == 0 ? "\r\n" : "\n")
            if index % 5 == 0 { text += "\n" }
            if index % 7 == 0 { text += "{broken \(index)\n" }
        }
        text += #"{"ts":40,"v":"last"}"#
        let whole = try read(text, fields: ["v", "t[*]"])
        #expect(whole.events.count == 41)
        #expect(whole.rejected.count == 6)
        for size in 16...200 {
            var options = EventInputOptions()
            options.blockSize = size
            let result = try read(text, fields: ["v", "t[*]"], options: options)
            #expect(result.events == whole.events)
            #expect(result.rejected == whole.rejected)
        }
    }

    @Test func aBlockWhoseRowsAreFullLeavesTheRest() throws {
        let count = 5000
        let text = (0..<count).map { #"{"ts":\#($0)}"# + "\n" }.joined()
        let result = try read(text, fields: (0..<200).map { "f\($0)" })
        #expect(result.events.map(\.time) == (0..<count).map { Int64($0) * 1_000_000_000 })
        #expect(Set(result.events.map(\.offset)).count == count)
    }

    @Test func aMissingFileIsAnError() {
        #expect(throws: InputError.self) { try read(["/nonexistent/file"]) }
        do {
            _ = try read(["/nonexistent/file"])
        } catch {
            #expect("\(error)" == "/nonexistent/file: No such file or directory")
        }
    }

    @Test func anEmptyFileHasNoEvents() throws {
        for text in ["", "\n", "\n\n \r\n", "\u{FEFF}", "\u{FEFF}\n"] {
            let result = try read(text)
            #expect(result.events == [])
            #expect(result.rejected == [])
        }
    }

    /// Whoever is shown a late event has been given all events that came before it and were released.
    @Test(arguments: [0, 2]) func lateEventsAreShownWhenTheyArrive(lateness: Int64) throws {
        let text = [1, 5, 2, 6, 7, 3, 12, 4].map { #"{"ts":\#($0)}"# }.joined(separator: "\n")
        let folder = try TemporaryFolder()
        try folder.write(text, to: "s.ndjson")
        var options = EventInputOptions()
        options.lateness = lateness * 1_000_000_000
        var seen: [String] = []
        let input = try EventInput(
            files: [folder.file("s.ndjson")], stream: "s", schema: EventSchema(), options: options,
            late: { seen.append("late \($0.header.pointee.time / 1_000_000_000)") })
        while let batch = try input.next() {
            for row in 0..<batch.count { seen.append("\(batch[row].header.pointee.time / 1_000_000_000)") }
        }
        let expected = lateness == 0 ? "1 5 late 2 6 7 late 3 12 late 4" : "1 late 2 5 late 3 6 7 late 4 12"
        #expect(seen.joined(separator: " ") == expected)
        #expect(input.counters.late == 3)
    }

    @Test func withoutLatenessWhatGoesBackIsLate() throws {
        let text = [5, 5, 3, 6, 4, 4, 6, 7].map { #"{"ts":\#($0)}"# }.joined(separator: "\n")
        let result = try read(text)
        #expect(result.events.map { $0.time / 1_000_000_000 } == [5, 5, 6, 6, 7])
        #expect(result.counters.late == 3)
        #expect(result.counters.events == 8)
        var options = EventInputOptions()
        options.latePolicy = .process
        let processed = try read(text, options: options)
        #expect(processed.events.map { $0.time / 1_000_000_000 } == [5, 5, 3, 6, 4, 4, 6, 7])
        #expect(processed.counters.late == 3)
    }

    @Test func withinTheLatenessEventsArePutInOrder() throws {
        let text = [5, 3, 8, 6, 4, 5, 9].map { #"{"ts":\#($0)}"# }.joined(separator: "\n")
        var options = EventInputOptions()
        options.lateness = 2_000_000_000
        let result = try read(text, options: options)
        #expect(result.events.map { $0.time / 1_000_000_000 } == [3, 5, 6, 8, 9])
        #expect(result.counters.late == 2)
        #expect(result.watermarks.last == Int64.max)
    }

    @Test func timesAtTheEndsOfTheRangeDoNotOverflow() throws {
        var options = EventInputOptions()
        options.lateness = Int64.max
        let text = #"{"ts":-9223372036854775808}"# + "\n" + #"{"ts":9223372036854775807}"# + "\n" + #"{"ts":-9223372036854775808}"#
        let result = try read(text, options: options)
        #expect(result.events.map(\.time) == [Int64.min, Int64.max])
        #expect(result.counters.late == 1)
    }

    /// What the schedules must give, by plain simulation: events as (time, file, position).
    private func model(_ files: [[Int64]], lateness: Int64) -> (order: [[Int64]], late: Int) {
        var next = files.map { _ in 0 }
        var arrived: [[Int64]] = []
        var late = 0
        while true {
            let open = files.indices.filter { next[$0] < files[$0].count }
            guard let file = open.min(by: { (files[$0][next[$0]], $0) < (files[$1][next[$1]], $1) }) else { break }
            let watermark = open.map { files[$0][...next[$0]].max()! - lateness }.min()!
            let time = files[file][next[file]]
            if time < watermark { late += 1 } else { arrived.append([time, Int64(file), Int64(next[file])]) }
            next[file] += 1
        }
        return (arrived.sorted { $0.lexicographicallyPrecedes($1) }, late)
    }

    @Test func randomFilesMergeAsTheModelSays() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<400 {
            let fileCount = Int.random(in: 1...5, using: &generator)
            let lateness = Int64([0, 0, 3, 10].randomElement(using: &generator)!)
            let disorder = Int64([0, 0, 2, 8].randomElement(using: &generator)!)
            var times: [[Int64]] = []
            for _ in 0..<fileCount {
                var clock = Int64.random(in: 0...20, using: &generator)
                times.append(
                    (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                        clock += Int64.random(in: 0...2, using: &generator)
                        return clock - Int64.random(in: 0...disorder, using: &generator)
                    })
            }
            let files = times.map { file in
                TemporaryFile(file.enumerated().map { #"{"ts":\#($1 + 100),"position":\#($0)}"# + "\n" }.joined())
            }
            var options = EventInputOptions()
            options.blockSize = Int.random(in: 16...300, using: &generator)
            options.lateness = lateness * 1_000_000_000
            let result = try read(files.map(\.path), fields: ["position"], options: options)
            let got = result.events.map { [$0.time / 1_000_000_000 - 100, Int64($0.source), Int64($0.values[0])!] }
            let expected = model(times, lateness: lateness)
            #expect(got == expected.order, "seed \(seed), round \(round), lateness \(lateness), times \(times)")
            #expect(result.counters.late == expected.late, "seed \(seed), round \(round)")
            #expect(result.counters.events == times.map(\.count).reduce(0, +))
            #expect(result.watermarks == result.watermarks.sorted())

            options.sortsAll = true
            let sorted = try read(files.map(\.path), fields: ["position"], options: options)
            let all = times.enumerated().flatMap { file, times in times.enumerated().map { [$1, Int64(file), Int64($0)] } }
            #expect(
                sorted.events.map { [$0.time / 1_000_000_000 - 100, Int64($0.source), Int64($0.values[0])!] }
                    == all.sorted { $0.lexicographicallyPrecedes($1) }, "seed \(seed), round \(round)")
            #expect(sorted.counters.late == 0)
        }
    }

    /// A watermark is a promise: what comes after a batch is not before it.
    @Test func nothingComesBeforeTheWatermarkOfABatch() throws {
        var generator = SeededGenerator(seed: 3)
        var clock: Int64 = 1000
        let text = (0..<20_000).map { _ -> String in
            clock += Int64.random(in: 0...2, using: &generator)
            return #"{"ts":\#(clock - Int64.random(in: 0...30, using: &generator))}"#
        }.joined(separator: "\n")
        let file = TemporaryFile(text)
        for lateness in [0, 5, 20, 100] as [Int64] {
            var options = EventInputOptions()
            options.lateness = lateness * 1_000_000_000
            let input = try EventInput(files: [file.path, file.path], stream: "s", schema: EventSchema(), options: options)
            var watermark = Int64.min
            var count = 0
            while let batch = try input.next() {
                for index in 0..<batch.count { #expect(batch[index].header.pointee.time >= watermark) }
                count += batch.count
                watermark = batch.watermark
            }
            #expect(count + input.counters.late == 40_000)
        }
    }
}
