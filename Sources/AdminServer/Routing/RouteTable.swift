/// Everything that can be asked for.
struct RouteTable {
    /// The routes: the interface, and the console that people use it with.
    static func routes(_ context: AdminContext) -> [Route] { interface(context) + ConsoleEndpoint().routes }

    /// The routes of the interface, in the order in which they are described.
    static func interface(_ context: AdminContext) -> [Route] {
        var routes =
            HealthEndpoint(context: context).routes + MetricsEndpoint(context: context).routes + StatusEndpoint(context: context).routes
            + HistoryEndpoint(context: context).routes + RulesEndpoint(context: context).routes
            + AutomatonEndpoint(context: context).routes + ReloadEndpoint(context: context).routes
            + WhyEndpoint(context: context).routes + PlaygroundEndpoint(context: context).routes + StateEndpoint(context: context).routes
            + MatchesEndpoint(context: context, streams: MatchStreams(context.monitor)).routes
            + AlertsEndpoint(context: context).routes + SilencesEndpoint(context: context).routes
            + EventsEndpoint(context: context).routes
        let document = Route(
            method: "GET", path: "/api/v1/openapi.json", scope: .read, summary: "This document", statuses: [(200, "OpenAPI 3.1")]
        ) { _ in AdminResponse.json { _ in } }
        routes.append(document)
        let bytes = OpenAPIDocument(routes: routes, version: context.version, hasTokens: !context.server.tokens.isEmpty).bytes
        routes[routes.count - 1].handler = { _ in AdminResponse(body: .bytes(bytes)) }
        return routes
    }
}
