import EventEngine
import RuleLanguage

// What the rule language calls it → what the machine calls it.

extension EventSchema.Field {
    /// The field of a path of the rule language.
    public init(_ path: FieldPath) {
        self.init(
            segments: path.segments.map { segment in
                switch segment {
                case .key(let key): .key(key)
                case .anyElement: .anyElement
                case .element(let index): .element(index)
                }
            }, text: path.text)
    }
}

extension LoadSource {
    /// The source and event variable of a reference; variable 0 where there is none.
    static func from(_ reference: EventReference) -> (source: LoadSource, variable: Int) {
        switch reference {
        case .current: (.current, 0)
        case .first(let variable): (.first, variable)
        case .last(let variable): (.last, variable)
        case .previous: (.previous, 0)
        case .lag: (.lag, 0)
        }
    }
}

extension EventOperand {
    init(_ field: MetaField) {
        switch field {
        case .time: self = .time
        case .stream: self = .stream
        case .id: self = .id
        case .source: self = .source
        case .ingested: self = .ingested
        }
    }
}

extension Operand {
    /// True for a field whose path has `[*]`.
    var hasAnyElement: Bool {
        if case .field(let path) = self { return path.hasAnyElement }
        return false
    }
}

extension AggregateOperation {
    init(_ function: AggregateFunction) {
        switch function {
        case .count: self = .count
        case .sum: self = .sum
        case .avg: self = .average
        case .min: self = .minimum
        case .max: self = .maximum
        case .distinct: self = .distinct
        }
    }
}

extension ArithmeticOperation {
    init(_ operation: Arithmetic) {
        switch operation {
        case .add: self = .add
        case .subtract: self = .subtract
        case .multiply: self = .multiply
        case .divide: self = .divide
        case .remainder: self = .remainder
        }
    }
}

extension ComparisonOperation {
    init(_ comparison: Comparison) {
        switch comparison {
        case .equal: self = .equal
        case .notEqual: self = .notEqual
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        }
    }
}

extension Comparison {
    /// The comparison that holds for `b, a` when this one holds for `a, b`.
    var mirrored: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}

extension TextOperator {
    /// The comparison of `contains`, `startswith` and `endswith`, the only ones that have two computed texts.
    var comparison: TextComparison {
        switch self {
        case .startswith: .prefix
        case .endswith: .suffix
        case .contains, .like, .matches: .contains
        }
    }
}

extension ScalarFunction {
    /// The function of the same meaning. `if`, `coalesce` and `extract` are compiled to instructions of their own.
    init(_ function: Function) {
        switch function {
        case .lower: self = .lower
        case .upper: self = .upper
        case .trim: self = .trim
        case .length: self = .length
        case .substring: self = .substring
        case .replace: self = .replace
        case .concat: self = .concat
        case .split: self = .split
        case .indexof: self = .indexof
        case .basename: self = .basename
        case .string: self = .string
        case .number: self = .number
        case .abs: self = .abs
        case .floor: self = .floor
        case .ceil: self = .ceil
        case .round: self = .round
        case .sqrt: self = .sqrt
        case .ln: self = .ln
        case .log10: self = .log10
        case .pow: self = .pow
        case .least: self = .least
        case .greatest: self = .greatest
        case .time: self = .time
        case .duration: self = .duration
        case .seconds: self = .seconds
        case .millis: self = .millis
        case .hour: self = .hour
        case .minute: self = .minute
        case .day: self = .day
        case .month: self = .month
        case .year: self = .year
        case .weekday: self = .weekday
        case .entropy: self = .entropy
        case .if, .coalesce, .extract: preconditionFailure("\(function.rawValue) is no plain call")
        }
    }
}
