import Connectors
import RuleLanguage

extension ConfigurationContext {
    /// A template; nil when left out, or with a diagnostic at the place where it is wrong.
    mutating func template(_ node: YAMLNode?, as what: String, form: Template.Form) -> Template? {
        guard let node, let text = text(node, as: what) else { return nil }
        do throws(TemplateError) {
            return try Template(text.value, form: form)
        } catch {
            // Of a text with references neither the words nor the places are those of the file.
            if text.value == text.written, let written = node.scalar?.text {
                sink.error(.invalidTemplate, error.message, at: written.span(error.range), hint: error.hint)
            } else {
                sink.error(.invalidTemplate, "\(what) is no template once its references are resolved", at: text.span)
            }
            return nil
        }
    }

    /// A password or token, on one line. One that is written out is a warning.
    mutating func secret(_ node: YAMLNode?, as what: String) -> String? {
        guard let text = line(node, as: what) else { return nil }
        warnOfLiteral(text, as: what)
        return text.value
    }

    /// Warns of a secret that stands in the configuration itself.
    mutating func warnOfLiteral(_ text: Text, as what: String) {
        guard !text.written.contains("${") else { return }
        keepSecret(text.value)
        sink.warning(
            .literalSecret, "\(what) is a secret and stands in the configuration", at: text.span,
            hint: "write ${env:NAME} or ${file:PATH}; then it is also kept out of the log")
    }

    /// A text without line ends and other control characters.
    mutating func line(_ node: YAMLNode?, as what: String) -> Text? {
        guard let text = text(node, as: what) else { return nil }
        guard text.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            sink.error(.invalidValue, "\(what) has line ends or control characters", at: text.span)
            return nil
        }
        return text
    }

    /// `host` or `host:port`; nil with a diagnostic when it is neither.
    mutating func server(_ node: YAMLNode?) -> (host: String, port: Int?, text: Text)? {
        guard let text = line(node, as: "`server`") else { return nil }
        let value = text.value
        let isBracketed = value.hasPrefix("[")
        let hostEnd =
            isBracketed
            ? value.firstIndex(of: "]").map { value.index(after: $0) } ?? value.endIndex : value.firstIndex(of: ":") ?? value.endIndex
        var host = String(value[..<hostEnd])
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        let rest = value[hostEnd...]
        let port = rest.isEmpty ? nil : Int(rest.dropFirst())
        let isHost = !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/@?#[]".utf8.contains($0) }
        guard isHost, rest.isEmpty || (rest.hasPrefix(":") && port.map { (1...65535).contains($0) } == true) else {
            sink.error(.invalidValue, "`server` must be a host, or a host and a port", at: text.span, hint: "such as mail.example:587")
            return nil
        }
        return (host, port, text)
    }
}
