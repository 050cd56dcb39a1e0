/// Computes what is constant, with the results that it would have at run time.
enum ConstantFolding {
    /// `left symbol right` of constants; nil when one is none or the case is left to run time.
    static func arithmetic(_ symbol: Arithmetic, _ left: Expression, _ right: Expression) -> Literal? {
        guard case .literal(let first) = left.kind, case .literal(let second) = right.kind else { return nil }
        switch (first, second) {
        case (.int(let a), .int(let b)): return integer(symbol, a, b).map(Literal.int)
        case (.duration(let a), .duration(let b)):
            guard symbol == .add || symbol == .subtract else { return nil }
            return integer(symbol, a, b).map(Literal.duration)
        case (.duration(let a), .int(let b)), (.int(let b), .duration(let a)):
            guard symbol == .multiply else { return nil }
            return integer(symbol, a, b).map(Literal.duration)
        case (.string(let a), .string(let b)): return symbol == .add ? .string(a + b) : nil
        default: return nil
        }
    }

    private static func integer(_ symbol: Arithmetic, _ left: Int64, _ right: Int64) -> Int64? {
        let result: (partialValue: Int64, overflow: Bool)
        switch symbol {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide, .remainder: return nil
        }
        return result.overflow ? nil : result.partialValue
    }

    /// A comparison of constants of one type; nil when it is left to run time.
    static func compare(_ comparison: Comparison, _ left: Literal, _ right: Literal) -> Bool? {
        switch (left, right) {
        case (.int(let a), .int(let b)), (.duration(let a), .duration(let b)), (.time(let a), .time(let b)):
            return ordered(comparison, a, b)
        case (.int, .double), (.double, .int), (.double, .double):
            guard let a = left.number, let b = right.number else { return nil }
            return ordered(comparison, a, b)
        case (.bool(let a), .bool(let b)):
            return comparison == .equal ? a == b : comparison == .notEqual ? a != b : nil
        case (.string(let a), .string(let b)):
            let isEqual = a.utf8.elementsEqual(b.utf8)
            return comparison == .equal ? isEqual : comparison == .notEqual ? !isEqual : nil
        default: return nil
        }
    }

    private static func ordered<T: Comparable>(_ comparison: Comparison, _ left: T, _ right: T) -> Bool {
        switch comparison {
        case .equal: return left == right
        case .notEqual: return left != right
        case .less: return left < right
        case .lessOrEqual: return left <= right
        case .greater: return left > right
        case .greaterOrEqual: return left >= right
        }
    }
}
