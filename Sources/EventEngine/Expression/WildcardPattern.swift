/// A compiled `like` pattern: `*` is any run of characters, `?` one character, everything else itself. A `\` is itself.
///
/// Time is linear in the text (times the longest part with `?`). The pattern's bytes and parts lie in memory of the
/// pool. A case-insensitive pattern is in lower case and is matched against texts in lower case.
struct WildcardPattern {
    /// What lies between two `*`.
    struct Part {
        let bytes: UnsafeRawBufferPointer
        let characters: Int
        let hasPlaceholder: Bool
    }

    let parts: UnsafeBufferPointer<Part>
    /// False when the pattern starts with `*`.
    let isAnchoredAtStart: Bool
    /// False when the pattern ends with `*`.
    let isAnchoredAtEnd: Bool

    /// Compiles a pattern; what it needs is allocated in `store`.
    init(_ pattern: String, store: ConstantStore) {
        let text = store.text(pattern)
        var parts: [Part] = []
        var start = 0
        for position in 0...text.count where position == text.count || text[position] == UInt8(ascii: "*") {
            if position > start {
                let bytes = UnsafeRawBufferPointer(rebasing: text[start..<position])
                parts.append(
                    Part(
                        bytes: bytes, characters: CharacterText.count(bytes),
                        hasPlaceholder: bytes.contains(UInt8(ascii: "?"))))
            }
            start = position + 1
        }
        self.parts = store.array(parts)
        isAnchoredAtStart = text.first != UInt8(ascii: "*")
        isAnchoredAtEnd = text.last != UInt8(ascii: "*")
    }

    /// True when the whole text fits.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard parts.count > 0 else { return text.isEmpty || !isAnchoredAtStart }
        var first = 0
        var last = parts.count
        var position = 0
        var end = text.count
        if isAnchoredAtStart {
            guard let next = fit(parts[0], text, at: 0) else { return false }
            if parts.count == 1, isAnchoredAtEnd { return next == text.count }
            position = next
            first = 1
        }
        if isAnchoredAtEnd {
            last -= 1
            let part = parts[last]
            var start = text.count
            for _ in 0..<(part.hasPlaceholder ? part.characters : 0) {
                guard start > position else { return false }
                start -= 1
                while start > position, text[start] & 0xC0 == 0x80 { start -= 1 }
            }
            if !part.hasPlaceholder { start -= part.bytes.count }
            guard start >= position, fit(part, text, at: start) == text.count else { return false }
            end = start
        }
        let rest = UnsafeRawBufferPointer(rebasing: text[0..<end])
        while first < last {
            guard let next = find(parts[first], rest, from: position) else { return false }
            position = next
            first += 1
        }
        return true
    }

    /// The end of the part when it fits at `start`.
    private func fit(_ part: Part, _ text: UnsafeRawBufferPointer, at start: Int) -> Int? {
        if !part.hasPlaceholder {
            let rest = UnsafeRawBufferPointer(rebasing: text[start...])
            return CharacterText.hasPrefix(rest, part.bytes) ? start + part.bytes.count : nil
        }
        var position = start
        for byte in part.bytes {
            guard position < text.count else { return nil }
            if byte == UInt8(ascii: "?") {
                position += CharacterText.width(text[position])
            } else {
                guard text[position] == byte else { return nil }
                position += 1
            }
        }
        return position <= text.count ? position : nil
    }

    /// The end of the part at the first place where it fits.
    private func find(_ part: Part, _ text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        if !part.hasPlaceholder {
            return CharacterText.find(part.bytes, in: text, from: start).map { $0 + part.bytes.count }
        }
        var position = start
        while position < text.count {
            if let end = fit(part, text, at: position) { return end }
            position += CharacterText.width(text[position])
        }
        return nil
    }
}
