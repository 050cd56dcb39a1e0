extension FieldPath {
    /// The path that `text` writes: `a.b`, `tags[*]`, `a[0].b`, keys of any characters between backticks; nil when it is none.
    public init?(parsing text: String) {
        let tokens = Lexer.tokens(of: text)
        var segments: [Segment] = []
        var index = 0
        func key() -> String? {
            switch tokens[index].kind {
            case .word(let name), .quotedName(let name): return name
            case .integer where index > 0: return String(decoding: Array(text.utf8)[tokens[index].range], as: UTF8.self)
            default: return nil
            }
        }
        guard let first = key() else { return nil }
        segments.append(.key(first))
        index += 1
        while tokens[index].kind != .end {
            if tokens[index].kind == .symbol(".") {
                index += 1
                guard let name = key() else { return nil }
                segments.append(.key(name))
                index += 1
                continue
            }
            guard tokens[index].kind == .symbol("["), index + 2 < tokens.count, tokens[index + 2].kind == .symbol("]") else { return nil }
            switch tokens[index + 1].kind {
            case .symbol("*"): segments.append(.anyElement)
            case .integer(let number):
                guard let element = Int(exactly: number) else { return nil }
                segments.append(.element(element))
            default: return nil
            }
            index += 3
        }
        self.init(segments)
    }
}
