import EventEngine
import RuleLanguage

/// The hash of what decides which matches a rule has: its input, events, pattern and policies. Title, level, tags,
/// measures, suppression, actions and tests are not part of it: changing them keeps partial matches and match ids.
enum LogicHash {
    static func hash(of rule: Rule) -> Digest128 {
        var builder = Hash128()
        builder.append("fluxcore.logic.1")
        for event in rule.events {
            builder.append(event.name)
            builder.append(event.predicate.map(text) ?? "")
            builder.append(event.streams?.joined(separator: "\n") ?? "*")
            for part in event.key { builder.append((part.allowsNull ? "?" : "") + part.path.text) }
        }
        builder.append(rule.filter.map(text) ?? "")
        builder.append(text(rule.pattern))
        builder.append(rule.having.map(text) ?? "")
        let policies =
            "\(rule.within ?? -1) \(rule.until ?? -1) \(rule.skip) \(rule.emit) \(rule.prefer) \(rule.limit.attempts) "
            + "\(rule.limit.whenFull) \(rule.emitsTimeouts)"
        builder.append(policies)
        return builder.digest()
    }

    /// The hash of everything else: title, level, tags, measures, suppression, actions, mode.
    static func metadata(of rule: Rule) -> Digest128 {
        var builder = Hash128()
        builder.append("fluxcore.metadata.1")
        for text in [rule.title, rule.description, rule.level.rawValue, "\(rule.isShadow)"] { builder.append(text) }
        for list in [rule.tags, rule.actions] {
            builder.append(UInt64(list.count))
            for text in list { builder.append(text) }
        }
        builder.append("\(rule.suppress.map { "\($0)" } ?? "")")
        for measure in rule.select {
            builder.append(measure.name)
            builder.append(text(measure.expression))
        }
        return builder.digest()
    }

    private static func text(_ pattern: Pattern) -> String {
        switch pattern.kind {
        case .event(let variable): return "e\(variable)"
        case .sequence(let steps, let links): return "s(" + steps.map(text).joined(separator: " ") + ";" + links.map(text).joined() + ")"
        case .alternation(let branches): return "a(" + branches.map(text).joined(separator: " ") + ")"
        case .repetition(let body, let minimum, let maximum, let reluctant, let link):
            return "r(\(text(body)) \(minimum) \(maximum ?? -1) \(reluctant) \(link.map(text) ?? ""))"
        case .group(let body, let until, let within): return "g(\(text(body)) \(until ?? -1) \(within ?? -1))"
        case .permute(let branches): return "p(" + branches.map(text).joined(separator: " ") + ")"
        case .of(let count, let branches): return "o(\(count) " + branches.map(text).joined(separator: " ") + ")"
        case .negation(let variable, let duration): return "n(\(variable) \(duration ?? -1))"
        }
    }

    private static func text(_ link: Link) -> String {
        "\(link.contiguity.rawValue)[\(link.minimumGap ?? -1) \(link.maximumGap ?? -1)]"
    }

    /// The expression without its spans and types.
    private static func text(_ expression: Expression) -> String {
        func list(_ parts: [Expression]) -> String { parts.map(text).joined(separator: " ") }
        switch expression.kind {
        case .literal(let literal): return "\(literal)"
        case .reference(let event, let operand): return "ref(\(event) \(text(operand)))"
        case .aggregate(let function, let event, let operand):
            return "agg(\(function) \(event) \(operand.map(text) ?? ""))"
        case .not(let operand): return "not(\(text(operand)))"
        case .and(let operands): return "and(\(list(operands)))"
        case .or(let operands): return "or(\(list(operands)))"
        case .compare(let comparison, let left, let right, let folds):
            return "cmp(\(comparison) \(text(left)) \(text(right)) \(folds))"
        case .membership(let operand, let values, let folds): return "in(\(text(operand)) \(values) \(folds))"
        case .text(let operation, let operand, let patterns, let folds): return "text(\(operation) \(text(operand)) \(patterns) \(folds))"
        case .textDynamic(let operation, let left, let right, let folds):
            return "text(\(operation) \(text(left)) \(text(right)) \(folds))"
        case .isNull(let operand): return "null(\(text(operand)))"
        case .arithmetic(let operation, let left, let right): return "(\(text(left)) \(operation) \(text(right)))"
        case .negate(let operand): return "neg(\(text(operand)))"
        case .call(let function, let arguments): return "\(function)(\(list(arguments)))"
        case .cidr(let operand, let nets): return "cidr(\(text(operand)) \(nets))"
        }
    }

    private static func text(_ operand: Operand) -> String {
        switch operand {
        case .field(let path): return "\(path.segments)"
        case .meta(let field): return "@\(field.rawValue)"
        }
    }
}
