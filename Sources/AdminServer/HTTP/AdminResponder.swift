import EngineService
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Turns what Hummingbird reads into requests, and answers into what it writes; bounds the time and the bodies.
struct AdminResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let router: Router
    let audit: AuditLog
    /// From the head of a request to the end of its answer.
    let timeout: TimeAmount
    let stopping: StopRequest

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let deadline = ConnectionDeadline(context.channel, after: timeout)
        var admin = AdminRequest(method: request.method.rawValue, path: [])
        admin.remote = context.channel.remoteAddress?.ipAddress ?? "unknown"
        for field in request.headers where admin.headers[field.name.canonicalName] == nil {
            admin.headers[field.name.canonicalName] = field.value
        }
        admin.headers["host"] = request.head.authority
        var isRead = !Self.hasBody(request)
        do throws(AdminError) {
            (admin.path, admin.query) = try RequestTarget.read(request.head.path ?? "")
            var found = try router.find(admin)
            if let body = found.route.body {
                found = Router.Found(
                    route: found.route, request: try await read(request, upTo: body.limit, into: found.request, on: context.channel))
                isRead = true
            }
            let answer = await router.answer(found)
            if found.route.isChange { audit.changed(found.request, found.route, answer) }
            return response(answer, deadline, on: context.channel, closes: !isRead)
        } catch {
            audit.refused(admin, error)
            return response(error.response, deadline, on: context.channel, closes: !isRead)
        }
    }

    // MARK: The request

    private static func hasBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || (request.headers[.contentLength].map { $0 != "0" } ?? false)
    }

    private func read(_ request: Request, upTo limit: Int, into admin: AdminRequest, on channel: any Channel) async throws(AdminError)
        -> AdminRequest
    {
        let tooLarge = AdminError.tooLarge("the body has more than \(limit) bytes")
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw tooLarge }
        var admin = admin
        do {
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
            }
            for try await part in request.body {
                guard admin.body.count + part.readableBytes <= limit else { throw tooLarge }
                admin.body += part.readableBytesView
            }
        } catch let error as AdminError {
            throw error
        } catch {
            throw .badRequest("the body has no end")
        }
        // Half a body must not be taken for a whole one.
        if let announced, announced != admin.body.count { throw .badRequest("the body has no end") }
        return admin
    }

    // MARK: The answer

    private func response(_ answer: AdminResponse, _ deadline: ConnectionDeadline, on channel: any Channel, closes: Bool) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        for (name, value) in ResponseHeaders.always + answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        // What a client goes on to send of a body that nobody wants is not waited for.
        if closes { headers[.connection] = "close" }
        let status = HTTPResponse.Status(code: answer.status)
        switch answer.body {
        case .bytes(let bytes):
            let body = ResponseBody(contentLength: bytes.count) { writer in
                defer { deadline.end(closes: closes) }
                try await writer.write(ByteBuffer(bytes: bytes))
                try await writer.finish(nil)
            }
            return Response(status: status, headers: headers, body: body)
        case .stream(let source):
            deadline.end(closes: false)
            let body = ResponseBody { [stopping, timeout] writer in
                while channel.isActive, !stopping.isSet, let chunk = try await source.next() {
                    if chunk.isEmpty { continue }
                    // A client that does not read is not waited for.
                    let deadline = ConnectionDeadline(channel, after: timeout)
                    defer { deadline.end(closes: false) }
                    try await writer.write(ByteBuffer(bytes: chunk))
                }
                try await writer.finish(nil)
            }
            return Response(status: status, headers: headers, body: body)
        }
    }
}

/// What a request knows of its connection.
struct ConnectionContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}
