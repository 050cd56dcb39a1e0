/// Writes metrics in the text format of Prometheus, version 0.0.4.
struct PrometheusText {
    /// What a family of samples is.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    /// A label's name and value.
    typealias Label = (name: String, value: String)

    /// What has been written.
    private(set) var text = ""

    /// A family: its name, what it is, and its samples.
    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [Label], value: Double)]) {
        guard !samples.isEmpty else { return }
        begin(name, kind, help)
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    /// A family of one sample without labels.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
        if let value { family(name, kind, help, [([], value)]) }
    }

    /// What a histogram has for one set of labels: how many there are up to each bound and above the one before it, then how many
    /// there are above all bounds; and their sum.
    typealias Distribution = (labels: [Label], counts: [Int], sum: Double)

    /// A histogram: its bounds ascend.
    mutating func histogram(_ name: String, _ help: String, bounds: [Double], _ samples: [Distribution]) {
        guard !samples.isEmpty else { return }
        begin(name, .histogram, help)
        for (labels, counts, sum) in samples {
            var total = 0
            for (index, count) in counts.enumerated() {
                total += count
                let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
                line(name + "_bucket", labels + [("le", bound)], Double(total))
            }
            line(name + "_sum", labels, sum)
            line(name + "_count", labels, Double(total))
        }
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func line(_ name: String, _ labels: [Label], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " " + Self.number(value) + "\n"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}
