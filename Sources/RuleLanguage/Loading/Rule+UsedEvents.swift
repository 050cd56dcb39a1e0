extension Rule {
    /// The events that the pattern, its negations and every `until` name: indexes in `events`, in rising order.
    var usedEvents: [Int] {
        var used: Set<Int> = []
        if let until { used.insert(until) }
        var open = [pattern]
        while let next = open.popLast() {
            switch next.kind {
            case .event(let index), .negation(let index, _): used.insert(index)
            case .sequence(let steps, _): open += steps
            case .alternation(let branches), .permute(let branches), .of(_, let branches): open += branches
            case .repetition(let body, _, _, _, _): open.append(body)
            case .group(let body, let until, _):
                open.append(body)
                if let until { used.insert(until) }
            }
        }
        return used.sorted()
    }

    /// True when the pattern has a strict link anywhere: then also events that fit no name end attempts.
    var hasStrictLink: Bool {
        var open = [pattern]
        while let next = open.popLast() {
            switch next.kind {
            case .event, .negation: break
            case .sequence(let steps, let links):
                if links.contains(where: { $0.contiguity == .next }) { return true }
                open += steps
            case .alternation(let branches), .permute(let branches), .of(_, let branches): open += branches
            case .repetition(let body, _, _, _, let link):
                if link?.contiguity == .next { return true }
                open.append(body)
            case .group(let body, _, _): open.append(body)
            }
        }
        return false
    }
}
