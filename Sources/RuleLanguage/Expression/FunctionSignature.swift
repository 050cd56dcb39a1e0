/// What a function takes and gives.
struct FunctionSignature {
    /// Least number of arguments.
    let minimum: Int
    /// Greatest number; nil: any number.
    let maximum: Int?
    /// What each argument may be; the last entry holds for all further ones.
    let arguments: [Set<ValueType>]
    /// The result's type.
    let result: ValueType

    private static let texts: Set<ValueType> = [.string]
    private static let numbers: Set<ValueType> = [.number]
    private static let times: Set<ValueType> = [.time]
    private static let everything: Set<ValueType> = [.null, .bool, .number, .string, .time, .duration]

    private init(_ minimum: Int, _ maximum: Int?, _ arguments: [Set<ValueType>], _ result: ValueType) {
        self.minimum = minimum
        self.maximum = maximum
        self.arguments = arguments
        self.result = result
    }

    /// The signature of a function.
    static func of(_ function: Function) -> FunctionSignature {
        switch function {
        case .lower, .upper, .trim, .basename: return FunctionSignature(1, 1, [texts], .string)
        case .length, .entropy: return FunctionSignature(1, 1, [texts], .number)
        case .substring: return FunctionSignature(2, 3, [texts, numbers], .string)
        case .replace: return FunctionSignature(3, 3, [texts], .string)
        case .concat: return FunctionSignature(1, nil, [everything], .string)
        case .split: return FunctionSignature(3, 3, [texts, texts, numbers], .string)
        case .indexof: return FunctionSignature(2, 2, [texts], .number)
        case .extract: return FunctionSignature(2, 3, [texts, texts, numbers], .string)
        case .string: return FunctionSignature(1, 1, [everything], .string)
        case .number: return FunctionSignature(1, 1, [everything], .number)
        case .abs, .floor, .ceil, .sqrt, .ln, .log10: return FunctionSignature(1, 1, [numbers], .number)
        case .round: return FunctionSignature(1, 2, [numbers], .number)
        case .pow: return FunctionSignature(2, 2, [numbers], .number)
        case .least, .greatest: return FunctionSignature(1, nil, [numbers], .number)
        case .coalesce: return FunctionSignature(1, nil, [everything], .any)
        case .if: return FunctionSignature(3, 3, [[.bool], everything], .any)
        case .time: return FunctionSignature(1, 1, [[.string, .number, .time]], .time)
        case .duration: return FunctionSignature(1, 1, [[.string, .duration]], .duration)
        case .seconds, .millis: return FunctionSignature(1, 1, [[.time, .duration]], .number)
        case .hour, .minute, .day, .month, .year, .weekday: return FunctionSignature(1, 1, [times], .number)
        }
    }

    /// How many arguments, in words.
    var count: String {
        guard let maximum else { return "at least \(minimum)" }
        return minimum == maximum ? "\(minimum)" : "\(minimum) to \(maximum)"
    }

    /// What people from other languages call our functions and operators.
    static let otherNames: [String: String] = [
        "len": "length", "strlen": "length", "size": "length", "tolower": "lower", "lcase": "lower", "toupper": "upper", "ucase": "upper",
        "substr": "substring", "tostring": "string", "str": "string", "tonumber": "number", "int": "number", "float": "number",
        "cidrmatch": "cidr", "indexOf": "indexof", "strpos": "indexof", "stringcontains": "contains` as operator, `a contains b",
        "contains": "contains` as operator, `a contains b", "wildcard": "like` as operator, `a like b",
        "startswith": "startswith` as operator, `a startswith b", "endswith": "endswith` as operator, `a endswith b",
        "regexp": "matches` as operator, `a matches b", "match": "matches` as operator, `a matches b", "iff": "if", "case": "if",
        "ifnull": "coalesce", "nvl": "coalesce", "log": "ln", "ceiling": "ceil", "power": "pow", "dayofweek": "weekday", "average": "avg",
        "mean": "avg", "between": "indexof", "arraycontains": "in", "now": "@time",
    ]
}
