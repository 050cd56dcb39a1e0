/// A node of a YAML document, with the place it was written at.
///
/// Nodes are immutable and shared: an alias is the very node of its anchor.
package final class YAMLNode: Sendable {
    /// The forms of a node.
    package enum Kind: Sendable {
        /// A text, a number, a truth value or null.
        case scalar(Scalar)
        /// A list.
        case sequence([YAMLNode])
        /// Keys and values in the order they were written; keys are different scalars.
        case mapping([Pair])
    }

    /// A scalar as it was written.
    package struct Scalar: Sendable {
        /// How it was written; only plain scalars can be anything but text.
        package enum Style: Sendable {
            case plain, singleQuoted, doubleQuoted, literal, folded
        }
        /// Its text and the way back to the file.
        package let text: DSLText
        /// How it was written.
        package let style: Style
        /// True when it carries the tag `!!str`.
        package let isTaggedText: Bool
    }

    /// An entry of a mapping.
    package struct Pair: Sendable {
        /// The key's text.
        package let key: String
        /// Where the key was written.
        package let keySpan: SourceSpan
        /// The value.
        package let value: YAMLNode
    }

    /// Its form.
    package let kind: Kind
    /// Where it was written; of a sequence or mapping from its first to its last byte.
    package let span: SourceSpan
    /// How many nodes it has, itself included, with every alias counted as what it stands for.
    let expandedCount: Int
    /// How many bytes of text its scalars have, counted likewise.
    let expandedBytes: Int
    /// How many sequences and mappings stand in one another in it, itself included, through aliases too; 0 of a scalar.
    let height: Int

    init(kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
        switch kind {
        case .scalar(let scalar):
            expandedCount = 1
            expandedBytes = scalar.text.text.utf8.count
            height = 0
        case .sequence(let items):
            expandedCount = items.reduce(1) { $0 + $1.expandedCount }
            expandedBytes = items.reduce(0) { $0 + $1.expandedBytes }
            height = items.reduce(0) { max($0, $1.height) } + 1
        case .mapping(let pairs):
            expandedCount = pairs.reduce(1) { $0 + $1.value.expandedCount + 1 }
            expandedBytes = pairs.reduce(0) { $0 + $1.value.expandedBytes + $1.key.utf8.count }
            height = pairs.reduce(0) { max($0, $1.value.height) } + 1
        }
    }

    /// What it is, in the words of a diagnostic.
    package var kindName: String {
        switch kind {
        case .scalar(let scalar): scalar.literal == .null ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The scalar, when it is one.
    package var scalar: Scalar? {
        if case .scalar(let scalar) = kind { return scalar }
        return nil
    }

    /// True for `~`, `null` and a value left empty.
    package var isNull: Bool { scalar?.literal == .null }
}
