/// Small tools for texts that people read.
enum TextTools {
    /// An integer with commas: `1,000`.
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    /// A number with its noun: `1 time`, `5 times`.
    static func count(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

    /// The text padded with spaces to `width` characters.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// One line: control characters and line ends become spaces, what is longer than `limit` characters is cut with `…`.
    static func line(_ text: String, limit: Int = .max) -> String {
        var result = ""
        var count = 0
        for character in text {
            if count == limit {
                result.removeLast()
                return result + "…"
            }
            let isControl = character.unicodeScalars.contains {
                $0.properties.generalCategory == .control || $0.value == 0x2028 || $0.value == 0x2029
            }
            result.append(isControl ? " " : character)
            count += 1
        }
        return result
    }
}
