import EngineService
import Testing

/// Without a key, what is told is told of the keys that came nearest: also where nothing of an attempt is left behind an event.
@Suite struct WhyNearestKeyTests {
    @Test func attemptsThatEndAtTheirFirstEvent() throws {
        #expect(
            try WhyScenario("a", "having: a.n > 5").verdict("a1 n=4;a2 n=3", key: nil) == """
                r did not fire; the nearest key is k "1", whose furthest of 2 attempts bound a and was complete at 00:01Z, but `having` is \
                false: a.n > 5: 4.
                """)
        #expect(
            try WhyScenario("a -> b", "within: 1m\nuntil: a").verdict("a5;b10", key: nil).hasPrefix(
                #"r did not fire; the nearest key is k "1", whose one attempt bound a, but until a at 00:05Z ended it"#))
    }

    @Test func whatWasKeptFromBeginning() throws {
        let scenario = try WhyScenario("!c for 30s -> a -> b")
        #expect(
            try scenario.verdict("c5;a10;b15", key: nil)
                == #"r did not fire; no attempt began for the nearest key, k "1": a at 00:10Z came within 30s of c."#)
        #expect(
            try scenario.verdict("c5;a10;b15;a20 k=2;b25 k=2", key: nil)
                == #"r fired 1 time for 1 key; no attempt began for the nearest other key, k "1": a at 00:10Z came within 30s of c."#)
    }

    @Test func lateEvents() throws {
        #expect(
            try WhyScenario("a -> b").verdict("d10;a5;b15;d30", key: nil) == """
                r did not fire; no event satisfied `a`, with which an attempt begins; the nearest event of k "1" for a, s.ndjson:2 \
                at 00:05Z, came late, 5s behind the newest event, and was left out.
                """)
    }

    /// Keys with an attempt that waits come first, whatever came before.
    @Test func theyRankBehindWhatWaits() throws {
        let keys = try WhyScenario("!c for 30s -> a -> b").report("c5 k=1;a10 k=1;a12 k=2;a11 k=3;d60", key: nil).keys
        #expect(keys.map { $0.parts.first?.value } == ["2", "1", "3"])
    }

    /// Events that are processed although they are late are not left out.
    @Test func whatIsProcessedLateIsNotCalledLeftOut() throws {
        let misses = try WhyScenario("a -> b").misses("d10;a5;d30") { $0.input.latePolicy = .process }
        #expect(!misses.contains { $0.contains("came late") })
    }
}
