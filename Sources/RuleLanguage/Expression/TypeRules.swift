/// Which types operators take and give.
enum TypeRules {
    /// The type of `left symbol right`; nil when the operands do not fit.
    static func arithmetic(_ symbol: Arithmetic, _ left: ValueType, _ right: ValueType) -> ValueType? {
        switch symbol {
        case .add: return add(left, right)
        case .subtract: return subtract(left, right)
        case .multiply:
            switch (left, right) {
            case (.number, .number): return .number
            case (.duration, .number), (.number, .duration), (.any, .duration), (.duration, .any): return .duration
            case (.any, .any), (.any, .number), (.number, .any): return .any
            default: return nil
            }
        case .divide:
            switch (left, right) {
            case (.number, .number), (.duration, .duration), (.any, .duration): return .number
            case (.number, .any): return .number
            case (.duration, .number): return .duration
            case (.any, .any), (.any, .number), (.duration, .any): return .any
            default: return nil
            }
        case .remainder:
            switch (left, right) {
            case (.number, .number), (.any, .number), (.number, .any): return .number
            case (.duration, .duration), (.any, .duration), (.duration, .any): return .duration
            case (.any, .any): return .any
            default: return nil
            }
        }
    }

    private static func add(_ left: ValueType, _ right: ValueType) -> ValueType? {
        switch (left, right) {
        case (.number, .number), (.any, .number), (.number, .any): return .number
        case (.string, .string), (.any, .string), (.string, .any): return .string
        case (.time, .duration), (.duration, .time), (.time, .any), (.any, .time): return .time
        case (.duration, .duration): return .duration
        case (.any, .any), (.any, .duration), (.duration, .any): return .any
        default: return nil
        }
    }

    private static func subtract(_ left: ValueType, _ right: ValueType) -> ValueType? {
        switch (left, right) {
        case (.number, .number), (.any, .number), (.number, .any): return .number
        case (.time, .time), (.any, .time), (.duration, .duration), (.duration, .any): return .duration
        case (.time, .duration): return .time
        case (.any, .any), (.any, .duration), (.time, .any): return .any
        default: return nil
        }
    }

    /// The type of a value that is one of several; `any` when they differ.
    static func common(_ types: [ValueType]) -> ValueType {
        let known = Set(types).subtracting([.null])
        return known.count == 1 ? known.first! : .any
    }
}

extension ValueType {
    /// The type in a sentence.
    var article: String {
        switch self {
        case .any: return "a value of unknown type"
        case .null: return "null"
        case .bool: return "true or false"
        case .number: return "a number"
        case .string: return "a text"
        case .time: return "a time"
        case .duration: return "a duration"
        }
    }
}

extension Literal {
    /// Its type.
    var type: ValueType {
        switch self {
        case .null: return .null
        case .bool: return .bool
        case .int, .double: return .number
        case .string: return .string
        case .time: return .time
        case .duration: return .duration
        }
    }

    /// Its number; nil for anything else.
    var number: Double? {
        switch self {
        case .int(let value): return Double(value)
        case .double(let value): return value
        default: return nil
        }
    }
}
