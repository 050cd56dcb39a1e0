/// The constants of `in`: searched one by one while they are few, by hash when they are many.
struct ValueSet {
    private static let linearLimit = 8

    /// The members, or a hash table whose free places are null; a power of two then.
    private let table: UnsafeBufferPointer<Value>
    private let isHashed: Bool
    /// True when a member is a time: texts are then read as times too.
    private let hasTimes: Bool
    /// True when a member is a text: it may be the text of a time then.
    private let hasTexts: Bool

    /// A set of values that are not null and whose memory the store owns.
    init(_ members: [Value], store: ConstantStore) {
        hasTimes = members.contains { $0.tag == .time }
        hasTexts = members.contains { $0.tag == .string }
        isHashed = members.count > Self.linearLimit
        guard isHashed else {
            table = store.array(members)
            return
        }
        var capacity = 16
        while capacity < members.count * 2 { capacity *= 2 }
        var places = [Value](repeating: .null, count: capacity)
        for member in members {
            var place = Int(truncatingIfNeeded: ValueComparison.hash(member)) & (capacity - 1)
            while !places[place].isNull, !ValueComparison.areEqual(places[place], member) {
                place = (place + 1) & (capacity - 1)
            }
            places[place] = member
        }
        table = store.array(places)
    }

    /// True when a member equals the value; false for null and lists.
    func contains(_ value: Value) -> Bool {
        guard !value.isNull else { return false }
        guard isHashed else { return table.contains { ValueComparison.areEqual($0, value) } }
        if probe(value) { return true }
        if hasTimes, value.tag == .string, let time = Timestamp.parse(value.bytes) { return probe(.time(time)) }
        // The text of a time and the time are equal and hash differently.
        return value.tag == .time && hasTexts && table.contains { ValueComparison.areEqual($0, value) }
    }

    private func probe(_ value: Value) -> Bool {
        var place = Int(truncatingIfNeeded: ValueComparison.hash(value)) & (table.count - 1)
        while !table[place].isNull {
            if ValueComparison.areEqual(table[place], value) { return true }
            place = (place + 1) & (table.count - 1)
        }
        return false
    }
}
