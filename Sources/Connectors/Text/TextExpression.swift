import CRE2

/// A compiled RE2 expression with named groups. Immutable, shared by the partitions of a source.
final class TextExpression: Sendable {
    /// The named groups in their order: number and name.
    let groups: [(number: Int, name: String)]
    /// Groups with the whole match.
    let groupCount: Int
    // Safe: RE2 expressions are immutable and may be used from several threads.
    private nonisolated(unsafe) let regex: OpaquePointer

    /// Throws RE2's message, or that there is no named group.
    init(_ pattern: String) throws(SourceFormatError) {
        var text = pattern
        var message = [CChar](repeating: 0, count: 256)
        let compiled = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_compile($0.baseAddress, $0.count, false, &message, message.count) }
        }
        guard let compiled else {
            throw SourceFormatError(
                "expression: " + String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        regex = compiled
        groupCount = Int(cre2_group_count(compiled)) + 1
        groups = (1..<max(groupCount, 1)).compactMap { number in
            cre2_group_name(compiled, CInt(number)).map { (number, String(cString: $0)) }
        }
        if groups.isEmpty { throw SourceFormatError("expression: has no named group, (?P<name>…)") }
    }

    deinit { cre2_free(regex) }

    /// Writes the bounds of the first match's groups to `spans`, which has `groupCount` places; false without a match.
    func match(_ text: UnsafeBufferPointer<UInt8>, _ spans: inout [cre2_span]) -> Bool {
        text.withMemoryRebound(to: CChar.self) { text in
            cre2_capture_all(regex, text.baseAddress, text.count, &spans, CInt(groupCount))
        }
    }
}
