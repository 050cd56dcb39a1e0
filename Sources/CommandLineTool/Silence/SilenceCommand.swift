import ArgumentParser
import EngineService

/// `fluxcore silence`.
struct SilenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Hold back alerts of a rule for some time.",
        discussion: """
            While a silence holds, alerts that it covers are counted and not delivered; how many there were is told in the \
            service's log when it ends. Silences stand in the state store. With --config a service that is running is asked over \
            its HTTP interface (`server`; a token comes from FLUXCORE_TOKEN); otherwise the store is changed, for which the \
            service must be stopped.

            EXAMPLES:
              fluxcore silence add --config fluxcore.yaml --rule 'auth.*' --key user=bob --for 2h --reason "load test"
              fluxcore silence ls --config fluxcore.yaml
              fluxcore silence rm --config fluxcore.yaml 5e1f00d5

            EXIT CODES:
              0 ok, 1 there is no such silence, 2 usage, 3 the store cannot be read or written, or a running service does not do it
            """,
        subcommands: [SilenceAddCommand.self, SilenceListCommand.self, SilenceRemoveCommand.self])
}
