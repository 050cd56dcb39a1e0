import Connectors

/// The body of a request: a JSON object whose every key is checked. What is wrong with it is answered with 400.
struct RequestDocument {
    private let object: TextObject

    /// Reads a body; `known` are all keys that may stand in it.
    init(_ bytes: [UInt8], known: [String]) throws(AdminError) {
        do throws(TextObject.Problem) {
            object = try TextObject(bytes, name: "body", known: known)
        } catch {
            throw .badRequest(error.description)
        }
    }

    /// A text; nil when it is left out.
    func text(_ key: String) throws(AdminError) -> String? {
        do throws(TextObject.Problem) { return try object.text(key) } catch { throw .badRequest(error.description) }
    }

    /// A text that must be there and have something in it.
    func required(_ key: String) throws(AdminError) -> String {
        guard let text = try text(key), !text.isEmpty else { throw .badRequest("the body needs the key `\(key)`") }
        return text
    }

    /// An object of texts, in its order; empty when it is left out.
    func texts(_ key: String) throws(AdminError) -> [(name: String, text: String)] {
        do throws(TextObject.Problem) { return try object.texts(key) } catch { throw .badRequest(error.description) }
    }
}
