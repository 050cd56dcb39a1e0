/// Evaluates a predicate of which only a few fields are known, in three values: true, false, unknown.
struct PartialEvaluation {
    /// The fields that are known, by path.
    let fields: [String: Literal]

    /// What the predicate is whatever the other fields are; nil when that depends on them.
    func truth(_ expression: Expression) -> Bool? {
        switch expression.kind {
        case .not(let inner):
            return truth(inner).map { !$0 }
        case .and(let parts):
            let values = parts.map(truth)
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .or(let parts):
            let values = parts.map(truth)
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        case .compare(let comparison, let left, let right, let caseInsensitive):
            guard let left = value(left), let right = value(right) else { return nil }
            return compare(comparison, left, right, caseInsensitive)
        case .membership(let inner, let values, let caseInsensitive):
            guard let known = value(inner) else { return nil }
            return values.contains { compare(.equal, known, $0, caseInsensitive) == true }
        case .text(let op, let inner, let patterns, let caseInsensitive):
            guard let known = value(inner) else { return nil }
            guard case .string(let text) = known else { return false }
            let results = patterns.map { self.text(op, text, $0, caseInsensitive) }
            return results.contains(true) ? true : results.contains(nil) ? nil : false
        case .isNull(let inner):
            return value(inner).map { $0 == .null }
        case .literal(let literal):
            return literal == .bool(true)
        default:
            return nil
        }
    }

    private func value(_ expression: Expression) -> Literal? {
        switch expression.kind {
        case .literal(let literal): return literal
        case .reference(.current, .field(let path)): return fields[path.text]
        case .reference(.current, .meta(.stream)): return .string(StreamReader.matches)
        case .call(let function, let arguments) where (function == .lower || function == .upper) && arguments.count == 1:
            guard case .string(let text) = value(arguments[0]) else { return nil }
            return .string(function == .lower ? text.lowercased() : text.uppercased())
        default: return nil
        }
    }

    private func compare(_ comparison: Comparison, _ left: Literal, _ right: Literal, _ caseInsensitive: Bool) -> Bool? {
        if left == .null || right == .null { return false }
        guard case .string(var first) = left, case .string(var second) = right else { return nil }
        if caseInsensitive { (first, second) = (first.lowercased(), second.lowercased()) }
        let (a, b) = (Array(first.utf8), Array(second.utf8))
        switch comparison {
        case .equal: return a == b
        case .notEqual: return a != b
        case .less: return a.lexicographicallyPrecedes(b)
        case .lessOrEqual: return !b.lexicographicallyPrecedes(a)
        case .greater: return b.lexicographicallyPrecedes(a)
        case .greaterOrEqual: return !a.lexicographicallyPrecedes(b)
        }
    }

    private func text(_ op: TextOperator, _ text: String, _ pattern: String, _ caseInsensitive: Bool) -> Bool? {
        let text = Array((caseInsensitive ? text.lowercased() : text).unicodeScalars)
        let pattern = Array((caseInsensitive ? pattern.lowercased() : pattern).unicodeScalars)
        switch op {
        case .like: return Self.isLike(text, pattern)
        case .matches: return nil
        case .contains:
            return pattern.isEmpty || text.indices.contains { text[$0...].starts(with: pattern) }
        case .startswith: return text.starts(with: pattern)
        case .endswith: return text.reversed().starts(with: pattern.reversed())
        }
    }

    /// `*` any run, `?` one character, `\` takes the next as it is.
    private static func isLike(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var (position, index) = (0, 0)
        var retry: (position: Int, index: Int)?
        while position < text.count || index < pattern.count {
            if index < pattern.count, pattern[index] == "*" {
                retry = (position, index)
                index += 1
                continue
            }
            let isEscape = index + 1 < pattern.count && pattern[index] == "\\"
            if position < text.count, index < pattern.count,
                isEscape ? pattern[index + 1] == text[position] : pattern[index] == "?" || pattern[index] == text[position]
            {
                position += 1
                index += isEscape ? 2 : 1
            } else if let last = retry, last.position < text.count {
                retry = (last.position + 1, last.index)
                (position, index) = (last.position + 1, last.index + 1)
            } else {
                return false
            }
        }
        return true
    }
}
