/// Lower and upper case of UTF-8 texts, character by character; case-insensitive predicates compare in lower case.
enum CaseFolding {
    /// What a text is mapped to.
    enum Direction { case lower, upper }

    /// The text in lower or upper case: itself when nothing changes, else a copy in the arena.
    static func map(_ text: UnsafeRawBufferPointer, _ direction: Direction, _ arena: ScratchArena) -> UnsafeRawBufferPointer {
        guard let base = text.baseAddress else { return text }
        let source = base.assumingMemoryBound(to: UInt8.self)
        let first: UInt8 = direction == .lower ? 65 : 97
        // Without branches, so that both loops run on vectors.
        var wide: UInt8 = 0
        var changes: UInt8 = 0
        for position in 0..<text.count {
            let byte = source[position]
            wide |= byte
            changes |= byte &- first < 26 ? 1 : 0
        }
        if wide >= 0x80 { return mapWide(text, direction, arena) }
        guard changes != 0 else { return text }
        let memory = arena.allocate(text.count)
        let target = memory.assumingMemoryBound(to: UInt8.self)
        for position in 0..<text.count {
            let byte = source[position]
            target[position] = byte ^ (byte &- first < 26 ? 32 : 0)
        }
        return UnsafeRawBufferPointer(start: memory, count: text.count)
    }

    /// A constant in lower case, as `map` gives it.
    static func lower(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars { result += scalar.properties.lowercaseMapping }
        return result
    }

    /// True when the text in lower case is `folded`, which is in lower case already. No memory unless the text has
    /// characters beyond ASCII.
    static func isEqual(_ text: UnsafeRawBufferPointer, folded: UnsafeRawBufferPointer, _ arena: ScratchArena) -> Bool {
        let common = min(text.count, folded.count)
        for position in 0..<common {
            let byte = text[position]
            if byte >= 0x80 { return isEqualWide(text, folded, arena) }
            if lower(byte) != folded[position] { return false }
        }
        return text.count == folded.count
    }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 32 : byte }

    @inline(never)
    private static func isEqualWide(
        _ text: UnsafeRawBufferPointer, _ folded: UnsafeRawBufferPointer, _ arena: ScratchArena
    ) -> Bool {
        ValueComparison.order(mapWide(text, .lower, arena), folded) == .equal
    }

    @inline(never)
    private static func mapWide(
        _ text: UnsafeRawBufferPointer, _ direction: Direction, _ arena: ScratchArena
    ) -> UnsafeRawBufferPointer {
        // A character of two bytes becomes six at most, one of one byte one.
        let memory = arena.allocate(text.count * 3)
        var count = 0
        var position = 0
        while position < text.count {
            let scalar = CharacterText.scalar(of: text, at: &position)
            let mapped =
                direction == .lower ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
            for byte in mapped.utf8 {
                memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
                count += 1
            }
        }
        return UnsafeRawBufferPointer(start: memory, count: count)
    }
}
