/// A check that a text is well-formed XML of elements, attributes and the predefined entities.
struct SimpleXML {
    private var rest: Substring
    private var texts: Set<String> = []

    /// The trimmed text between tags, entities resolved; nil when the document is not well formed.
    static func texts(of document: String) -> Set<String>? {
        var reader = SimpleXML(rest: document[...])
        return reader.read() ? reader.texts : nil
    }

    private init(rest: Substring) { self.rest = rest }

    private mutating func read() -> Bool {
        var open: [Substring] = []
        var hasRoot = false
        while !rest.isEmpty {
            let text = rest.prefix { $0 != "<" }
            rest = rest.dropFirst(text.count)
            guard let plain = Self.resolved(text) else { return false }
            let trimmed = plain.drop { $0.isWhitespace }
            if open.isEmpty, !trimmed.isEmpty { return false }
            if !trimmed.isEmpty { texts.insert(String(plain)) }
            if rest.isEmpty { break }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: ">") else { return false }
            var tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
                continue
            }
            if open.isEmpty, hasRoot { return false }
            hasRoot = true
            let isEmpty = tag.hasSuffix("/")
            if isEmpty { tag = tag.dropLast() }
            let name = tag.prefix { $0.isLetter }
            guard !name.isEmpty, Self.areAttributes(tag.dropFirst(name.count)) else { return false }
            if !isEmpty { open.append(name) }
        }
        return open.isEmpty && hasRoot
    }

    private static func areAttributes(_ text: Substring) -> Bool {
        var rest = text
        var seen: Set<Substring> = []
        while !rest.isEmpty {
            guard rest.first == " " else { return false }
            rest = rest.dropFirst()
            let name = rest.prefix { $0.isLetter || $0 == "-" }
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, seen.insert(name).inserted, rest.hasPrefix("=\"") else { return false }
            rest = rest.dropFirst(2)
            let value = rest.prefix { $0 != "\"" }
            rest = rest.dropFirst(value.count)
            guard !value.contains("<"), resolved(value) != nil, !rest.isEmpty else { return false }
            rest = rest.dropFirst()
        }
        return true
    }

    /// The text without entities; nil for a stray `&` or a character that XML cannot hold.
    private static func resolved(_ text: Substring) -> String? {
        var result = ""
        var rest = text
        let entities = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")]
        while let first = rest.first {
            if first == "&" {
                guard let entity = entities.first(where: { rest.hasPrefix($0.0) }) else { return nil }
                result += entity.1
                rest = rest.dropFirst(entity.0.count)
                continue
            }
            guard first.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }) else { return nil }
            result.append(first)
            rest = rest.dropFirst()
        }
        return result
    }
}
