import Connectors

extension ServiceConfiguration.Action.Kind {
    /// An adapter that does it; nothing is opened or connected yet.
    func makeAdapter() -> any ActionAdapter {
        switch self {
        case .standardOutput: StandardOutputAction()
        case .file(let settings): FileAction(settings)
        case .webhook(let settings): WebhookAction(settings)
        case .slack(let settings): SlackAction(settings)
        case .alertmanager(let settings): AlertmanagerAction(settings)
        case .email(let settings): MailAction(settings)
        case .syslog(let settings): SyslogAction(settings)
        case .redis(let settings): RedisAction(settings)
        case .exec(let settings): ExecAction(settings)
        }
    }
}
