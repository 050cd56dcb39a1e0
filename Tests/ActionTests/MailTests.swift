import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Connectors

@Suite struct MailTests {
    private static let certificate = Shared { try Certificate() }
    private static let server = Shared { () throws -> PythonServer in
        let own = try Self.certificate.get()
        return try PythonServer(PythonServer.smtp, [own.certificate, own.key])
    }

    private static func action(_ change: (inout MailAction.Settings) -> Void = { _ in }) throws -> MailAction {
        var settings = MailAction.Settings(
            server: "localhost:\(try server.get().port)", from: "FluxCore Alarm <alarm@example.org>",
            to: ["soc@example.org", "Zoë <zoe@example.org>"])
        settings.user = "user"
        settings.password = "correct horse"
        settings.transfer.authorities = try certificate.get().certificate
        settings.transfer.timeout = 10_000_000_000
        change(&settings)
        let action = MailAction(settings)
        action.open(pendingBytes: 0, cancellation: Cancellation())
        return action
    }

    /// The one mail of the server that has a text.
    private static func mail(with text: String) throws -> String {
        let found = try server.get().texts(".eml").filter { $0.contains(text) }
        guard found.count == 1 else { throw TestSupportError("\(found.count) mails with \(text)") }
        return found[0]
    }

    @Test func aMailArrives() throws {
        try Self.action().deliver([Sample.alert(100, user: "zoë")])
        let mail = try Self.mail(with: "<m100.fluxcore@example.org>")
        #expect(mail.hasPrefix("X-To: soc@example.org,zoe@example.org\n"))
        #expect(
            mail.contains("\r\nFrom: FluxCore Alarm <alarm@example.org>\r\n")
                || mail.contains("\nFrom: FluxCore Alarm <alarm@example.org>\r\n"))
        #expect(mail.contains("To: soc@example.org,\r\n =?utf-8?B?Wm/Dqw==?= <zoe@example.org>\r\n"))
        let subject = Data("[high] auth.bruteforce {\"user\":\"zoë\"}".utf8).base64EncodedString()
        #expect(mail.contains("Subject: =?utf-8?B?\(subject)?=\r\n"))
        let body = mail.components(separatedBy: "\r\n\r\n").dropFirst().joined().replacingOccurrences(of: "\r\n", with: "")
        let text = String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self)
        #expect(text.hasPrefix("Rule:   auth.bruteforce (high)\n"))
        #expect(text.contains(String(decoding: Sample.alert(100, user: "zoë").json, as: UTF8.self)))
    }

    /// No value of an event makes a header, a recipient or the end of the mail.
    @Test func headersCannotBeInjected() throws {
        let user = "x\r\nBcc: evil@example.org\r\n\r\n.\r\nRSET"
        try Self.action { $0.subject = Template(known: "{{key.user}}", form: .line) }.deliver([Sample.alert(101, user: user)])
        let mail = try Self.mail(with: "<m101.fluxcore@example.org>")
        #expect(mail.contains("Subject: x  Bcc: evil@example.org    .  RSET\r\n"))
        #expect(!mail.contains("\nBcc:"))
        #expect(mail.hasPrefix("X-To: soc@example.org,zoe@example.org\n"))
    }

    @Test func refusals() throws {
        let nobody = Sample.error { try Self.action { $0.recipients = ["nobody@example.org"] }.deliver([Sample.alert()]) }
        #expect(nobody?.kind == .refused, "\(String(describing: nobody))")
        let later = Sample.error { try Self.action { $0.recipients = ["later@example.org"] }.deliver([Sample.alert()]) }
        #expect(later?.kind.isTemporary == true, "\(String(describing: later))")
        let wrong = Sample.error { try Self.action { $0.password = "wr0ng horse" }.deliver([Sample.alert()]) }
        #expect(wrong?.kind.isTemporary == true, "\(String(describing: wrong))")
        #expect(wrong?.description.contains("wr0ng") == false)
    }

    /// One address that is refused keeps the mail from nobody else.
    @Test func theOthersGetIt() throws {
        try Self.action { $0.recipients = ["nobody@example.org", "soc@example.org", "nobody@example.net"] }.deliver([Sample.alert(110)])
        #expect(try Self.mail(with: "<m110.fluxcore@example.org>").hasPrefix("X-To: soc@example.org\n"))
        let last = try Self.action { $0.recipients = ["soc@example.org", "Nobody <nobody@example.org>"] }
        let remarks = Mutex<[String]>([])
        last.setRemark { remark in remarks.withLock { $0.append(remark) } }
        try last.deliver([Sample.alert(111)])
        try last.deliver([Sample.alert(114)])
        #expect(try Self.mail(with: "<m111.fluxcore@example.org>").hasPrefix("X-To: soc@example.org\n"))
        #expect(try Self.mail(with: "<m114.fluxcore@example.org>").hasPrefix("X-To: soc@example.org\n"))
        let told = remarks.withLock { $0 }
        #expect(told.count == 1 && told[0].hasSuffix(": nobody@example.org: 550 there is nobody of that name"), "\(told)")
    }

    /// Who is to be asked again later is asked alone: the others have the mail.
    @Test func whoIsPutOffIsAskedAgain() throws {
        let action = try Self.action { $0.recipients = ["later@example.org", "soc@example.org"] }
        for _ in 0..<3 {
            let error = Sample.error { try action.deliver([Sample.alert(112)]) }
            #expect(error?.kind.isTemporary == true && error?.description.contains("later@example.org: 451 come back later") == true)
        }
        #expect(try Self.mail(with: "<m112.fluxcore@example.org>").hasPrefix("X-To: soc@example.org\n"))
        let both = Sample.error {
            try Self.action { $0.recipients = ["later@example.org", "nobody@example.org"] }.deliver([Sample.alert(113)])
        }
        #expect(both?.kind.isTemporary == true)
    }

    @Test func aCertificateThatIsNotTrusted() throws {
        let error = Sample.error { try Self.action { $0.transfer.authorities = nil }.deliver([Sample.alert(102)]) }
        #expect(error?.kind.isTemporary == true)
        #expect(try !Self.server.get().texts(".eml").contains { $0.contains("<m102.") })
    }

    @Test func encodedWords() {
        #expect(MailMessage.encoded("plain (text), 1") == "plain (text), 1")
        #expect(MailMessage.encoded("=?utf-8?Q?x?=").hasPrefix("=?utf-8?B?"))
        let long = String(repeating: "é", count: 100)
        let words = MailMessage.encoded(long).components(separatedBy: "\r\n ")
        #expect(words.allSatisfy { $0.utf8.count <= 75 && $0.hasPrefix("=?utf-8?B?") && $0.hasSuffix("?=") })
        let texts = words.map { String(decoding: Data(base64Encoded: String($0.dropFirst(10).dropLast(2))) ?? Data(), as: UTF8.self) }
        #expect(texts.joined() == long)
        #expect(texts.allSatisfy { !$0.contains("\u{FFFD}") })
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (1_767_225_600_000_000_000, "Thu, 01 Jan 2026 00:00:00 +0000"),
        (1_709_210_096_500_000_000, "Thu, 29 Feb 2024 12:34:56 +0000"),
    ])
    func dates(_ time: Int64, _ expected: String) { #expect(MailMessage.date(time) == expected) }
}
