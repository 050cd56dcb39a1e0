import CSIMDJSON

/// A small JSON object of texts, numbers, and objects of texts, as requests and their answers have them.
package struct TextObject {
    /// What is wrong, in one sentence.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private enum Value {
        case text(String)
        /// A number, a truth value or null, as JSON.
        case literal(String)
        case object([(name: String, text: String)])
        case list
    }

    /// What the C callback fills.
    private final class Members {
        var values: [String: Value] = [:]
        var problem: String?

        func take(_ name: String, inner: String?, _ kind: fx_member_kind, _ text: String) {
            guard let inner else {
                if values[name] != nil { problem = problem ?? "has the key `\(name)` twice" }
                switch kind {
                case FX_MEMBER_LITERAL: values[name] = .literal(text)
                case FX_MEMBER_OBJECT: values[name] = .object([])
                case FX_MEMBER_LIST: values[name] = .list
                default: values[name] = .text(text)
                }
                return
            }
            guard kind == FX_MEMBER_TEXT else {
                problem = problem ?? "must have a text for `\(inner)` of `\(name)`"
                return
            }
            guard case .object(var texts)? = values[name] else { return }
            texts.append((inner, text))
            values[name] = .object(texts)
        }
    }

    private let name: String
    private let values: [String: Value]

    /// Reads an object; `name` is what problems call it.
    ///
    /// - Parameter known: all keys that may stand in it; nil: any may.
    package init(_ bytes: [UInt8], name: String, known: [String]? = nil) throws(Problem) {
        let members = Members()
        let problem = bytes.withUnsafeBytes { bytes in
            fx_json_members(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, Unmanaged.passUnretained(members).toOpaque()
            ) { context, name, nameLength, inner, innerLength, kind, text, length in
                guard let context else { return }
                func string(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
                    String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
                }
                let members = Unmanaged<Members>.fromOpaque(context).takeUnretainedValue()
                members.take(
                    string(name, nameLength), inner: inner.map { string($0, innerLength) }, kind, string(text, length))
            }
        }
        if let problem { throw Problem(description: "the \(name) is no JSON object: \(String(cString: problem))") }
        if let problem = members.problem { throw Problem(description: "the \(name) \(problem)") }
        if let known, let other = members.values.keys.sorted().first(where: { !known.contains($0) }) {
            throw Problem(description: "the \(name) has no key `\(other)`; known: \(known.joined(separator: ", "))")
        }
        self.name = name
        values = members.values
    }

    /// A text; nil when it is left out.
    package func text(_ key: String) throws(Problem) -> String? {
        switch values[key] {
        case nil: return nil
        case .text(let text)?: return text
        default: throw Problem(description: "`\(key)` of the \(name) must be a text")
        }
    }

    /// A whole number; nil when it is left out or anything else.
    package func number(_ key: String) -> Int? {
        guard case .literal(let text)? = values[key] else { return nil }
        return Int(text)
    }

    /// An object of texts, in its order; empty when it is left out.
    package func texts(_ key: String) throws(Problem) -> [(name: String, text: String)] {
        switch values[key] {
        case nil: return []
        case .object(let texts)?: return texts
        default: throw Problem(description: "`\(key)` of the \(name) must be an object of texts")
        }
    }
}
