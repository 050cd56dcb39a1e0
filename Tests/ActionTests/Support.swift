import Foundation
import TestSupport

@testable import Connectors

/// Alerts for tests.
enum Sample {
    /// An alert as `MatchEncoder` writes it; its match id is `m` and the number.
    static func alert(_ number: UInt64 = 0, user: String = "bob", rule: String = "auth.bruteforce", level: String = "high") -> Alert {
        let text =
            "{\"match_id\":\"m\(number)\",\"rule\":\(json(rule)),\"level\":\"\(level)\",\"key\":{\"user\":\(json(user))},"
            + "\"start\":\"2026-01-01T00:00:00Z\",\"end\":\"2026-01-01T00:01:00Z\","
            + "\"events\":[{\"name\":\"fail\",\"event\":{\"host\":\"web1\",\"port\":22,\"tags\":[\"a\",{\"b\":1}]}},"
            + "{\"name\":\"ok\",\"event\":{\"host\":\(json(user)),\"name\":\"inner\"}}],\"select\":{\"failures\":5,\"rate\":0.5}}\n"
        return Alert(number: number, line: Array(text.utf8))
    }

    static func json(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }

    /// What a delivery throws; nil when it does not.
    static func error(_ work: () throws -> Void) -> DeliveryError? {
        do {
            try work()
            return nil
        } catch let error as DeliveryError {
            return error
        } catch {
            return DeliveryError("something else: \(error)", kind: .cancelled)
        }
    }
}

/// A JSON object, for looking into.
func object(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
}

extension DeliveryError.Kind {
    var isTemporary: Bool { if case .temporary = self { true } else { false } }
}
