import Connectors
import RuleLanguage

/// Actions over HTTP.
extension ActionTypeSection {
    private static let methods = ["POST", "PUT", "PATCH"]
    /// Headers that frame a request.
    private static let reserved = ["content-length", "transfer-encoding", "host", "connection", "idempotency-key"]

    /// Reads a webhook.
    func webhook(batch: Int, into context: inout ConfigurationContext) -> WebhookAction.Settings? {
        let url = TransferSection.url(required("url", into: &context), into: &context)
        var settings = WebhookAction.Settings(url: url?.value ?? "")
        settings.batch = batch
        settings.transfer = TransferSection.transfer(mapping, into: &context)
        if let method = context.choice(mapping["method"], as: "`method`", among: Self.methods) { settings.method = method }
        var contentType: String?
        for pair in mapping["headers"]?.entries(as: "`headers`", into: &context.sink) ?? [] {
            guard let header = header(pair, into: &context) else { continue }
            if header.name.lowercased() == "content-type" { contentType = header.value.source.lowercased() }
            settings.headers.append(header)
            if batch > 1, !header.value.paths.isEmpty {
                context.sink.error(
                    .invalidTemplate, "a batch has one `\(header.name)` for all its alerts: it cannot show parts of one",
                    at: pair.value.span, hint: "leave out `batch`, or show it in `body`")
            }
        }
        let isJSON = contentType.map { $0.contains("json") } ?? true
        settings.body = context.template(mapping["body"], as: "`body`", form: isJSON ? .json : .plain)
        if let body = settings.body, isJSON, let pair = mapping.pair("body"), !isValue(body) {
            context.sink.error(
                .invalidTemplate, "`body` is no JSON once its values stand in it", at: pair.value.span,
                hint: "for another format say so: `headers: { Content-Type: text/plain }`")
        }
        if batch > 1, !isJSON, let pair = mapping.pair("batch") {
            context.sink.error(.invalidValue, "a batch is a JSON array, which this `Content-Type` is not", at: pair.keySpan)
        }
        settings.signature = signature(into: &context)
        return url == nil ? nil : settings
    }

    private func header(_ pair: YAMLNode.Pair, into context: inout ConfigurationContext) -> WebhookAction.Header? {
        let isName = !pair.key.isEmpty && pair.key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"()<>@,;:\\\"/[]?={}".utf8.contains($0) }
        guard isName, !Self.reserved.contains(pair.key.lowercased()) else {
            context.sink.error(.invalidName, "`\(pair.key)` cannot be set as a header", at: pair.keySpan)
            return nil
        }
        guard let text = context.line(pair.value, as: "header `\(pair.key)`") else { return nil }
        let lower = pair.key.lowercased()
        if ["authorization", "cookie", "token", "secret", "api-key", "apikey", "password"].contains(where: { lower.contains($0) }) {
            context.warnOfLiteral(text, as: "header `\(pair.key)`")
        }
        return context.template(pair.value, as: "header `\(pair.key)`", form: .line).map { WebhookAction.Header(name: pair.key, value: $0) }
    }

    private func signature(into context: inout ConfigurationContext) -> WebhookAction.Signature? {
        guard let node = mapping["signature"],
            let signature = MappingReader(node, what: "`signature`", known: ["secret", "header"], into: &context.sink)
        else { return nil }
        let written = signature.required("secret", of: "`signature`", at: node.span, into: &context.sink)
        guard let secret = context.secret(written, as: "`secret`") else { return nil }
        let name = context.line(signature["header"], as: "`header`")
        if let name, !name.value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) {
            context.sink.error(.invalidName, "`\(name.written)` is no name of a header", at: name.span)
        }
        return WebhookAction.Signature(secret: secret, header: name?.value ?? "X-FluxCore-Signature")
    }

    /// Whether a template of JSON is JSON for any alert: values stand where values may stand.
    private func isValue(_ body: Template) -> Bool {
        let empty = Alert(number: 0, line: Array("{}\n".utf8))
        guard let text = try? AlertRenderer([body]).texts(empty)[0] else { return false }
        return JSONReader.isValue(text)
    }

    /// Reads a webhook of Slack.
    func slack(into context: inout ConfigurationContext) -> SlackAction.Settings? {
        guard let url = TransferSection.url(required("url", into: &context), into: &context) else { return nil }
        context.warnOfLiteral(url, as: "`url`")
        var settings = SlackAction.Settings(url: url.value)
        settings.transfer = TransferSection.transfer(mapping, into: &context)
        if let text = context.template(mapping["text"], as: "`text`", form: .plain) { settings.text = text }
        settings.channel = context.text(mapping["channel"], as: "`channel`")?.value
        settings.username = context.text(mapping["username"], as: "`username`")?.value
        settings.icon = context.text(mapping["icon"], as: "`icon`")?.value
        return settings
    }

    /// Reads an Alertmanager.
    func alertmanager(batch: Int, into context: inout ConfigurationContext) -> AlertmanagerAction.Settings? {
        let url = TransferSection.url(required("url", into: &context), into: &context)
        var settings = AlertmanagerAction.Settings(url: url?.value ?? "")
        settings.batch = batch
        settings.transfer = TransferSection.transfer(mapping, into: &context)
        if let labels = entries("labels", into: &context) {
            settings.labels = labels
            if !labels.contains(where: { $0.name == "alertname" }) {
                settings.labels = AlertmanagerAction.standardLabels.prefix(1) + labels
            }
        }
        if let annotations = entries("annotations", into: &context) { settings.annotations = annotations }
        if let lasts = context.duration(mapping["lasts"], as: "`lasts`", minimum: 1_000_000_000) { settings.lasts = lasts }
        settings.authorization = context.secret(mapping["authorization"], as: "`authorization`")
        return url == nil ? nil : settings
    }

    private func entries(_ key: String, into context: inout ConfigurationContext) -> [AlertmanagerAction.Entry]? {
        guard let pairs = mapping[key]?.entries(as: "`\(key)`", into: &context.sink) else { return nil }
        return pairs.compactMap { pair in
            let bytes = Array(pair.key.utf8)
            let isName =
                !bytes.isEmpty && !(48...57).contains(bytes[0])
                && bytes.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "_")
                }
            guard isName, pair.key != "match_id" || key != "labels" else {
                context.sink.error(
                    .invalidName, "`\(pair.key)` is no name for one of `\(key)`", at: pair.keySpan,
                    hint: "letters, digits and `_`; `match_id` is always a label")
                return nil
            }
            let value = context.template(pair.value, as: "`\(pair.key)`", form: .plain)
            return value.map { AlertmanagerAction.Entry(name: pair.key, value: $0) }
        }
    }
}
