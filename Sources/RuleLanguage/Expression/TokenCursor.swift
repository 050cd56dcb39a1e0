/// Reading stopped at an error that was reported.
struct SyntaxStop: Error {}

/// A place in a list of tokens, with what both parsers do there.
struct TokenCursor {
    /// The text that the tokens are of.
    let source: DSLText
    private let tokens: [Token]
    private(set) var index = 0

    /// Starts at the first token of `source`.
    init(_ source: DSLText) {
        self.source = source
        tokens = Lexer.tokens(of: source.text)
    }

    /// The token at this place.
    var token: Token { tokens[index] }

    /// The token `offset` places further on; the end of the text where there is none.
    func peek(_ offset: Int = 1) -> Token { tokens[min(index + offset, tokens.count - 1)] }

    /// Goes on to the next token; the end is never left.
    @discardableResult
    mutating func advance() -> Token {
        let token = tokens[index]
        if index < tokens.count - 1 { index += 1 }
        return token
    }

    /// True when the symbol stands here.
    func at(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

    /// True when the word stands here.
    func at(word: String) -> Bool { token.kind == .word(word) }

    /// Takes the symbol when it stands here.
    mutating func take(_ symbol: String) -> Bool {
        guard at(symbol) else { return false }
        advance()
        return true
    }

    /// Takes the word when it stands here.
    mutating func take(word: String) -> Bool {
        guard at(word: word) else { return false }
        advance()
        return true
    }

    /// First byte of the token here.
    var start: Int { token.range.lowerBound }

    /// One past the last byte of the token before.
    var lastEnd: Int { index > 0 ? tokens[index - 1].range.upperBound : 0 }

    /// Where this token was written.
    var span: SourceSpan { source.span(token.range) }

    /// From byte `start` to the end of the token before.
    func span(from start: Int) -> SourceSpan { source.span(start..<max(start, lastEnd)) }

    /// How this token is called in a message.
    var description: String {
        switch token.kind {
        case .end: return "the end"
        case .invalid(let why): return why
        default: return "`\(String(decoding: Array(source.text.utf8)[token.range], as: UTF8.self))`"
        }
    }
}
