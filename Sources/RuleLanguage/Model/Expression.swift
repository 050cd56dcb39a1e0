/// A typed, null-safe, side-effect free expression of the rule language.
///
/// Names are resolved: an event variable is its index in `Rule.events`, parameters and lists are replaced by
/// their values. Nothing is an error at run time: what cannot be computed is null.
public struct Expression: Sendable {
    /// What it computes.
    public var kind: Kind
    /// Its static type; `.any` where only the event can tell.
    public var type: ValueType
    /// Where it was written.
    public var span: SourceSpan

    /// Makes a node.
    public init(_ kind: Kind, type: ValueType, span: SourceSpan) {
        self.kind = kind
        self.type = type
        self.span = span
    }

    /// The forms of an expression.
    public indirect enum Kind: Sendable {
        /// A constant.
        case literal(Literal)
        /// A field or meta field of an event.
        case reference(EventReference, Operand)
        /// An aggregate over what event variable `event` has bound before the current event. `operand` is nil for `count(a)` only.
        case aggregate(AggregateFunction, event: Int, operand: Operand?)
        /// `not x`: true when x is false or null.
        case not(Expression)
        /// Conjunction of two or more.
        case and([Expression])
        /// Disjunction of two or more.
        case or([Expression])
        /// A comparison; with null it is false.
        case compare(Comparison, Expression, Expression, caseInsensitive: Bool)
        /// `x in (a, b, …)`: equal to one of the constants.
        case membership(Expression, [Literal], caseInsensitive: Bool)
        /// `like`, `matches`, `contains`, `startswith`, `endswith` with constant patterns: true when any pattern fits.
        case text(TextOperator, Expression, patterns: [String], caseInsensitive: Bool)
        /// `contains`, `startswith`, `endswith` of two computed texts.
        case textDynamic(TextOperator, Expression, Expression, caseInsensitive: Bool)
        /// `x is null`.
        case isNull(Expression)
        /// Arithmetic; null when an operand is null, on overflow and on division by zero.
        case arithmetic(Arithmetic, Expression, Expression)
        /// `-x`.
        case negate(Expression)
        /// A call of a built-in function.
        case call(Function, [Expression])
        /// `cidr(address, nets…)` with constant address blocks: true when the address lies in one of them.
        case cidr(Expression, [String])
    }
}

/// Which event a reference reads.
public enum EventReference: Sendable, Equatable, Hashable {
    /// The current event: in `where` and `events` the event under test; in `having`, `select` and `suppress.by` the match's last bound event.
    case current
    /// The first event that event variable (index in `Rule.events`) has bound.
    case first(Int)
    /// The last event that the event variable has bound.
    case last(Int)
    /// `prev(x)`: the event that this attempt bound before the current one, of any name.
    case previous
    /// `lag(x)`: the previous event of the keyed sequence, bound or not.
    case lag
}

/// What a reference reads of its event.
public enum Operand: Sendable, Equatable, Hashable {
    /// A field.
    case field(FieldPath)
    /// A meta field, `@time` and the like.
    case meta(MetaField)
}

/// A path to a field: `a.b` reads a nested field or a literal dotted key; `tags[*]` any element.
public struct FieldPath: Sendable, Equatable, Hashable {
    /// One part of a path.
    public enum Segment: Sendable, Equatable, Hashable {
        /// A key of an object.
        case key(String)
        /// `[*]`: every element of an array.
        case anyElement
        /// `[n]`: the n-th element of an array, from 0.
        case element(Int)
    }
    /// The parts; the first is a key.
    public let segments: [Segment]

    /// Makes a path.
    public init(_ segments: [Segment]) { self.segments = segments }

    /// True when the path has `[*]`: predicates over it hold when any element satisfies them.
    public var hasAnyElement: Bool { segments.contains(.anyElement) }

    /// The path as it is written in a rule.
    public var text: String {
        var result = ""
        for segment in segments {
            switch segment {
            case .key(let key): result += result.isEmpty ? key : "." + key
            case .anyElement: result += "[*]"
            case .element(let index): result += "[\(index)]"
            }
        }
        return result
    }
}

/// Fields that every event has beside its own.
public enum MetaField: String, Sendable, CaseIterable {
    /// Event time.
    case time
    /// The stream's name.
    case stream
    /// The event id, 32 hexadecimal digits.
    case id
    /// The source's name: the file or partition it was read from.
    case source
    /// When FluxCore read it; in replay the event time, so that the same input gives the same result.
    case ingested
}

