import ReferenceMatcher
import RuleLanguage

/// A pattern that is a row of steps, the same row with other steps from one of them on, and a stream cut in two.
struct RandomRow {
    let old: Rule
    let new: Rule
    /// How many steps are the same.
    let change: Int
    /// Some step of the old row is joined by `,`: every event of a key is looked at.
    let isStrict: Bool
    let events: [ReferenceEvent]
    let cut: Int

    private static let letters = ["a", "b", "c", "d"]

    /// The same for the same seed.
    static func make(seed: UInt64) -> RandomRow {
        var random = SeededGenerator(seed: seed)
        func step() -> (link: String, name: String) {
            (["->", "->", ","].randomElement(using: &random)!, letters.randomElement(using: &random)!)
        }
        let row = (0..<Int.random(in: 2...4, using: &random)).map { _ in step() }
        let change = Int.random(in: 1..<row.count, using: &random)
        var tail = (0..<Int.random(in: 1...2, using: &random)).map { _ in step() }
        while tail[0] == row[change] { tail[0] = step() }
        let changed = row[..<change] + tail
        var events = ""
        var time = 0
        for _ in 0..<Int.random(in: 4...16, using: &random) {
            time += Int.random(in: 0...2, using: &random)
            // Mostly what the new row asks for.
            events +=
                "\((changed.map(\.name) + changed.map(\.name) + letters + ["x"]).randomElement(using: &random)!)\(time)/\(Int.random(in: 0...1, using: &random)) "
        }
        let stream = Scenario.events(events)
        return RandomRow(
            old: rule(row), new: rule(Array(changed)), change: change, isStrict: row.dropFirst().contains { $0.link == "," },
            events: stream, cut: Int.random(in: 0...stream.count, using: &random))
    }

    /// Names are numbered as they come, so that a name may have another number in the other rule.
    private static func rule(_ row: [(link: String, name: String)]) -> Rule {
        let text = row.enumerated().map { $0.offset == 0 ? $0.element.name : " \($0.element.link) \($0.element.name)" }.joined()
        return Scenario(text, within: 1000) { rule in
            rule.skip = .none
            rule.keyWidth = 1
            for index in rule.events.indices { rule.events[index].key = [KeyPart(path: FieldPath([.key("k")]), allowsNull: false)] }
        }.rule
    }
}
