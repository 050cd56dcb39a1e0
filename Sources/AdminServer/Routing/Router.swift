/// Finds the route of a request, lets it pass the gate, and turns whatever goes wrong into an answer.
struct Router: Sendable {
    let routes: [Route]
    let gate: Gate

    /// A route that a request may take, and the request with its parameters.
    struct Found: Sendable {
        let route: Route
        let request: AdminRequest
    }

    /// The route of a request without its body. Throws what is wrong with the request.
    func find(_ request: AdminRequest) throws(AdminError) -> Found {
        let candidates = routes.filter { $0.match(request.path) != nil }
        try gate.checkHost(request)
        guard !candidates.isEmpty else {
            // Who may not look is not told what there is.
            _ = try gate.user(request, scope: .read)
            throw .notFound("there is nothing at this path; /api/v1/openapi.json tells what there is")
        }
        guard let route = candidates.first(where: { $0.method == request.method }) else {
            let allowed = candidates.map(\.method).joined(separator: ", ")
            throw AdminError(
                status: 405, code: "method_not_allowed", message: "allowed: \(allowed)", headers: [("Allow", allowed)])
        }
        var request = request
        if request.method != "GET" { try gate.checkOrigin(request) }
        if let scope = route.scope { request.user = try gate.user(request, scope: scope) }
        request.parameters = route.match(request.path) ?? []
        let known = route.parameters.filter { $0.place == .query }
        if let other = request.query.keys.sorted().first(where: { name in !known.contains { $0.name == name } }) {
            let names = known.map(\.name)
            throw .badRequest(
                "there is no option `\(other)` here; " + (names.isEmpty ? "none are known" : "known: " + names.joined(separator: ", ")))
        }
        if let missing = known.first(where: { $0.isRequired && request.query[$0.name] == nil }) {
            throw .badRequest("the option `\(missing.name)` is missing")
        }
        return Found(route: route, request: request)
    }

    /// The answer of a route.
    func answer(_ found: Found) async -> AdminResponse {
        do {
            return try await found.route.handler(found.request)
        } catch let error as AdminError {
            return error.response
        } catch {
            return AdminError(status: 500, code: "internal", message: "the request could not be answered").response
        }
    }
}
