/// Awaited steps in the words of the pattern language.
extension RuleLayout.Edge {
    /// What is awaited: `-> ok`, `->[<= 30s] ok`, `-> !c for 5s -> b`, `-> !c for 30s`, `-> !c for the rest of within`.
    public var text: String {
        var words = negations.map { negation in
            let standing = variable == nil ? " for the rest of within" : ""
            let reach = negation.duration.map { " for \(DurationFormat.text(of: $0))" } ?? standing
            return "\(negation.isStrict ? "," : "->") !\(negation.variable)\(reach)"
        }
        if let variable { words.append("\(contiguity.text)\(gap) \(variable)") }
        return words.isEmpty ? "the end" : words.joined(separator: " ")
    }

    private var gap: String {
        let least = minimumGap.map(DurationFormat.text)
        let greatest = maximumGap.map(DurationFormat.text)
        switch (least, greatest) {
        case (nil, nil): return ""
        case (let least?, nil): return "[>= \(least)]"
        case (nil, let greatest?): return "[<= \(greatest)]"
        case (let least?, let greatest?): return "[\(least)..\(greatest)]"
        }
    }
}

extension DurationFormat {
    /// The shortest compound form of nanoseconds, as `append` writes it.
    static func text(of nanoseconds: Int64) -> String {
        var buffer = ByteBuffer(capacity: 32)
        append(nanoseconds, to: &buffer)
        return buffer.text
    }
}
