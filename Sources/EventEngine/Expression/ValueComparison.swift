import CXXHash
import Glibc

/// How two values stand to each other; one bit, so that a comparison operator is a mask over relations.
struct Relation: OptionSet {
    let rawValue: UInt8

    static let less = Relation(rawValue: 1)
    static let equal = Relation(rawValue: 2)
    static let greater = Relation(rawValue: 4)
    /// Not equal and without order: of different kinds, or different truth values or objects.
    static let different = Relation(rawValue: 8)
    /// Nothing to compare: one is null or a list. No comparison holds, not even `!=`.
    static let none: Relation = []
}

/// Comparison of values, as `==` and `<` of the rule language see them.
public enum ValueComparison {
    /// True when `==` holds: numbers by exact value whether int or double, texts bytewise; never for null.
    public static func areEqual(_ left: Value, _ right: Value) -> Bool {
        if left.tag == .string, right.tag == .string, left.length != right.length { return false }
        return relation(left, right) == .equal
    }

    /// A hash that agrees with `areEqual`, for values that are not null. A time and the text of a time do not agree.
    public static func hash(_ value: Value) -> UInt64 {
        switch value.tag {
        case .string, .object: return XXH3_64bits(value.bytes.baseAddress, value.bytes.count)
        case .double:
            if let integer = Int64(exactly: value.floatingPoint) { return mix(UInt64(bitPattern: integer)) }
            return mix(value.payload)
        case .int: return mix(value.payload)
        case .null, .bool, .list, .time, .duration: return mix(value.payload ^ (UInt64(value.tag.rawValue) << 56))
        }
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var hash = (value ^ (value >> 32)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        hash = hash &* 0xBF58_476D_1CE4_E5B9
        return hash ^ (hash >> 32)
    }

    static func relation(_ left: Value, _ right: Value) -> Relation {
        if left.tag == right.tag {
            switch left.tag {
            case .null, .list: return .none
            case .int, .time, .duration: return order(left.integer, right.integer)
            case .double: return order(left.floatingPoint, right.floatingPoint)
            case .string: return order(left.bytes, right.bytes)
            case .bool: return left.payload == right.payload ? .equal : .different
            case .object: return order(left.bytes, right.bytes) == .equal ? .equal : .different
            }
        }
        switch (left.tag, right.tag) {
        case (.null, _), (_, .null), (.list, _), (_, .list): return .none
        case (.int, .double): return order(left.integer, right.floatingPoint)
        case (.double, .int): return reversed(order(right.integer, left.floatingPoint))
        case (.time, .string):
            guard let time = Timestamp.parse(right.bytes) else { return .none }
            return order(left.integer, time)
        case (.string, .time):
            guard let time = Timestamp.parse(left.bytes) else { return .none }
            return order(time, right.integer)
        default: return .different
        }
    }

    @inline(__always)
    private static func order<Scalar: Comparable>(_ left: Scalar, _ right: Scalar) -> Relation {
        left < right ? .less : left == right ? .equal : .greater
    }

    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Relation {
        let common = min(left.count, right.count)
        if common > 0 {
            let difference = memcmp(left.baseAddress!, right.baseAddress!, common)
            if difference != 0 { return difference < 0 ? .less : .greater }
        }
        return order(left.count, right.count)
    }

    /// Exact: no int is rounded to a double.
    private static func order(_ integer: Int64, _ double: Double) -> Relation {
        if double >= 0x1p63 { return .less }
        if double < -0x1p63 { return .greater }
        let whole = double.rounded(.towardZero)
        let relation = order(integer, Int64(whole))
        guard relation == .equal else { return relation }
        return order(whole, double)
    }

    private static func reversed(_ relation: Relation) -> Relation {
        switch relation {
        case .less: .greater
        case .greater: .less
        default: relation
        }
    }
}
