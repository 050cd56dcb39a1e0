import RedisClient

/// Writes alerts to Redis: to a stream, a list or a channel, many at a time.
///
/// A stream's entry has the fields `match_id`, `rule`, `level` and `alert` (the whole alert); a list and a channel get the whole
/// alert, in which `match_id` is the first field. A channel keeps nothing: who does not listen misses it.
package final class RedisAction: ActionAdapter {
    /// Where alerts go.
    package enum Target: String, Sendable, CaseIterable {
        /// `XADD key MAXLEN ~ most …`.
        case stream
        /// `RPUSH key`, and `LTRIM` to the newest `most`.
        case list
        /// `PUBLISH key`.
        case channel
    }

    /// What is written, and where to.
    package struct Settings: Sendable, Equatable {
        /// The server.
        package var url: RedisURL
        /// What the key is.
        package var target: Target
        /// Name of the stream, list or channel.
        package var key: String
        /// Entries of a stream (about) or list that are kept; nil: all.
        package var most: Int?

        /// Settings of these parts. Throws for a URL that cannot be used.
        package init(url: String, target: Target, key: String, most: Int? = nil) throws(RedisError) {
            self.url = try RedisURL(url)
            self.target = target
            self.key = key
            self.most = most
        }
    }

    package let largestBatch = 256
    private let settings: Settings
    private let renderer = AlertRenderer([Template(known: "{{rule}}"), Template(known: "{{level}}")])
    private let connector: RedisConnector
    private var connection: RedisConnection?

    /// An action that is not connected yet.
    package init(_ settings: Settings) {
        self.settings = settings
        connector = RedisConnector(settings.url)
    }

    package func open(pendingBytes: Int, cancellation: Cancellation) {}

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        var commands = RedisCommandBuffer()
        for alert in alerts { try append(alert, to: &commands) }
        if settings.target == .list, let most = settings.most { commands.append("LTRIM", settings.key, "-\(most)", "-1") }
        var delivered = 0
        do throws(RedisError) {
            let connection = try connected()
            try connection.send(commands)
            var failure: RedisError?
            for index in 0..<commands.commandCount {
                if case .error(let message) = try connection.receive() {
                    failure = failure ?? RedisError(reply: message)
                } else if failure == nil {
                    delivered = min(index + 1, alerts.count)
                }
            }
            if let failure { throw failure }
        } catch {
            // A server that takes no writes any more may have been a master: it is looked for again.
            self.connection = nil
            throw DeliveryError("redis \(connector.url.redacted): \(error)", delivered: delivered)
        }
    }

    private func connected() throws(RedisError) -> RedisConnection {
        if let connection { return connection }
        let new = try connector.connect(key: settings.key)
        connection = new
        return new
    }

    private func append(_ alert: Alert, to commands: inout RedisCommandBuffer) throws(DeliveryError) {
        let json = Array(alert.json)
        switch settings.target {
        case .list:
            commands.begin(arguments: 3)
            commands.argument("RPUSH")
            commands.argument(settings.key)
            commands.argument(json)
        case .channel:
            commands.begin(arguments: 3)
            commands.argument("PUBLISH")
            commands.argument(settings.key)
            commands.argument(json)
        case .stream:
            let texts = try renderer.texts(alert)
            commands.begin(arguments: settings.most == nil ? 11 : 14)
            commands.argument("XADD")
            commands.argument(settings.key)
            if let most = settings.most { for word in ["MAXLEN", "~", String(most)] { commands.argument(word) } }
            commands.argument("*")
            for (name, value) in [("match_id", Array(alert.matchID.utf8)), ("rule", texts[0]), ("level", texts[1]), ("alert", json)] {
                commands.argument(name)
                commands.argument(value)
            }
        }
    }
}
