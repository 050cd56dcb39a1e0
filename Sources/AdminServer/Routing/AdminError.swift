/// Why a request is not answered with what it asked for.
struct AdminError: Error, Sendable {
    /// HTTP status.
    let status: Int
    /// One word for programs.
    let code: String
    /// One sentence for people.
    let message: String
    /// Further headers.
    var headers: [(name: String, value: String)] = []

    /// 400.
    static func badRequest(_ message: String) -> AdminError { AdminError(status: 400, code: "bad_request", message: message) }
    /// 404.
    static func notFound(_ message: String) -> AdminError { AdminError(status: 404, code: "not_found", message: message) }
    /// 409: it can never be had of this configuration.
    static func conflict(_ message: String) -> AdminError { AdminError(status: 409, code: "not_supported", message: message) }
    /// 413.
    static func tooLarge(_ message: String) -> AdminError { AdminError(status: 413, code: "too_large", message: message) }
    /// 503: later it may work.
    static func unavailable(_ message: String) -> AdminError {
        AdminError(status: 503, code: "unavailable", message: message, headers: [("Retry-After", "1")])
    }

    /// `{"error":{"code":…,"message":…}}`.
    var response: AdminResponse {
        var response = AdminResponse.json(status: status) { json in
            json.object("error") { json in
                json.field("code", code)
                json.field("message", message)
            }
        }
        response.headers = headers
        return response
    }
}
