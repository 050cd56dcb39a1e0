import EngineService

/// Test outcomes as JUnit XML: one suite for each rule.
struct JUnitReport {
    /// The document.
    let text: String

    init(_ outcomes: [RuleTestOutcome]) {
        let failures = outcomes.count { $0.failure != nil }
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<testsuites tests=\"\(outcomes.count)\" failures=\"\(failures)\">",
        ]
        var start = 0
        while start < outcomes.count {
            let rule = outcomes[start].rule
            let end = outcomes[start...].firstIndex { $0.rule != rule } ?? outcomes.count
            lines += Self.suite(rule, outcomes[start..<end])
            start = end
        }
        lines.append("</testsuites>")
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func suite(_ rule: String, _ outcomes: ArraySlice<RuleTestOutcome>) -> [String] {
        let failures = outcomes.count { $0.failure != nil }
        var lines = ["  <testsuite name=\"\(escaped(rule))\" tests=\"\(outcomes.count)\" failures=\"\(failures)\">"]
        for outcome in outcomes {
            let line = outcome.span.file.position(at: outcome.span.start).line
            let start =
                "    <testcase classname=\"\(escaped(rule))\" name=\"\(escaped(outcome.test))\" "
                + "file=\"\(escaped(outcome.span.file.path))\" line=\"\(line)\""
            guard let failure = outcome.failure else {
                lines.append(start + "/>")
                continue
            }
            let message = String(failure.prefix { $0 != "\n" })
            lines.append(start + ">")
            lines.append("      <failure message=\"\(escaped(message))\">\(escaped(failure))</failure>")
            lines.append("    </testcase>")
        }
        return lines + ["  </testsuite>"]
    }

    /// Text for content and attributes; characters that XML 1.0 does not have are replaced.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\r": result += "&#13;"
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
