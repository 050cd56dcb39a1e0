import Connectors
import Foundation
import Logging
import Testing

@testable import AdminServer
@testable import EngineService

/// The document of the interface has what the interface has.
@Suite struct OpenAPITests {
    private static let routes: [Route] = {
        let configuration = ServiceConfiguration(
            path: "/c.yaml", sources: [], rules: [], patterns: nil, workers: nil,
            state: .init(url: "memory:", checkpointInterval: 1, checkpointEvents: 1, memory: nil, syncs: true, startTimeout: 1),
            actions: [],
            defaultActions: [], deadLetter: nil)
        let logger = Logger(label: "test")
        let service = Service(
            configuration, rules: LoadedRuleSet(paths: [], patternDirectories: []), stop: StopRequest(), logger: logger)
        let context = AdminContext(
            configuration: configuration, server: .init(host: "127.0.0.1", port: 1), controls: service.controls, certificate: nil,
            catalog: RuleCatalog(rules: [], diagnostics: []), history: StatusHistory(service.controls.monitor),
            workers: BlockingWorkers(), trials: BlockingWorkers(), version: "1", audit: AuditLog(logger))
        return RouteTable.interface(context)
    }()

    private func document(_ service: RunningService) throws -> [String: Any] {
        try service.get("/api/v1/openapi.json").json
    }

    @Test func everyRouteIsInItAndTheReverse() throws {
        let document = try document(try sharedService.get())
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
        #expect(described == Set(Self.routes.map { "\($0.method) \($0.path)" }))
        #expect(described.count == Self.routes.count)
        let operations = paths.values.flatMap(\.values).compactMap { ($0 as? [String: Any])?["operationId"] as? String }
        #expect(Set(operations).count == Self.routes.count)
    }

    @Test func everyPathOfItAnswers() throws {
        let service = try sharedService.get()
        let paths = try #require(try document(service)["paths"] as? [String: [String: Any]])
        for (path, methods) in paths where path != "/api/v1/matches/stream" {
            let target = path.replacing("{id}", with: "auth.other").replacing("{source}", with: "auth").replacing("{match_id}", with: "x")
            for (method, _) in methods {
                let answer = try HTTPClient.request(service.port, method.uppercased(), target, body: method == "post" ? [] : nil)
                let described = ((methods[method] as? [String: Any])?["responses"] as? [String: Any])?.keys.compactMap { Int($0) } ?? []
                #expect(described.contains(answer.status) && answer.status < 500, "\(method) \(target): \(answer.status)")
            }
        }
    }

    /// What a route takes is named in its path.
    @Test func parametersOfPathsAreDescribed() {
        for route in Self.routes {
            let named = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
            #expect(named == route.parameters.filter { $0.place == .path }.map(\.name), "\(route.path)")
        }
    }
}
