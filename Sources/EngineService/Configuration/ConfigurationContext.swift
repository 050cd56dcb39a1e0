import RuleLanguage

/// What every part of the configuration is read with: where errors go, where paths begin, and how values are read.
///
/// Messages quote what was written, never what `${…}` stands for.
struct ConfigurationContext {
    /// A text and where it was written.
    struct Text {
        let value: String
        /// As it stands in the file.
        let written: String
        let span: SourceSpan
    }

    /// What was found wrong.
    var sink = DiagnosticSink()
    /// The values of references.
    private(set) var secrets = Secrets()
    /// The directory of the configuration's file, absolute.
    let directory: String
    private var resolver: ReferenceResolver

    init(directory: String, environment: @escaping @Sendable (String) -> [UInt8]?) {
        self.directory = directory
        resolver = ReferenceResolver(directory: directory, environment: environment)
    }

    // MARK: Texts

    /// A text, its references resolved; nil with a diagnostic when it is none or empty.
    ///
    /// - Parameter isURL: values of references are encoded as a URL needs it.
    mutating func text(_ node: YAMLNode?, as what: String, isURL: Bool = false) -> Text? {
        guard let node, let written = node.text(as: what, into: &sink),
            let value = resolver.resolve(written, isURL: isURL, secrets: &secrets, into: &sink)
        else { return nil }
        let span = written.text.isEmpty ? node.span : written.span
        if value.isEmpty {
            sink.error(.invalidValue, "\(what) is empty", at: span)
            return nil
        }
        if value.utf8.contains(0) {
            sink.error(.invalidValue, "\(what) has a character 0, which no text here can have", at: span)
            return nil
        }
        return Text(value: value, written: written.text, span: span)
    }

    /// The texts of a list, or the one that stands alone; none of them twice.
    mutating func texts(_ node: YAMLNode?, as what: String) -> [Text] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.kind else {
            if node.scalar == nil {
                sink.error(.wrongKind, "\(what) must be a text or a list of texts, not \(node.kindName)", at: node.span)
                return []
            }
            return text(node, as: what).map { [$0] } ?? []
        }
        var found: [Text] = []
        for item in items {
            guard let text = text(item, as: "an element of \(what)") else { continue }
            if found.contains(where: { $0.value == text.value }) {
                sink.error(.invalidValue, "`\(text.written)` stands twice in \(what)", at: text.span, hint: "remove one of them")
            } else {
                found.append(text)
            }
        }
        return found
    }

    /// A path, made absolute.
    mutating func path(_ node: YAMLNode?, as what: String) -> Text? {
        text(node, as: what).map { absolute($0) }
    }

    /// The same text with its value as an absolute path.
    func absolute(_ text: Text) -> Text {
        Text(value: ConfigurationPath.absolute(text.value, in: directory), written: text.written, span: text.span)
    }

    /// One of a few words; nil when left out, or with a diagnostic when it is none of them.
    ///
    /// - Parameter other: for the hint, what may also stand there.
    mutating func choice(_ node: YAMLNode?, as what: String, among words: [String], or other: String? = nil) -> String? {
        guard let text = text(node, as: what) else { return nil }
        if words.contains(text.value) { return text.value }
        var hint = NameSuggestion.hint(for: text.written, among: words)
        if hint.isEmpty { hint = "one of: " + (words + (other.map { [$0] } ?? [])).joined(separator: ", ") }
        sink.error(.invalidValue, "\(what) cannot be `\(text.written)`", at: text.span, hint: hint)
        return nil
    }

    /// Keeps a text that was written out of what is printed, as `***`.
    mutating func keepSecret(_ value: String) { secrets.insert(value, reference: "***") }

    // MARK: Amounts

    /// A duration in nanoseconds; nil when left out, or with a diagnostic when it is none or shorter than `minimum`.
    mutating func duration(_ node: YAMLNode?, as what: String, minimum: Int64 = 0, hint: String = "") -> Int64? {
        guard let text = text(node, as: what) else { return nil }
        let usual = "such as 90s, 1m30s, 500ms; units ns us ms s m h d w"
        guard let duration = DurationText.parse(text.value), duration >= 0 else {
            let other = hint.isEmpty ? "" : "; " + hint
            sink.error(.invalidDuration, "\(what) must be a duration, not `\(text.written)`", at: text.span, hint: usual + other)
            return nil
        }
        if duration >= minimum { return duration }
        sink.error(.invalidDuration, "\(what) must be at least \(DurationText.format(minimum))", at: text.span, hint: hint)
        return nil
    }

    /// A size in bytes; nil when left out, or with a diagnostic when it is none or less than `minimum`.
    mutating func size(_ node: YAMLNode?, as what: String, minimum: Int) -> Int? {
        guard let text = text(node, as: what) else { return nil }
        guard let size = ByteSize.parse(text.value) else {
            sink.error(
                .invalidSize, "\(what) must be a size, not `\(text.written)`", at: text.span,
                hint: "such as 512MiB, 2GB or plain bytes; units B kB MB GB TB KiB MiB GiB TiB")
            return nil
        }
        if size >= minimum { return size }
        sink.error(.invalidSize, "\(what) must be at least \(ByteSize.format(minimum))", at: text.span)
        return nil
    }

    /// A whole number; nil when left out, or with a diagnostic when it is none or not in `range`.
    mutating func number(_ node: YAMLNode?, as what: String, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        if case .int(let number)? = node.scalar?.literal, range.contains(Int(number)) { return Int(number) }
        let isReference = node.scalar?.text.text.contains("${") == true
        sink.error(
            .invalidValue, "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound)", at: node.span,
            hint: isReference ? "`${…}` gives texts, a number is written out" : "")
        return nil
    }

    /// True or false; nil when left out, or with a diagnostic when it is neither.
    mutating func flag(_ node: YAMLNode?, as what: String) -> Bool? {
        guard let node else { return nil }
        if case .bool(let flag)? = node.scalar?.literal { return flag }
        sink.error(.wrongKind, "\(what) must be true or false", at: node.span)
        return nil
    }

    // MARK: Names

    /// Reports what is no name of a source or an action; true when it is one.
    mutating func checkName(_ pair: YAMLNode.Pair, as what: String) -> Bool {
        if NameSyntax.isRuleID(pair.key) { return true }
        sink.error(
            .invalidName, "`\(pair.key)` is no name for \(what)", at: pair.keySpan, hint: "letters, digits, `_`, `.` and `-`")
        return false
    }
}
