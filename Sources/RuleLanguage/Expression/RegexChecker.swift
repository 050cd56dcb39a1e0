import CRE2

/// Compiles regular expressions with RE2 to see whether it accepts them.
package enum RegexChecker {
    /// RE2's message; nil when it accepts the expression.
    package static func error(in pattern: String, caseInsensitive: Bool) -> String? {
        var pattern = pattern
        var message = [CChar](repeating: 0, count: 256)
        let regex = pattern.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_compile($0.baseAddress, $0.count, caseInsensitive, &message, message.count) }
        }
        if let regex {
            cre2_free(regex)
            return nil
        }
        return String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
