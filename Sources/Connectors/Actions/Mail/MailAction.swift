import CCurl
import EventEngine

/// Sends each alert as a mail over SMTP. The match's id is in `Message-ID`, by which mail servers and readers know a repeated one.
///
/// A recipient that the server refuses keeps the mail from nobody else: that is remarked once, until the server takes the recipient
/// again. Who is to be asked again later is asked alone then, as the others have the mail. An alert that all refuse is refused.
package final class MailAction: ActionAdapter {
    /// How the connection is encrypted.
    package enum Encryption: String, Sendable, CaseIterable {
        /// `STARTTLS` before anything is said; a server that does not know it is refused.
        case starttls
        /// TLS from the first byte.
        case implicit
        /// Not at all.
        case none
    }

    /// What is sent, and where to.
    package struct Settings: Sendable, Equatable {
        /// `host` or `host:port`.
        package var server: String
        /// How the connection is encrypted.
        package var encryption = Encryption.starttls
        /// Login; nil: none.
        package var user: String?, password: String?
        /// The sender: an address, or `Name <address>`.
        package var from: String
        /// Who gets it: addresses, or `Name <address>`.
        package var recipients: [String]
        /// On one line.
        package var subject = MailAction.standardSubject
        /// Plain text.
        package var body = MailAction.standardBody
        /// How the server is connected to.
        package var transfer = TransferOptions()

        /// Sends the usual text.
        package init(server: String, from: String, to recipients: [String]) {
            self.server = server
            self.from = from
            self.recipients = recipients
        }
    }

    /// The usual subject.
    package static let standardSubject = Template(known: "[{{level}}] {{rule}} {{key}}", form: .line)
    /// The usual text.
    package static let standardBody = Template(
        known: """
            Rule:   {{rule}} ({{level}})
            Key:    {{key}}
            From:   {{start}}
            To:     {{end}}
            Values: {{select}}
            Id:     {{match_id}}

            {{json}}

            """)

    package let largestBatch = 1
    private let settings: Settings
    private let renderer: AlertRenderer
    private let transfer = Transfer()
    private var cancellation: Cancellation?
    private var remark: @Sendable (String) -> Void = { _ in }
    /// The alert that some recipients have, and who has to be asked again.
    private var begun: (number: UInt64, left: [String])?
    /// Recipients whose refusal was remarked.
    private var refused: Set<String> = []

    /// An action that is not connected yet.
    package init(_ settings: Settings) {
        self.settings = settings
        renderer = AlertRenderer([settings.subject, settings.body])
    }

    package func open(pendingBytes: Int, cancellation: Cancellation) { self.cancellation = cancellation }

    package func setRemark(_ remark: @escaping @Sendable (String) -> Void) { self.remark = remark }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        for (index, alert) in alerts.enumerated() {
            do throws(DeliveryError) {
                try send(alert)
            } catch {
                throw DeliveryError(error.description, kind: error.kind, delivered: index)
            }
        }
    }

    private func send(_ alert: Alert) throws(DeliveryError) {
        let texts = try renderer.texts(alert)
        let message = MailMessage(
            from: settings.from, recipients: settings.recipients, subject: String(decoding: texts[0], as: UTF8.self), body: texts[1],
            id: alert.matchID, time: WallClock.now())
        let scheme = settings.encryption == .implicit ? "smtps" : "smtp"
        transfer.begin("\(scheme)://\(settings.server)/", protocols: scheme, options: settings.transfer, cancellation: cancellation)
        if settings.encryption == .starttls { transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        if let user = settings.user { transfer.set(CURLOPT_USERNAME, user) }
        if let password = settings.password { transfer.set(CURLOPT_PASSWORD, password) }
        transfer.set(CURLOPT_MAIL_FROM, "<\(MailMessage.address(of: settings.from))>")
        if begun?.number != alert.number { begun = nil }
        let recipients = (begun?.left ?? settings.recipients).map(MailMessage.address)
        transfer.set(CURLOPT_MAIL_RCPT, recipients.map { "<\($0)>" })
        transfer.mailToWhomeverIsAccepted()
        transfer.set(CURLOPT_UPLOAD, 1)
        transfer.upload(message.bytes)
        let outcome = try transfer.perform()
        let replies = transfer.recipientReplies
        // As long as it is open whether a recipient is accepted, the failure is about something else.
        guard replies.count == recipients.count, outcome.code == CURLE_OK || !replies.contains(where: Self.isYes) else {
            return try check(outcome)
        }
        try settle(alert, Array(zip(recipients, replies)))
    }

    /// What the server said to each recipient decides, as it has taken the mail for those whom it accepted.
    private func settle(_ alert: Alert, _ replies: [(recipient: String, text: String)]) throws(DeliveryError) {
        let deferred = replies.filter { !Self.isYes($0.text) && !Self.isNo($0.text) }
        let refusals = replies.filter { Self.isNo($0.text) }
        let arrives = begun != nil || replies.contains { Self.isYes($0.text) }
        for (recipient, text) in replies where Self.isYes(text) { refused.remove(recipient) }
        if arrives {
            begun = deferred.isEmpty ? nil : (alert.number, deferred.map(\.recipient))
            for (recipient, text) in refusals where refused.insert(recipient).inserted {
                remark("smtp server \(settings.server) refuses a recipient; others get the mail: \(Self.quote(recipient, text))")
            }
        }
        guard let first = deferred.first ?? (arrives ? nil : refusals.first) else { return }
        throw DeliveryError(
            "smtp server \(settings.server): \(Self.quote(first.recipient, first.text))",
            kind: deferred.isEmpty ? .refused : .temporary(retryAfter: nil))
    }

    /// Throws what went wrong with a mail as a whole.
    private func check(_ outcome: Transfer.Outcome) throws(DeliveryError) {
        guard outcome.code != CURLE_OK else { return }
        let text = "smtp server \(settings.server): \(outcome.message)"
        // A wrong password says nothing about the alert.
        let isAboutAlert = outcome.code == CURLE_SEND_ERROR || outcome.code == CURLE_WEIRD_SERVER_REPLY || outcome.code == CURLE_RECV_ERROR
        if (500..<600).contains(outcome.status), isAboutAlert { throw DeliveryError(text, kind: .refused) }
        throw DeliveryError(text)
    }

    private static func isYes(_ reply: String) -> Bool { reply.hasPrefix("2") }
    private static func isNo(_ reply: String) -> Bool { reply.hasPrefix("5") }

    private static func quote(_ recipient: String, _ reply: String) -> String { "\(recipient): " + HTTPEndpoint.quote(Array(reply.utf8)) }
}
