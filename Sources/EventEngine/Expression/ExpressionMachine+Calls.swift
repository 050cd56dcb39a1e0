import Glibc

/// The built-in functions: dispatch, and those over numbers and times.
extension ExpressionMachine {
    func call(_ function: ScalarFunction, _ arguments: UnsafeBufferPointer<Value>) -> Value {
        // The parser checks the number of arguments; a missing one is null all the same.
        func argument(_ index: Int) -> Value { index < arguments.count ? arguments[index] : .null }
        let first = argument(0)
        switch function {
        case .lower: return map(first, .lower)
        case .upper: return map(first, .upper)
        case .trim: return trim(first)
        case .length: return length(first)
        case .substring: return substring(first, argument(1), arguments.count > 2 ? argument(2) : .int(.max))
        case .replace: return replace(first, argument(1), argument(2))
        case .concat: return concat(arguments)
        case .split: return split(first, argument(1), argument(2))
        case .indexof: return indexOf(first, argument(1))
        case .basename: return basename(first)
        case .string: return text(of: first)
        case .entropy: return entropy(first)
        case .number: return number(first)
        case .abs: return absolute(first)
        case .floor: return rounded(first) { $0.rounded(.down) }
        case .ceil: return rounded(first) { $0.rounded(.up) }
        case .round: return round(first, digits: arguments.count > 1 ? argument(1) : .int(0))
        case .sqrt: return real(first) { $0 < 0 ? .nan : $0.squareRoot() }
        case .ln: return real(first) { $0 > 0 ? log($0) : .nan }
        case .log10: return real(first) { $0 > 0 ? Glibc.log10($0) : .nan }
        case .pow:
            guard let exponent = double(argument(1)) else { return .null }
            return real(first) { Glibc.pow($0, exponent) }
        case .least: return arguments.reduce(.null) { Self.better($0, $1, .less) }
        case .greatest: return arguments.reduce(.null) { Self.better($0, $1, .greater) }
        case .time: return time(first)
        case .duration: return duration(first)
        case .seconds: return count(first, of: 1_000_000_000)
        case .millis: return count(first, of: 1_000_000)
        case .hour: return calendar(first) { $0.hour }
        case .minute: return calendar(first) { $0.minute }
        case .day: return calendar(first) { $0.day }
        case .month: return calendar(first) { $0.month }
        case .year: return calendar(first) { $0.year }
        case .weekday: return calendar(first) { $0.weekday }
        }
    }

    // MARK: Numbers

    private func double(_ value: Value) -> Double? {
        switch value.tag {
        case .int: Double(value.integer)
        case .double: value.floatingPoint
        default: nil
        }
    }

    private func real(_ value: Value, _ function: (Double) -> Double) -> Value {
        double(value).map { .double(function($0)) } ?? .null
    }

    private func number(_ value: Value) -> Value {
        switch value.tag {
        case .int, .double: value
        case .bool: .int(value.isTrue ? 1 : 0)
        case .string: NumberText.parse(value.bytes)
        default: .null
        }
    }

    private func absolute(_ value: Value) -> Value {
        switch value.tag {
        case .int, .duration: value.integer < 0 ? ValueArithmetic.negate(value) : value
        case .double: .double(value.floatingPoint.magnitude)
        default: .null
        }
    }

    /// An int where the result is one, else a double that is whole.
    private func rounded(_ value: Value, _ function: (Double) -> Double) -> Value {
        switch value.tag {
        case .int: return value
        case .double:
            let whole = function(value.floatingPoint)
            return Int64(exactly: whole).map(Value.int) ?? .double(whole)
        default: return .null
        }
    }

    private func round(_ value: Value, digits: Value) -> Value {
        guard digits.tag == .int else { return .null }
        if digits.integer == 0 { return rounded(value) { $0.rounded(.toNearestOrAwayFromZero) } }
        if value.tag == .int, digits.integer > 0 { return value }
        guard let double = double(value) else { return .null }
        guard digits.integer < 0 else {
            let scale = Glibc.pow(10, Double(min(digits.integer, 400)))
            let scaled = double * scale
            // Beyond 2^53 a double has no digits behind the point left to round.
            guard scaled.magnitude < 0x1p53 else { return value }
            return .double(scaled.rounded(.toNearestOrAwayFromZero) / scale)
        }
        guard digits.integer > -400 else { return .int(0) }
        let scale = Glibc.pow(10, Double(-digits.integer))
        guard scale.isFinite else { return .int(0) }
        return rounded(.double((double / scale).rounded(.toNearestOrAwayFromZero) * scale)) { $0 }
    }

    // MARK: Times

    private func time(_ value: Value) -> Value {
        Timestamp.nanoseconds(of: value).map(Value.time) ?? .null
    }

    private func duration(_ value: Value) -> Value {
        switch value.tag {
        case .duration: value
        case .string: DurationFormat.parse(value.bytes).map(Value.duration) ?? .null
        default: .null
        }
    }

    private func count(_ value: Value, of unit: Int64) -> Value {
        switch value.tag {
        case .time, .duration: ValueArithmetic.integers(.divide, value.integer, unit)
        default: .null
        }
    }

    /// A part of a time, or of the text of one.
    private func calendar(_ value: Value, _ part: (CalendarTime) -> Int64) -> Value {
        let point = value.tag == .string ? time(value) : value
        return point.tag == .time ? .int(part(CalendarTime(nanoseconds: point.integer))) : .null
    }
}
