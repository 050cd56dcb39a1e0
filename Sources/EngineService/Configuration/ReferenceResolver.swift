import Glibc
import RuleLanguage

/// Replaces `${env:NAME}` and `${file:PATH}` in texts of the configuration, and `$${` by `${`.
///
/// This happens after the YAML was read, so that a value is never taken for YAML. Values stand in no diagnostic.
struct ReferenceResolver {
    /// Bytes of a secret's file.
    private static let maximumSize = 64 << 10
    /// Bytes of all values that a configuration may hold.
    private static let maximumTotal = 16 << 20

    /// Relative paths are relative to it.
    let directory: String
    /// The value of a variable of the environment; nil when it is not set.
    let environment: @Sendable (String) -> [UInt8]?
    private var total = 0

    init(directory: String, environment: @escaping @Sendable (String) -> [UInt8]?) {
        self.directory = directory
        self.environment = environment
    }

    /// Why a reference cannot be resolved, and what to do about it.
    private struct Failure: Error {
        let message: String
        var hint = ""
    }

    /// The text with its references replaced; nil with a diagnostic for each that cannot be. Values are added to `secrets`.
    ///
    /// - Parameter isURL: in the login and the options of a URL, values are percent-encoded, so that no value changes its parts.
    mutating func resolve(_ written: DSLText, isURL: Bool = false, secrets: inout Secrets, into sink: inout DiagnosticSink) -> String? {
        let text = ReferenceText(written.text)
        var result: [UInt8] = []
        var isSound = true
        for part in text.parts {
            guard case .reference(let range) = part else {
                if case .text(let bytes) = part { result += bytes }
                continue
            }
            // Said once is enough.
            if total > Self.maximumTotal { return nil }
            let reference = Array(text.bytes[range])
            do throws(Failure) {
                if reference.last != UInt8(ascii: "}") {
                    throw Failure(message: "this `${` is never closed", hint: "`$${` stands for the text `${`")
                }
                var value = try value(of: String(decoding: reference.dropFirst(2).dropLast(), as: UTF8.self))
                let name = String(decoding: reference, as: UTF8.self)
                secrets.insert(value, reference: name)
                if isURL, text.isDelicate(range) {
                    value = Self.percentEncoded(value)
                    secrets.insert(value, reference: name)
                }
                total += value.utf8.count
                if total > Self.maximumTotal {
                    throw Failure(message: "the values of all references have more than \(Self.maximumTotal) bytes")
                }
                result += value.utf8
            } catch {
                isSound = false
                sink.error(.unresolvedReference, error.message, at: written.span(range), hint: error.hint)
            }
        }
        return isSound ? String(decoding: result, as: UTF8.self) : nil
    }

    /// All but letters, digits and `-._~` as `%` and two digits.
    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80, scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-._~".unicodeScalars.contains(scalar)
            {
                result.unicodeScalars.append(scalar)
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }

    private func value(of reference: String) throws(Failure) -> String {
        if reference.hasPrefix("env:") { return try variable(String(reference.dropFirst(4))) }
        if reference.hasPrefix("file:") { return try contents(String(reference.dropFirst(5))) }
        throw Failure(
            message: "`${\(reference)}` stands for nothing", hint: "${env:NAME} or ${file:PATH}; `$${` stands for the text `${`")
    }

    private func variable(_ name: String) throws(Failure) -> String {
        guard !name.isEmpty, !name.contains("="), !name.contains("\0") else {
            throw Failure(message: "`${env:\(name)}` names no variable", hint: "${env:NAME}")
        }
        guard let bytes = environment(name) else { throw Failure(message: "the environment has no variable `\(name)`") }
        return try text(bytes, of: "the variable `\(name)`")
    }

    private func contents(_ name: String) throws(Failure) -> String {
        guard !name.isEmpty, !name.contains("\0") else { throw Failure(message: "`${file:}` names no file", hint: "${file:PATH}") }
        // To open a pipe would wait for a writer, to read a device might never end.
        let descriptor = open(ConfigurationPath.absolute(name, in: directory), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(name) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw Failure(message: "`\(name)` cannot be read: it is no regular file")
        }
        var bytes = [UInt8](repeating: 0, count: Self.maximumSize + 1)
        var count = 0
        while count < bytes.count {
            let result = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw Self.unreadable(name) }
            if result == 0 { break }
            count += result
        }
        guard count <= Self.maximumSize else { throw Failure(message: "`\(name)` has more than \(Self.maximumSize) bytes") }
        bytes.removeLast(bytes.count - count)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return try text(bytes, of: "`\(name)`")
    }

    private func text(_ bytes: [UInt8], of what: String) throws(Failure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(message: "\(what) is not UTF-8") }
        return text
    }

    private static func unreadable(_ name: String) -> Failure {
        Failure(message: "`\(name)` cannot be read: \(String(cString: strerror(errno)))")
    }
}
