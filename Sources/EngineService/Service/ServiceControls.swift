import Connectors

/// What may be done to a running service, and what it shows: for its HTTP interface. From any thread.
public struct ServiceControls: Sendable {
    /// What it is doing.
    public let monitor: ServiceMonitor
    /// What takes pushed events, one for each source of type `http` in the order of the configuration.
    public let intakes: [EventIntake]
    /// The silences that hold back alerts.
    public let silences: SilenceBook
    /// Reads the rules again.
    public let reloader: RuleReloader
    /// Takes what is asked of alerts that wait or were given up.
    public let desk: AlertDesk
}
