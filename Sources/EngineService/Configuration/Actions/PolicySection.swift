import RuleLanguage

/// Reads what is done around the deliveries of an action: `retry`, `rate`, `batch`, `circuit` and `queue`.
struct PolicySection {
    /// Its keys.
    static let keys = ["retry", "rate", "batch", "circuit", "queue"]
    private static let most = 1_000_000_000

    /// The section; what is left out or wrong is at its default.
    static func policy(
        _ mapping: MappingReader, takesBatches: Bool, into context: inout ConfigurationContext
    ) -> DeliveryPolicy {
        var policy = DeliveryPolicy()
        retry(mapping["retry"], into: &policy, &context)
        rate(mapping["rate"], into: &policy, &context)
        if let pair = mapping.pair("batch"), !takesBatches {
            context.sink.error(.invalidValue, "this type takes one match at a time: `batch` does not belong here", at: pair.keySpan)
        } else {
            batch(mapping["batch"], into: &policy, &context)
        }
        circuit(mapping["circuit"], into: &policy, &context)
        queue(mapping["queue"], into: &policy, &context)
        return policy
    }

    private static func retry(_ node: YAMLNode?, into policy: inout DeliveryPolicy, _ context: inout ConfigurationContext) {
        guard let node, let mapping = MappingReader(node, what: "`retry`", known: ["first", "longest", "give_up"], into: &context.sink)
        else { return }
        if let first = context.duration(mapping["first"], as: "`first`", minimum: 1_000_000) { policy.firstPause = first }
        if let longest = context.duration(mapping["longest"], as: "`longest`", minimum: 1_000_000) {
            policy.longestPause = longest
        }
        if policy.longestPause < policy.firstPause {
            if mapping["longest"] != nil, let pair = mapping.pair("longest") {
                context.sink.error(.invalidValue, "`longest` is shorter than `first`", at: pair.keySpan)
            }
            policy.longestPause = policy.firstPause
        }
        guard let giveUp = mapping["give_up"] else { return }
        if giveUp.scalar?.text.text == "never" { return }
        if case .int? = giveUp.scalar?.literal {
            if let attempts = context.number(giveUp, as: "`give_up`", in: 1...Self.most) { policy.giveUp = .attempts(attempts) }
        } else if let time = context.duration(
            giveUp, as: "`give_up`", minimum: 1_000_000, hint: "`never`, or a number of tries")
        {
            policy.giveUp = .after(time)
        }
    }

    private static func rate(_ node: YAMLNode?, into policy: inout DeliveryPolicy, _ context: inout ConfigurationContext) {
        guard let node, let mapping = MappingReader(node, what: "`rate`", known: ["count", "per", "burst"], into: &context.sink) else {
            return
        }
        let written = mapping.required("count", of: "`rate`", at: node.span, into: &context.sink)
        let count = context.number(written, as: "`count`", in: 1...Self.most)
        let period = context.duration(mapping["per"], as: "`per`", minimum: 1_000_000) ?? 1_000_000_000
        let burst = context.number(mapping["burst"], as: "`burst`", in: 1...Self.most)
        guard let count else { return }
        policy.rate = DeliveryPolicy.Rate(count: count, period: period, burst: burst ?? count)
    }

    private static func batch(_ node: YAMLNode?, into policy: inout DeliveryPolicy, _ context: inout ConfigurationContext) {
        guard let node, let mapping = MappingReader(node, what: "`batch`", known: ["count", "wait"], into: &context.sink) else { return }
        let written = mapping.required("count", of: "`batch`", at: node.span, into: &context.sink)
        if let count = context.number(written, as: "`count`", in: 1...256) { policy.batch = count }
        if let wait = context.duration(mapping["wait"], as: "`wait`") { policy.batchWait = wait }
    }

    private static func circuit(_ node: YAMLNode?, into policy: inout DeliveryPolicy, _ context: inout ConfigurationContext) {
        guard let node else { return }
        if node.scalar?.text.text == "never" {
            policy.circuitFailures = nil
            return
        }
        guard let mapping = MappingReader(node, what: "`circuit`", known: ["failures", "pause"], into: &context.sink) else { return }
        if let failures = context.number(mapping["failures"], as: "`failures`", in: 1...Self.most) { policy.circuitFailures = failures }
        if let pause = context.duration(mapping["pause"], as: "`pause`", minimum: 1_000_000) { policy.circuitPause = pause }
    }

    private static func queue(_ node: YAMLNode?, into policy: inout DeliveryPolicy, _ context: inout ConfigurationContext) {
        guard let node, let mapping = MappingReader(node, what: "`queue`", known: ["max", "when_full"], into: &context.sink) else { return }
        let written = mapping.required("max", of: "`queue`", at: node.span, into: &context.sink)
        guard let limit = context.number(written, as: "`max`", in: 1...Self.most) else { return }
        policy.queueLimit = limit
        let words = DeliveryPolicy.WhenFull.allCases.map(\.rawValue)
        let full = mapping.required("when_full", of: "`queue`", at: node.span, into: &context.sink)
        if let word = context.choice(full, as: "`when_full`", among: words), let choice = DeliveryPolicy.WhenFull(rawValue: word) {
            policy.whenFull = choice
        }
    }
}
