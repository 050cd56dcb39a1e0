import CYAML

/// Reads YAML into nodes with libyaml's events, within fixed budgets of size, depth and alias expansion.
///
/// What is wrong is reported at its place and ends its document; reading goes on at the next line of `---`.
package struct YAMLReader {
    /// The limits that keep a hostile file from costing memory or time.
    package struct Budget: Sendable {
        /// Bytes of a file.
        package var bytes = 4 << 20
        /// Nested sequences and mappings.
        package var depth = 64
        /// Nodes of a document, every alias counted as what it stands for.
        package var nodes = 100_000
        /// Bytes of text of a document, counted likewise.
        package var text = 16 << 20

        /// The usual limits.
        package init() {}
    }

    /// An open sequence or mapping.
    private struct Frame {
        let isMapping: Bool
        let start: Int
        let anchor: String?
        var items: [YAMLNode] = []
        var pairs: [YAMLNode.Pair] = []
        var keys: Set<String> = []
        var key: (text: String, span: SourceSpan)?
    }

    private enum Anchor {
        case open
        case node(YAMLNode)
    }

    /// Ends the document; its diagnostic is already reported.
    private struct Failure: Error {}

    /// After as many broken documents the rest of a file is not read.
    private static let maximumFailures = 20

    private let input: DSLText?
    private let file: SourceFile
    private let bytes: [UInt8]
    /// What libyaml is given: `bytes` with `questionMarks` hidden.
    private var masked: [UInt8]
    private let base: Int
    /// Where libyaml began to read: `base`, or the `---` after a broken document.
    private var segment: Int
    /// How many characters stand before `segment`, counted from `base`.
    private var segmentCharacters = 0
    /// Where the event that is being read began; the place of a failure.
    private var position = 0
    /// Where the document being read began.
    private var documentStart = -1
    private let budget: Budget
    private var characterOffsets: [Int32] = []
    private var frames: [Frame] = []
    private var anchors: [String: Anchor] = [:]
    private var documents: [YAMLNode] = []
    private var root: YAMLNode?
    private var nodeCount = 0
    private var textCount = 0

    /// The documents of a file in order; those without content are left out.
    package static func documents(of file: SourceFile, budget: Budget = Budget(), into sink: inout DiagnosticSink) -> [YAMLNode] {
        let hasMark = file.bytes.starts(with: [0xEF, 0xBB, 0xBF])
        var reader = YAMLReader(file: file, input: nil, bytes: file.bytes, base: hasMark ? 3 : 0, budget: budget)
        reader.read(into: &sink)
        return reader.documents
    }

    /// The documents of a text that stands inside a scalar of a file; spans are those of the file.
    static func documents(of text: DSLText, into sink: inout DiagnosticSink) -> [YAMLNode] {
        var reader = YAMLReader(file: text.file, input: text, bytes: Array(text.text.utf8), base: 0, budget: Budget())
        reader.read(into: &sink)
        return reader.documents
    }

    private init(file: SourceFile, input: DSLText?, bytes: [UInt8], base: Int, budget: Budget) {
        self.file = file
        self.input = input
        self.bytes = bytes
        masked = bytes
        self.base = base
        segment = base
        self.budget = budget
    }

    private mutating func read(into sink: inout DiagnosticSink) {
        if bytes.count > budget.bytes {
            let message = "the file has more than \(budget.bytes) bytes"
            sink.error(.yamlBudget, message, at: span(0, 0), hint: "split it into several files")
            return
        }
        if let invalid = UTF8Check.firstInvalid(in: bytes) {
            let byte = String(bytes[invalid], radix: 16, uppercase: true)
            sink.error(
                .invalidUTF8, "byte 0x\(byte) is not UTF-8", at: span(invalid, invalid + 1), hint: "save the file as UTF-8")
            return
        }
        indexCharacters()
        maskQuestionMarks()
        for _ in 0..<Self.maximumFailures {
            guard (try? readSegment(into: &sink)) == nil, moveToNextDocument() else { return }
        }
    }

    /// Reads documents from `segment` on; throws at the first broken one.
    private mutating func readSegment(into sink: inout DiagnosticSink) throws(Failure) {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { fatalError("libyaml has no memory for a parser") }
        defer { yaml_parser_delete(&parser) }
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        let input = masked
        let start = segment
        let isRead = input.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress.map { $0 + start }, buffer.count - start)
            return (try? readEvents(&parser, into: &sink)) != nil
        }
        if !isRead { throw Failure() }
    }

    /// Moves `segment` to the line of `---` that ends the broken document; false when there is none.
    ///
    /// By YAML such a line ends a document wherever it stands, in quotes and block scalars too. An error may be found at
    /// that very line, in what an open bracket before it has left.
    private mutating func moveToNextDocument() -> Bool {
        var line = min(position, bytes.count)
        while line > base, bytes[line - 1] != UInt8(ascii: "\n") { line -= 1 }
        let dashes = Array("---".utf8)
        while line < bytes.count {
            let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if line > max(segment, documentStart), bytes[line..<end].starts(with: dashes),
                line + 3 == end || [0x20, 0x09, 0x0D].contains(bytes[line + 3])
            {
                segmentCharacters += bytes[segment..<line].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
                segment = line
                return true
            }
            line = end + 1
        }
        return false
    }

    private mutating func readEvents(_ parser: inout yaml_parser_t, into sink: inout DiagnosticSink) throws(Failure) {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else {
                reportSyntax(parser, into: &sink)
                throw Failure()
            }
            defer { yaml_event_delete(&event) }
            let start = offset(event.start_mark)
            let end = offset(event.end_mark)
            position = start
            switch event.type {
            case YAML_STREAM_END_EVENT:
                return
            case YAML_DOCUMENT_START_EVENT:
                (anchors, root, nodeCount, textCount, frames) = ([:], nil, 0, 0, [])
                documentStart = start
            case YAML_DOCUMENT_END_EVENT:
                if let root, !root.isNull { documents.append(root) }
            case YAML_SEQUENCE_START_EVENT:
                try checkTag(event.data.sequence_start.tag, ["seq"], at: span(start, end), into: &sink)
                try open(isMapping: false, start, end, anchor: event.data.sequence_start.anchor, into: &sink)
            case YAML_MAPPING_START_EVENT:
                try checkTag(event.data.mapping_start.tag, ["map"], at: span(start, end), into: &sink)
                try open(isMapping: true, start, end, anchor: event.data.mapping_start.anchor, into: &sink)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
                try close(end, into: &sink)
            case YAML_SCALAR_EVENT:
                try readScalar(event, start, end, into: &sink)
            case YAML_ALIAS_EVENT:
                try readAlias(String(cString: event.data.alias.anchor), span(start, end), into: &sink)
            default:
                break
            }
        }
    }

    // MARK: Nodes

    private mutating func open(
        isMapping: Bool, _ start: Int, _ end: Int, anchor: UnsafeMutablePointer<yaml_char_t>?, into sink: inout DiagnosticSink
    ) throws(Failure) {
        let place = span(start, end > start ? end : start + 1)
        try requireKeyAllowed(at: place, into: &sink)
        guard frames.count < budget.depth else {
            sink.error(.yamlBudget, "nested deeper than \(budget.depth) levels", at: place)
            throw Failure()
        }
        let name = anchor.map { String(cString: $0) }
        if let name { anchors[name] = .open }
        frames.append(Frame(isMapping: isMapping, start: start, anchor: name))
    }

    private mutating func close(_ end: Int, into sink: inout DiagnosticSink) throws(Failure) {
        let frame = frames.removeLast()
        let children = frame.isMapping ? frame.pairs.map(\.value) : frame.items
        var last = trimmed(end, from: frame.start)
        if end > 0, end <= bytes.count, bytes[end - 1] != UInt8(ascii: "]"), bytes[end - 1] != UInt8(ascii: "}"), input == nil,
            let child = children.last, child.span.start >= frame.start
        {
            last = child.span.end
        }
        let node = YAMLNode(kind: frame.isMapping ? .mapping(frame.pairs) : .sequence(frame.items), span: span(frame.start, last))
        if let anchor = frame.anchor { anchors[anchor] = .node(node) }
        try count(1, text: 0, at: node.span, into: &sink)
        try place(node, into: &sink)
    }

    private mutating func readScalar(_ event: yaml_event_t, _ start: Int, _ end: Int, into sink: inout DiagnosticSink) throws(Failure) {
        let data = event.data.scalar
        let style: YAMLNode.Scalar.Style =
            switch data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        let isBlock = style == .literal || style == .folded
        let place = span(start, isBlock ? trimmed(end, from: start) : end)
        try checkTag(data.tag, ["str", "null", "bool", "int", "float"], at: place, into: &sink)
        var value = Array(UnsafeBufferPointer(start: data.value, count: data.length))
        let local = ScalarAlignment.offsets(of: value, in: masked, from: start, to: end, style: style)
        for index in value.indices where value[index] == Self.mask && local[index] < bytes.count && bytes[local[index]] == UInt8(ascii: "?")
        {
            value[index] = UInt8(ascii: "?")
        }
        let text = DSLText(text: String(decoding: value, as: UTF8.self), file: file, offsets: input == nil ? local : local.map(absolute))
        let isText = data.tag.map { String(cString: $0) } == "tag:yaml.org,2002:str"
        let node = YAMLNode(kind: .scalar(.init(text: text, style: style, isTaggedText: isText)), span: place)
        if let anchor = data.anchor { anchors[String(cString: anchor)] = .node(node) }
        try count(1, text: value.count, at: place, into: &sink)
        try self.place(node, into: &sink)
    }

    private mutating func readAlias(_ name: String, _ place: SourceSpan, into sink: inout DiagnosticSink) throws(Failure) {
        switch anchors[name] {
        case nil:
            sink.error(.invalidYAML, "alias `*\(name)` has no anchor `&\(name)` before it", at: place)
            throw Failure()
        case .open:
            sink.error(.yamlBudget, "alias `*\(name)` stands inside its own anchor: it would never end", at: place)
            throw Failure()
        case .node(let node):
            guard frames.count + node.height <= budget.depth else {
                sink.error(.yamlBudget, "nested deeper than \(budget.depth) levels when its aliases are expanded", at: place)
                throw Failure()
            }
            try count(node.expandedCount, text: node.expandedBytes, at: place, into: &sink)
            try self.place(node, at: place, into: &sink)
        }
    }

    private mutating func place(_ node: YAMLNode, at span: SourceSpan? = nil, into sink: inout DiagnosticSink) throws(Failure) {
        guard var frame = frames.popLast() else {
            root = node
            return
        }
        if !frame.isMapping {
            frame.items.append(node)
        } else if let key = frame.key {
            frame.pairs.append(.init(key: key.text, keySpan: key.span, value: node))
            frame.key = nil
        } else {
            let keySpan = span ?? node.span
            guard let text = node.scalar?.text.text else {
                sink.error(.wrongKind, "a key must be a text, not \(node.kindName)", at: keySpan)
                throw Failure()
            }
            if !frame.keys.insert(text).inserted {
                sink.error(.duplicateKey, "key `\(text)` stands twice in one mapping", at: keySpan, hint: "remove one of them")
                throw Failure()
            }
            frame.key = (text, keySpan)
        }
        frames.append(frame)
    }

    /// A sequence or mapping cannot be a key.
    private func requireKeyAllowed(at place: SourceSpan, into sink: inout DiagnosticSink) throws(Failure) {
        guard let frame = frames.last, frame.isMapping, frame.key == nil else { return }
        sink.error(.wrongKind, "a key must be a text", at: place, hint: "put braces in a value into quotes")
        throw Failure()
    }

    private mutating func count(_ nodes: Int, text: Int, at place: SourceSpan, into sink: inout DiagnosticSink) throws(Failure) {
        nodeCount += nodes
        textCount += text
        if nodeCount > budget.nodes {
            sink.error(.yamlBudget, "the document has more than \(budget.nodes) nodes when its aliases are expanded", at: place)
            throw Failure()
        }
        if textCount > budget.text {
            sink.error(.yamlBudget, "the document has more than \(budget.text) bytes of text when its aliases are expanded", at: place)
            throw Failure()
        }
    }

    private func checkTag(
        _ tag: UnsafeMutablePointer<yaml_char_t>?, _ allowed: [String], at place: SourceSpan, into sink: inout DiagnosticSink
    ) throws(Failure) {
        guard let tag = tag.map({ String(cString: $0) }), tag != "!" else { return }
        if allowed.contains(where: { tag == "tag:yaml.org,2002:" + $0 }) { return }
        sink.error(
            .invalidYAML, "tag `\(tag)` has no meaning here", at: place,
            hint: tag.hasPrefix("!") ? "a text that begins with `!` needs quotes, such as '!a -> b'" : "remove the tag")
        throw Failure()
    }

    private mutating func reportSyntax(_ parser: yaml_parser_t, into sink: inout DiagnosticSink) {
        let problem = parser.problem.map { String(cString: $0) } ?? "unreadable"
        let context = parser.context.map { String(cString: $0) + ": " } ?? ""
        let isReader = parser.error == YAML_READER_ERROR
        let start = isReader ? segment + parser.problem_offset : offset(parser.problem_mark)
        position = start
        // Found again where the reading went on after it.
        if let last = sink.diagnostics.last, last.code == .invalidYAML, last.span.start == span(start, start).start { return }
        sink.error(
            .invalidYAML, context + problem, at: span(start, min(start + 1, bytes.count)),
            hint: Self.hint(for: problem, at: bytes[start...].first))
    }

    /// What authors most often meant where libyaml understands nothing.
    private static func hint(for problem: String, at byte: UInt8?) -> String {
        if problem.contains("cannot start any token") {
            guard byte != UInt8(ascii: "\t") else { return "indent with spaces, not with tabs" }
            return byte.map { "a text that begins with `\(Character(Unicode.Scalar($0)))` needs quotes" } ?? ""
        }
        if problem.contains("did not find expected ',' or") {
            return "a text with commas, quotes or braces inside braces or brackets needs quotes, or a line of its own"
        }
        return problem.contains("mapping values are not allowed") ? "a text with `: ` in it needs quotes" : ""
    }

    /// Stands for a `?` that begins a word.
    private static let mask = UInt8(ascii: "Q")

    /// libyaml takes every `?` inside brackets for the mark of a key; by YAML 1.2 it is one only before a space, so that
    /// `[user, ?host]` is a list of two words. A letter in its place reads the same everywhere else; scalars get the `?` back.
    private mutating func maskQuestionMarks() {
        for index in bytes.indices.dropLast() where bytes[index] == UInt8(ascii: "?") {
            let next = bytes[index + 1]
            let beginsWord = index == 0 || [0x20, 0x09, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ",")].contains(bytes[index - 1])
            let isWord =
                next == UInt8(ascii: "_") || next >= 0x80 || (next | 0x20) >= UInt8(ascii: "a") && (next | 0x20) <= UInt8(ascii: "z")
            if beginsWord && isWord { masked[index] = Self.mask }
        }
    }

    // MARK: Places

    /// libyaml counts characters; files beyond ASCII need a table from characters to bytes.
    private mutating func indexCharacters() {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        characterOffsets.reserveCapacity(bytes.count)
        for index in base..<max(base, bytes.count) where bytes[index] & 0xC0 != 0x80 { characterOffsets.append(Int32(index)) }
    }

    private func offset(_ mark: yaml_mark_t) -> Int {
        let index = Int(mark.index) + segmentCharacters
        if characterOffsets.isEmpty { return min(base + index, bytes.count) }
        return index < characterOffsets.count ? Int(characterOffsets[index]) : bytes.count
    }

    /// `end` without the white space before it.
    private func trimmed(_ end: Int, from start: Int) -> Int {
        var end = end
        while end > start, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        return end
    }

    private func absolute(_ offset: Int) -> Int {
        guard let input else { return offset }
        return input.offsets[min(offset, input.offsets.count - 1)]
    }

    private func span(_ start: Int, _ end: Int) -> SourceSpan {
        guard let input else { return SourceSpan(file: file, start: start, end: end) }
        return input.span(start..<max(start, end))
    }
}
