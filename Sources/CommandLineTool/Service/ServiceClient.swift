import Connectors
import EngineService
import Glibc
import RuleLanguage

/// Speaks to the running service of a configuration over its HTTP interface. A token comes from the environment, where others
/// cannot see it. Over TLS the service must show the certificate that the configuration names, or one from the same file.
struct ServiceClient {
    static let tokenVariable = "FLUXCORE_TOKEN"

    private static let notFound = 404

    private let server: ServiceConfiguration.Server

    /// The client of a service that is running; nil when its configuration has no `server`, or nobody listens there.
    init?(_ configuration: ServiceConfiguration) throws {
        guard let server = configuration.server else { return nil }
        self.server = server
        guard try answer("GET", "/healthz") != nil else { return nil }
    }

    /// Asks for something, and returns what it says. Says on standard error what is wrong, and throws it as `ExitStatus`.
    @discardableResult
    func ask(_ method: String, _ path: String, body: [UInt8] = []) throws -> TextObject {
        try object(reply(method, path, body: body))
    }

    /// Asks for something that need not be there; nil when it is not.
    func askForOne(_ method: String, _ path: String) throws -> TextObject? {
        let answer = try reply(method, path)
        return answer.status == Self.notFound ? nil : try object(answer)
    }

    private func reply(_ method: String, _ path: String, body: [UInt8] = []) throws -> HTTPRequest.Answer {
        guard let answer = try answer(method, path, body: body) else { throw failure("the service at \(url) does not listen any more") }
        return answer
    }

    private func object(_ answer: HTTPRequest.Answer) throws -> TextObject {
        guard (200..<300).contains(answer.status) else { throw refusal(answer) }
        do {
            return try TextObject(answer.body, name: "answer")
        } catch {
            throw failure("the service at \(url) cannot be understood: \(error)")
        }
    }

    /// What the service calls itself: a certificate is for names, which need not lead to where it listens.
    private var url: String {
        guard server.tls != nil, let name = server.hosts.first else { return server.url }
        return "https://\(name):\(server.port)"
    }

    /// Where it listens, as seen from this machine.
    private var address: String {
        switch server.host {
        case "0.0.0.0": "127.0.0.1:\(server.port)"
        case "::": "[::1]:\(server.port)"
        default: server.listen
        }
    }

    private func answer(_ method: String, _ path: String, body: [UInt8] = []) throws -> HTTPRequest.Answer? {
        var headers: [(name: String, value: String)] = []
        if let token = getenv(Self.tokenVariable) { headers.append(("Authorization", "Bearer " + String(cString: token))) }
        do {
            var options = TransferOptions()
            options.authorities = server.tls?.certificate
            return try HTTPRequest.send(method, url + path, headers: headers, body: body, at: address, options: options)
        } catch {
            throw failure(error.description)
        }
    }

    private func refusal(_ answer: HTTPRequest.Answer) -> ExitStatus {
        let error = try? TextObject(answer.body, name: "answer").texts("error").first { $0.name == "message" }
        var text = "the service at \(url) answered \(answer.status)" + (error.map { ": " + $0.text } ?? "")
        if answer.status == 401 || answer.status == 403 { text += "; \(Self.tokenVariable) must have a token that allows `operate`" }
        _ = failure(text)
        return answer.status == Self.notFound ? .findings : .environment
    }

    private func failure(_ text: String) -> ExitStatus {
        Terminal.writeError("error: \(text)\n")
        return .environment
    }
}

/// Percent-encodes a value for a path or an option of a URL.
func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
        let character = Character(UnicodeScalar(byte))
        if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
            result.append(character)
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            result += "%" + (digits.count == 1 ? "0" : "") + digits
        }
    }
    return result
}
