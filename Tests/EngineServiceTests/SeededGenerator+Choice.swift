import Foundation
import ReferenceMatcher

extension SeededGenerator {
    /// A number of the range.
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// One of the choices, which are not empty.
    mutating func pick<T>(_ choices: [T]) -> T { choices[number(0...choices.count - 1)] }

    /// A seed for a test: that of `FLUXCORE_SEED`, else a new one.
    static var testSeed: UInt64 {
        ProcessInfo.processInfo.environment["FLUXCORE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    }
}
