/// What is wrong with the text of a template.
package struct TemplateError: Error, Sendable, Equatable {
    /// Where, in bytes of the text.
    package let range: Range<Int>
    /// What.
    package let message: String
    /// What to do about it; may be empty.
    package let hint: String
}
