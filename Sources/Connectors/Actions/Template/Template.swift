/// A text with places for parts of an alert: `{{rule}} of {{key.user}}`.
///
/// | placeholder | stands for |
/// | --- | --- |
/// | `match_id` `rule` `level` `kind` `start` `end` `suppressed` | what the alert has under this name |
/// | `key` `select` | all values as JSON; `key.user`, `select.failures`: one of them |
/// | `events` | all events as JSON; `events[0].host`: a field of one, from 0 |
/// | `steps[0]` | the name that the rule gives to that event |
/// | `json` | the whole alert |
/// | `"text"` | the text itself, such as `{{"{{"}}` |
///
/// A name that is more than letters, digits, `_`, `-` and `@` is written `key["user name"]`. What an alert does not have is empty.
package struct Template: Sendable, Hashable {
    /// What the text is, which decides how values are written into it.
    package enum Form: Sendable {
        /// A text of any lines.
        case plain
        /// One line: controls in values become spaces.
        case line
        /// JSON: within quotes values are escaped, elsewhere they are whole values of JSON, `null` where there is none.
        case json
    }

    /// How one value is written.
    enum Place: Sendable, Hashable {
        case text, line, jsonString, jsonValue
    }

    enum Part: Sendable, Hashable {
        case text([UInt8])
        case value(TemplatePath, Place)
    }

    let parts: [Part]
    /// As written.
    package let source: String

    /// Reads a template.
    package init(_ source: String, form: Form = .plain) throws(TemplateError) {
        var parser = TemplateParser(source, form: form)
        parts = try parser.parts()
        self.source = source
    }

    /// A template that is known at compile time; traps when it is none.
    package init(known source: StaticString, form: Form = .plain) {
        do throws(TemplateError) {
            try self.init(source.description, form: form)
        } catch {
            preconditionFailure("\(source): \(error.message)")
        }
    }

    /// The parts of the alert that it shows.
    package var paths: [TemplatePath] {
        parts.compactMap { if case .value(let path, _) = $0 { path } else { nil } }
    }
}
