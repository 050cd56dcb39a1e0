/// Times and durations are nanoseconds from 1677 to 2262: the difference of two of them may be more than there is room for.
extension Int64 {
    /// Difference, held at the ends of the range.
    @inline(__always)
    package func subtractingSaturated(_ other: Int64) -> Int64 {
        let (value, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : value
    }

    /// Sum, held at the ends of the range.
    @inline(__always)
    package func addingSaturated(_ other: Int64) -> Int64 {
        let (value, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : value
    }
}
