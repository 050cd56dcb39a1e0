import EventEngine

/// The OpenAPI 3.1 document of the routes: what they say of themselves, so that neither has what the other has not.
struct OpenAPIDocument {
    let routes: [Route]
    let version: String
    /// Whether requests need a token.
    let hasTokens: Bool

    /// The document.
    var bytes: [UInt8] {
        JSONWriter.bytes { json in
            json.field("openapi", "3.1.0")
            json.object("info") { json in
                json.field("title", "FluxCore")
                json.field("version", version)
                json.field("description", "What a running FluxCore service shows and takes.")
            }
            json.object("paths") { json in
                for path in paths {
                    json.object(path) { json in
                        for route in routes where route.path == path {
                            json.object(route.method.lowercased()) { append(route, to: &$0) }
                        }
                    }
                }
            }
            json.object("components") { json in
                json.object("schemas") { json in
                    json.object("Error") { json in
                        json.field("type", "object")
                        json.list("required", texts: ["error"])
                        json.object("properties") { json in
                            json.object("error") { json in
                                json.field("type", "object")
                                json.list("required", texts: ["code", "message"])
                                json.object("properties") { json in
                                    json.object("code") { $0.field("type", "string") }
                                    json.object("message") { $0.field("type", "string") }
                                }
                            }
                        }
                    }
                }
                json.object("securitySchemes") { json in
                    json.object("token") { json in
                        json.field("type", "http")
                        json.field("scheme", "bearer")
                    }
                }
            }
        }
    }

    private var paths: [String] {
        routes.map(\.path).reduce(into: []) { paths, path in if !paths.contains(path) { paths.append(path) } }
    }

    private func append(_ route: Route, to json: inout JSONWriter) {
        json.field("operationId", route.operation)
        json.field("summary", route.summary)
        if hasTokens, route.scope != nil { json.field("security", json: Array("[{\"token\":[]}]".utf8)) }
        if let scope = route.scope { json.field("x-scope", scope.rawValue) }
        if !route.parameters.isEmpty {
            json.list("parameters", route.parameters) { json, parameter in
                json.field("name", parameter.name)
                json.field("in", parameter.place.rawValue)
                json.field("required", parameter.isRequired)
                json.field("description", parameter.text)
                json.field("schema", json: Array("{\(parameter.schema)}".utf8))
            }
        }
        if let body = route.body {
            json.object("requestBody") { json in
                json.field("description", body.text + " At most \(body.limit) bytes.")
                json.field("required", body.schema != nil)
                json.object("content") { json in
                    for type in body.schema == nil ? [body.type, "text/plain"] : [body.type] {
                        json.object(type) { json in json.field("schema", json: Array("{\(body.schema ?? "")}".utf8)) }
                    }
                }
            }
        }
        json.object("responses") { json in
            for (status, text) in statuses(of: route) {
                json.object(String(status)) { json in
                    json.field("description", text)
                    json.object("content") { json in
                        let isOwn = status < 300 || route.scope == nil
                        json.object(isOwn ? route.type : "application/json") { json in
                            json.object("schema") { json in
                                if status >= 300, !(isOwn && route.type != "application/json") {
                                    json.field("$ref", "#/components/schemas/Error")
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What a route answers with, and what any request can be answered with.
    private func statuses(of route: Route) -> [(status: Int, text: String)] {
        var statuses = route.statuses
        func add(_ status: Int, _ text: String) {
            if !statuses.contains(where: { $0.status == status }) { statuses.append((status, text)) }
        }
        if route.scope != nil { add(400, "The request is malformed") }
        if hasTokens, route.scope != nil {
            add(401, "A known token is needed")
            add(403, "The token does not allow it")
        }
        if route.method != "GET" {
            add(403, "A page of another origin sent it")
            add(413, "The body is too long")
        }
        if route.scope != nil {
            add(421, "The server does not answer for the host of the request")
            add(503, "Later it may work")
        }
        return statuses.sorted { $0.status < $1.status }
    }
}

extension Route {
    /// `get_rules_id`.
    fileprivate var operation: String {
        let words = path.split(separator: "/").filter { $0 != "api" && $0 != "v1" }.map { $0.filter { $0.isLetter || $0.isNumber } }
        return ([method.lowercased()] + words).joined(separator: "_")
    }
}
