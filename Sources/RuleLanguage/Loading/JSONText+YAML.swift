extension JSONText {
    /// A YAML node as JSON on one line. A plain number keeps its spelling where JSON has it; infinities and NaN are null.
    static func value(_ node: YAMLNode) -> String {
        switch node.kind {
        case .sequence(let items):
            return "[" + items.map(value).joined(separator: ",") + "]"
        case .mapping(let pairs):
            return "{" + pairs.map { string($0.key) + ":" + value($0.value) }.joined(separator: ",") + "}"
        case .scalar(let scalar):
            switch scalar.literal {
            case .null: return "null"
            case .bool(let flag): return flag ? "true" : "false"
            case .int(let number): return String(number)
            case .double(let number): return isNumber(scalar.text.text) ? scalar.text.text : number.isFinite ? "\(number)" : "null"
            case .string(let text): return string(text)
            case .time, .duration: return string(scalar.text.text)
            }
        }
    }

    /// True for what is a number in JSON: `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
    private static func isNumber(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.first == "-" { rest.removeFirst() }
        let whole = rest.prefix(while: isDigit)
        guard !whole.isEmpty, whole == "0" || whole.first != "0" else { return false }
        rest = rest.dropFirst(whole.count)
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            guard !rest.isEmpty else { return false }
            rest = rest.drop(while: isDigit)
        }
        return rest.isEmpty
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
