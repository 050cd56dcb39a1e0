/// Every event of a report through a function: to add what is known of them only later.
extension WhyReport {
    /// The report with other events.
    func mapEvents(_ change: (WhyEvent) -> WhyEvent) -> WhyReport {
        var report = self
        for index in report.keys.indices {
            report.keys[index].shown = report.keys[index].shown.map { $0.mapEvents(change) }
            report.keys[index].unstarted = report.keys[index].unstarted.map { unstarted in
                var unstarted = unstarted
                unstarted.start = unstarted.start.mapEvents(change)
                return unstarted
            }
            report.keys[index].nearMisses = report.keys[index].nearMisses.map { miss in
                var miss = miss
                miss.event = change(miss.event)
                if case .ended(let end) = miss.reason { miss.reason = .ended(end.mapEvents(change)) }
                miss.bound = miss.bound.map { $0.mapEvents(change) }
                return miss
            }
        }
        return report
    }

    /// The report with other names for its files: paths tell more than some may see, or nothing.
    public func namingFiles(_ name: (String) -> String) -> WhyReport {
        mapEvents { event in
            var event = event
            event.file = event.file.map(name)
            return event
        }
    }
}

extension WhyBinding {
    fileprivate func mapEvents(_ change: (WhyEvent) -> WhyEvent) -> WhyBinding { WhyBinding(name: name, event: change(event)) }
}

extension WhyAttempt {
    fileprivate func mapEvents(_ change: (WhyEvent) -> WhyEvent) -> WhyAttempt {
        var attempt = self
        attempt.start = start.mapEvents(change)
        attempt.threads = threads.map { thread in
            var thread = thread
            thread.bound = thread.bound.map { $0.mapEvents(change) }
            return thread
        }
        attempt.refusal?.bound = refusal?.bound.map { $0.mapEvents(change) } ?? []
        attempt.end = end.mapEvents(change)
        return attempt
    }
}

extension WhyEnd {
    fileprivate func mapEvents(_ change: (WhyEvent) -> WhyEvent) -> WhyEnd {
        switch self {
        case .until(let name, let event): .until(name: name, event: change(event))
        case .groupUntil(let name, let event): .groupUntil(name: name, event: change(event))
        case .negation(let name, let event): .negation(name: name, event: change(event))
        case .strict(let step, let event): .strict(step: step, event: change(event))
        case .superseded(let event): .superseded(event: change(event))
        case .match, .within, .gap, .group, .skip, .limit, .having, .leading, .open, .other: self
        }
    }
}