/// Static types. `any` is a field, whose type only the event tells.
public enum ValueType: String, Sendable {
    /// Known at run time only.
    case any
    /// The literal `null`.
    case null
    /// True or false.
    case bool
    /// Integer or floating point.
    case number
    /// Text.
    case string
    /// A point in time, Int64 nanoseconds since 1970 UTC.
    case time
    /// A length of time, Int64 nanoseconds.
    case duration
}

/// Constants.
public enum Literal: Sendable, Equatable, Hashable {
    /// No value.
    case null
    /// True or false.
    case bool(Bool)
    /// A 64-bit integer.
    case int(Int64)
    /// A floating-point number.
    case double(Double)
    /// A text.
    case string(String)
    /// Nanoseconds since 1970 UTC.
    case time(Int64)
    /// Nanoseconds.
    case duration(Int64)
}

/// `== != < <= > >=`.
public enum Comparison: String, Sendable {
    /// `==`
    case equal = "=="
    /// `!=`: false when either side is null.
    case notEqual = "!="
    /// `<`
    case less = "<"
    /// `<=`
    case lessOrEqual = "<="
    /// `>`
    case greater = ">"
    /// `>=`
    case greaterOrEqual = ">="
}

/// `+ - * / %`. `+` also joins texts; `/` is true division (7 / 2 is 3.5).
public enum Arithmetic: String, Sendable {
    /// `+`
    case add = "+"
    /// `-`
    case subtract = "-"
    /// `*`
    case multiply = "*"
    /// `/`
    case divide = "/"
    /// `%`
    case remainder = "%"
}

/// Text predicates.
public enum TextOperator: String, Sendable {
    /// Wildcards: `*` any run of characters, `?` one; the whole text must fit.
    case like
    /// An RE2 expression found anywhere in the text.
    case matches
    /// A part of the text; of a list field, one of its elements.
    case contains
    /// A prefix.
    case startswith
    /// A suffix.
    case endswith
}

/// Aggregates over the events that a variable has bound.
public enum AggregateFunction: String, Sendable, CaseIterable {
    /// How many events.
    case count
    /// Sum of the numbers; null without one.
    case sum
    /// Mean of the numbers; null without one.
    case avg
    /// Least value; null without one.
    case min
    /// Greatest value; null without one.
    case max
    /// How many different values, null not counted.
    case distinct
}

/// Built-in scalar functions; the parser checks names, argument counts and types.
public enum Function: String, Sendable, CaseIterable {
    /// Text in lower case.
    case lower
    /// Text in upper case.
    case upper
    /// Text without white space at both ends.
    case trim
    /// Characters of a text, or elements of a list.
    case length
    /// `substring(text, start, count)`: characters, from 0; `count` may be left out.
    case substring
    /// `replace(text, what, by)`.
    case replace
    /// `concat(a, b, …)`: the texts of its arguments, null as nothing.
    case concat
    /// `split(text, separator, index)`: the part of that index, from 0; from the end when negative.
    case split
    /// `indexof(text, part)`: characters, from 0; null when it is not there.
    case indexof
    /// `extract(text, regex, group)`: the text of a group of the first match; group 1 when left out, or the whole match without groups.
    case extract
    /// `basename(path)`: what follows the last `/` or `\`.
    case basename
    /// The text of a value.
    case string
    /// The number a text or value stands for; null when none.
    case number
    /// Absolute value.
    case abs
    /// Rounded down.
    case floor
    /// Rounded up.
    case ceil
    /// `round(x, digits)`: half away from zero; digits 0 when left out.
    case round
    /// Square root; null of a negative number.
    case sqrt
    /// Natural logarithm; null unless positive.
    case ln
    /// Logarithm to base 10; null unless positive.
    case log10
    /// `pow(x, y)`.
    case pow
    /// `least(a, b, …)` of numbers, nulls left out.
    case least
    /// `greatest(a, b, …)` of numbers, nulls left out.
    case greatest
    /// `coalesce(a, b, …)`: the first that is not null.
    case coalesce
    /// `if(condition, a, b)`.
    case `if`
    /// The time a text (RFC 3339) or number (epoch s, ms, µs or ns, by magnitude) stands for.
    case time
    /// The duration a text such as `90s` stands for.
    case duration
    /// Seconds of a duration, or since 1970 of a time, as a number.
    case seconds
    /// Milliseconds, likewise.
    case millis
    /// Hour of a time, UTC, 0 to 23.
    case hour
    /// Minute of a time, UTC, 0 to 59.
    case minute
    /// Day of the month of a time, UTC, 1 to 31.
    case day
    /// Month of a time, UTC, 1 to 12.
    case month
    /// Year of a time, UTC.
    case year
    /// Day of the week of a time, UTC, 1 (Monday) to 7 (Sunday).
    case weekday
    /// Shannon entropy of a text's bytes, bits a byte.
    case entropy
}
