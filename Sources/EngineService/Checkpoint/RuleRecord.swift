import EventEngine
import StateStore

/// What the store has of a rule: enough to tell later what of its state can be taken over, and to show it.
enum RuleRecord {
    /// The record of a rule.
    static func record(of rule: RuleProgram, in program: EngineProgram) -> StateRecord {
        var record = StateRecord()
        record.add("logic", rule.logicHash.text)
        record.add("shape", rule.shapeHash.text)
        if let suppression = suppression(of: rule) { record.add("suppression", suppression) }
        for slot in rule.keptSlots { record.add("kept", program.schema.fields[Int(slot)].text) }
        for field in RuleLayout(rule).fields + RuleShape(rule, schema: program.schema).fields { record.add(field.name, field.value) }
        return record
    }

    /// What has to be done about partial matches that were written when the rule had that record; nil: they mean nothing any more.
    static func kept(_ rule: RuleProgram, in program: EngineProgram, _ stored: StateRecord?) -> RecoveredState.KeptRule? {
        guard let stored else { return nil }
        let isSame = stored["logic"] == rule.logicHash.text
        var mapping: PatternMapping?
        if !isSame && stored["shape"] != rule.shapeHash.text {
            // A store of before patterns were mapped has no shape.
            guard let layout = RuleLayout(fields: stored.fields), let shape = RuleShape(fields: stored.fields) else { return nil }
            mapping = PatternMapping(from: layout, shape, to: RuleLayout(rule), RuleShape(rule, schema: program.schema))
            if mapping == nil { return nil }
        }
        let fields = Set(stored.all("kept"))
        let asks = rule.keptSlots.map { program.schema.fields[Int($0)].text }
        return RecoveredState.KeptRule(
            changesTimes: !isSame, needsDecoding: !asks.allSatisfy { fields.contains($0) }, mapping: mapping)
    }

    /// Why suppression that was written when the rule had that record means nothing any more; nil: it goes on.
    static func suppressionEnds(_ rule: RuleProgram, _ stored: StateRecord?) -> String? {
        guard let now = suppression(of: rule) else { return "rule \(rule.id) suppresses nothing any more" }
        guard let before = stored?["suppression"], before != now else { return nil }
        return "rule \(rule.id) suppresses by something else, or its mode has changed"
    }

    /// What alerts are held together by, and whether they fire at all: nobody saw the first alert of a rule that was a shadow.
    private static func suppression(of rule: RuleProgram) -> String? {
        guard let suppression = rule.suppression else { return nil }
        let labels = RuleLayout(rule).keyLabels
        let by = suppression.by.map { source in
            switch source {
            case .key(let part): "key " + labels[part]
            case .measure(let measure): "select " + rule.select[measure].name
            }
        }
        return by.joined(separator: ", ") + (rule.isShadow ? "; shadow" : "")
    }
}
