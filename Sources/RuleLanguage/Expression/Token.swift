/// One lexical unit of a pattern or an expression.
struct Token {
    /// What it is.
    enum Kind: Equatable {
        /// A name or a word of the language.
        case word(String)
        /// A field name between backticks.
        case quotedName(String)
        /// An integer without sign.
        case integer(UInt64)
        /// A floating-point number without sign.
        case float(Double)
        /// A duration, nanoseconds.
        case duration(Int64)
        /// A text between quotes, escapes resolved.
        case string(String)
        /// `$name`.
        case parameter(String)
        /// `@name`.
        case meta(String)
        /// An operator or bracket.
        case symbol(String)
        /// What cannot be read; the text says why.
        case invalid(String)
        /// The end of the text.
        case end
    }

    /// What it is.
    let kind: Kind
    /// Its bytes in the text.
    let range: Range<Int>
}
