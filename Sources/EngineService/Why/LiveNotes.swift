import EventEngine

/// Where a service may have decided otherwise than a report over its sources, which reads them from the beginning, by their times alone and
/// with the rules of now: what it says to explain the difference.
struct LiveNotes {
    let sources: [ServiceConfiguration.Source]
    let status: ServiceStatus
    let silences: [Silence]
    let reloads: [ReloadOutcome]

    /// What is to be said of a report, a sentence each; the report has read `sources`.
    func notes(on report: WhyReport) -> [String] {
        [counted(report), late(report)].compactMap(\.self) + sources.compactMap(started) + [reloaded(report)].compactMap(\.self)
            + silences.filter { holds($0, report) }.map(silenced)
    }

    private func counted(_ report: WhyReport) -> String? {
        guard let own = status.rules.first(where: { $0.id == report.rule })?.statistics.matches else { return nil }
        let fired = report.isOfOneKey ? report.keys.first?.matches ?? 0 : report.matches
        // Of one key the service keeps no count.
        let isOfAll = !report.isOfOneKey || report.keyLabels.isEmpty
        guard isOfAll ? own != fired : own < fired else { return nil }
        return "the service itself has counted \(WhyText.count(own, "match", "matches")) of the rule since its state began"
    }

    private func late(_ report: WhyReport) -> String? {
        let own = status.sources.filter { source in sources.contains { $0.name == source.name } }.reduce(0) { $0 + $1.counters.late }
        guard own > report.funnel.late else { return nil }
        return
            "the service has left out \(WhyText.count(Int(own), "late event")), of which \(WhyText.number(report.funnel.late)) are late here: "
            + "while a source is idle its clock goes on, so it may not have taken what stands here"
    }

    private func started(_ source: ServiceConfiguration.Source) -> String? {
        guard source.start == .end else { return nil }
        return "the service reads source \(source.name) from what was its end at the first start (`start: end`), here all of it is read"
    }

    private func reloaded(_ report: WhyReport) -> String? {
        for reload in reloads.reversed() {
            let what: String
            switch reload.report?.entries.first(where: { $0.rule == report.rule })?.change {
            case .added: what = "the rule is new since then, and has not seen earlier events"
            case .pattern: what = "its pattern has changed, and attempts that were under way were dropped"
            case .steps:
                what = "its steps have changed, and attempts that were under way went on where they could, with what they had bound"
            case .conditions: what = "its conditions have changed, and attempts that were under way went on with what they had bound"
            case .removed, .metadata, .unchanged, nil: continue
            }
            return "the rules were reloaded at \(Timestamp.format(reload.time)): \(what); here the rule of now sees all events"
        }
        return nil
    }

    private func holds(_ silence: Silence, _ report: WhyReport) -> Bool {
        guard silence.covers(rule: report.rule) else { return false }
        guard report.isOfOneKey, let parts = report.keys.first?.parts else { return true }
        return silence.fields.allSatisfy { field in parts.contains { $0.label == field.name && $0.value == field.value } }
    }

    private func silenced(_ silence: Silence) -> String {
        let whose = silence.fields.isEmpty ? "" : " for \(silence.key)"
        return
            "silence \(silence.id) of \(silence.author) holds back alerts of \(silence.rule)\(whose) until \(Timestamp.format(silence.end)), "
            + "\(WhyText.number(silence.count)) so far"
    }
}
