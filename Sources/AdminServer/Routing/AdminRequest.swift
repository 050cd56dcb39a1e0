/// A request, read and checked as far as every endpoint needs it.
struct AdminRequest: Sendable {
    /// `GET`, `POST`.
    var method: String
    /// Segments of the path, decoded.
    var path: [String]
    /// Options behind `?`, decoded.
    var query: [String: String] = [:]
    /// Headers by name in lower case; of one that comes twice the first.
    var headers: [String: String] = [:]
    /// The body; empty where the route takes none.
    var body: [UInt8] = []
    /// Where it comes from, for the log.
    var remote = ""
    /// The name of the token it came with; nil: no tokens are configured.
    var user: String?
    /// What stands for `{…}` in the route's path, in order.
    var parameters: [String] = []

    /// A whole number of the query; nil when it is left out. Throws 400 when it is none or out of range.
    func number(_ name: String, in range: ClosedRange<Int>) throws(AdminError) -> Int? {
        guard let text = query[name] else { return nil }
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, let number = Int(text), range.contains(number) else {
            throw .badRequest("`\(name)` must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// True for `true`, false for `false` and when it is left out. Throws 400 for anything else.
    func flag(_ name: String) throws(AdminError) -> Bool {
        switch query[name] {
        case nil, "false"?: return false
        case "true"?: return true
        default: throw .badRequest("`\(name)` must be true or false")
        }
    }
}
