import Foundation
import TestSupport

extension RunningService {
    /// What curl says of a request.
    struct CurlAnswer {
        /// 0 when there was an answer; 35: the handshake failed; 60: the certificate is not trusted.
        let exitCode: Int32
        /// 0 when there was no answer.
        let status: Int
        let body: String
        let errors: String
    }

    /// A request over TLS, to `localhost` unless another host is named; curl gives up after a minute.
    func curl(
        _ target: String, host: String = "localhost", token: String? = nil, body: String? = nil, options: [String] = []
    ) throws -> CurlAnswer {
        let folder = try TemporaryFolder()
        var arguments = [
            "-sS", "--max-time", "60", "--output", folder.file("body"), "--write-out", "%{http_code}", "--resolve",
            "\(host):\(port):127.0.0.1",
        ]
        if let authority { arguments += ["--cacert", authority] }
        if let token { arguments += ["-H", "Authorization: Bearer \(token)"] }
        if let body { arguments += ["--data-binary", body] }
        let process = try ChildProcess(
            "curl", arguments + options + ["https://\(host):\(port)\(target)"], output: folder.file("status"), errors: folder.file("errors")
        )
        let code = process.waitUntilExit()
        return CurlAnswer(
            exitCode: code, status: Int(try folder.text(of: "status")) ?? 0, body: (try? folder.text(of: "body")) ?? "",
            errors: (try? folder.text(of: "errors")) ?? "")
    }
}
