/// The canonical text of a value as part of a partition key: 1, 1.0 and "1" agree.
public enum KeyText {
    /// Appends the text of a value; false, and nothing appended, for null, lists and objects, which are no keys.
    ///
    /// Ints are decimal, doubles as ints where they are integers, else their shortest text; texts are as they are.
    /// Ints and texts are written without allocating.
    public static func append(_ value: Value, to buffer: inout ByteBuffer) -> Bool {
        switch value.tag {
        case .null, .list, .object: return false
        case .string: buffer.append(value.bytes)
        case .int: buffer.appendDecimal(value.integer)
        case .double: NumberText.append(value.floatingPoint, to: &buffer)
        case .bool: value.isTrue ? buffer.append("true") : buffer.append("false")
        case .time: buffer.append(text: Timestamp.format(value.integer))
        case .duration: DurationFormat.append(value.integer, to: &buffer)
        }
        return true
    }
}
