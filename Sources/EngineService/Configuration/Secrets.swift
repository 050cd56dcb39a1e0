/// The values that `${env:NAME}` and `${file:PATH}` of a configuration stand for, so that they can be kept out of what is printed.
public struct Secrets: Sendable {
    private struct Entry: Sendable {
        let value: [UInt8]
        /// As the configuration writes it: `${env:NAME}`.
        let reference: [UInt8]
    }

    /// In ordinary text a shorter value would be found everywhere: the `1` of `${env:SHARD}`.
    private static let shortest = 4

    /// The longest value first: one may be the beginning of another.
    private var entries: [Entry] = []

    /// No secrets.
    public init() {}

    /// Keeps a value; an empty one stands nowhere.
    mutating func insert(_ value: String, reference: String) {
        let entry = Entry(value: Array(value.utf8), reference: Array(reference.utf8))
        guard !entry.value.isEmpty, !entries.contains(where: { $0.value == entry.value }) else { return }
        let index = entries.firstIndex { $0.value.count < entry.value.count } ?? entries.endIndex
        entries.insert(entry, at: index)
    }

    /// A text with every value of at least four bytes replaced by its reference, and passwords of URLs by `***`.
    public func redact(_ text: String) -> String {
        URLPassword.hidden(in: replaced(in: text, shortest: Self.shortest))
    }

    /// The same with values of any length, for a single value of the configuration.
    func redactValue(_ text: String) -> String {
        URLPassword.hidden(in: replaced(in: text, shortest: 1))
    }

    private func replaced(in text: String, shortest: Int) -> String {
        let entries = entries.filter { $0.value.count >= shortest }
        guard !entries.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let entry = entries.first(where: { bytes[index...].starts(with: $0.value) }) {
                result += entry.reference
                index += entry.value.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
