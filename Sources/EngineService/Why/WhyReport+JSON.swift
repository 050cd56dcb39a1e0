import EventEngine

/// The report as one line of JSON:
///
///     {"rule":…,"verdict":…,"pattern":…,"mode":…,"matches":n,"suppressed":n,"fired_keys":n,"key_fields":[…],"first_names":[…],
///      "notes":[…],"least_events":n,"feeders":[{"rule":…,"matches":n,"mode":…}],
///      "input":{"read":n,"late":n,"malformed":n,"of_stream":n,"matches":n,"passed":n,"keyed":n,"of_key":n,
///               "where":[{"text":…,"satisfied":n}],
///               "names":[{"name":…,"satisfied":n,"parts":[{"text":…,"satisfied":n}],"dependent":[…]}]},
///      "keys":[{"key":{label:value},"attempts":n,"matches":n,"suppressed":n,"ends":{cause:n},
///               "shown":[{"number":n,"start":BINDING,"thread_count":n,"matches":n,"threads":[THREAD],"refusal":REFUSAL,
///                         "end":END}],
///               "unstarted":[{"start":BINDING,"reason":…}],"unstarted_count":n,"near_misses":[MISS]}]}
///
/// THREAD is `bound` (BINDINGs), `left_out`, `awaits` (`step from after until`), `remaining`. BINDING is `name` and the EVENT's `time stream file
/// offset line event clipped`. END has `cause` (`WhyEnd.cause`) and what belongs to it: `match_id time suppressed_until deadline duration
/// timeout_id name event step attempts conditions expires`. REFUSAL, of attempts that were complete and never a match, has the `cause`
/// `having` or `leading_negation` with the same, `at count bound left_out`. MISS is `name step attempt remaining reason event bound` and what belongs to
/// the reason: `by limit from after before end until key null_fields list_fields stream wanted_streams conditions`.
/// An event of a Redis stream also has `entry`, one that is a match of another rule `match`, which is `rule id`. `feeders` and `matches`
/// of the input are null unless the rule reads matches. What is not known is null, durations are nanoseconds.
extension WhyReport {
    /// Appends the report and a newline.
    public func appendJSON(to buffer: inout ByteBuffer) {
        JSONWriter.append(to: &buffer) { json in
            json.field("rule", rule)
            json.field("verdict", verdict)
            json.field("pattern", pattern)
            json.field("mode", isShadow ? "shadow" : "live")
            json.field("matches", matches)
            json.field("suppressed", suppressed)
            json.field("fired_keys", firedKeys)
            json.list("notes", texts: notes)
            json.list("key_fields", texts: keyLabels)
            json.list("first_names", texts: firstNames)
            json.field("least_events", leastEvents)
            if let feeders {
                json.list("feeders", feeders) { json, feeder in
                    json.field("rule", feeder.rule)
                    json.field("matches", feeder.matches)
                    json.field("mode", feeder.isShadow ? "shadow" : "live")
                }
            } else {
                json.field("feeders", nil as String?)
            }
            json.object("input") { funnel.append(to: &$0) }
            json.list("keys", keys) { $1.append(to: &$0) }
        }
        buffer.append("\n")
    }
}

extension WhyReport.Funnel {
    fileprivate func append(to json: inout JSONWriter) {
        json.field("read", read)
        json.field("late", late)
        json.field("malformed", malformed)
        json.field("of_stream", ofStream)
        json.field("matches", matches)
        json.field("passed", passed)
        json.field("keyed", keyed)
        json.field("of_key", ofKey)
        json.list("where", filter) { json, part in
            json.field("text", part.text)
            json.field("satisfied", part.satisfied)
        }
        json.list("names", names) { json, name in
            json.field("name", name.name)
            json.field("satisfied", name.satisfied)
            json.list("parts", name.parts) { json, part in
                json.field("text", part.text)
                json.field("satisfied", part.satisfied)
            }
            json.list("dependent", texts: name.dependent)
        }
    }
}

extension WhyReport.Key {
    fileprivate func append(to json: inout JSONWriter) {
        json.object("key") { json in for part in parts { json.field(part.label, part.value) } }
        json.field("attempts", attempts)
        json.field("matches", matches)
        json.field("suppressed", suppressed)
        json.object("ends") { json in for end in ends { json.field(end.cause, end.count) } }
        json.list("shown", shown) { $1.append(to: &$0) }
        json.list("unstarted", unstarted) { json, unstarted in
            json.object("start") { unstarted.start.append(to: &$0) }
            switch unstarted.reason {
            case .leading(let name, let time, let duration):
                json.field("reason", "leading_negation")
                json.field("name", name)
                json.field("time", time: time)
                json.field("duration", Int(duration))
            case .until(let name):
                json.field("reason", "until")
                json.field("name", name)
            case .limit(let limit):
                json.field("reason", "limit")
                json.field("attempts", limit)
            }
        }
        json.field("unstarted_count", unstartedCount)
        json.list("near_misses", nearMisses) { $1.append(to: &$0) }
    }
}

extension WhyBinding {
    fileprivate func append(to json: inout JSONWriter) {
        json.field("name", name)
        event.append(to: &json)
    }
}

extension WhyEvent {
    fileprivate func append(to json: inout JSONWriter) {
        json.field("time", time: time)
        json.field("stream", stream)
        json.field("file", file)
        json.field("offset", Int(clamping: offset))
        json.field("line", line)
        if let entry { json.field("entry", entry) }
        if let origin {
            json.object("match") { json in
                json.field("rule", origin.rule)
                json.field("id", origin.match)
            }
        }
        if isClipped { json.field("event", raw) } else { json.field("event", raw: raw) }
        json.field("clipped", isClipped)
    }
}

extension WhyAttempt {
    fileprivate func append(to json: inout JSONWriter) {
        json.field("number", number)
        json.object("start") { start.append(to: &$0) }
        json.field("thread_count", threadCount)
        json.field("matches", matches)
        json.list("threads", threads) { json, thread in
            json.list("bound", thread.bound) { $1.append(to: &$0) }
            json.field("left_out", thread.leftOut)
            json.list("awaits", thread.awaits) { json, awaits in
                json.field("step", awaits.step)
                json.opening(awaits.opens, behind: awaits.opensBehind)
                json.field("until", time: awaits.expires)
            }
            json.field("remaining", thread.remaining)
        }
        if let refusal {
            json.object("refusal") { json in
                refusal.reason.append(to: &json)
                json.field("at", time: refusal.time)
                json.field("count", refusal.count)
                json.list("bound", refusal.bound) { $1.append(to: &$0) }
                json.field("left_out", refusal.leftOut)
            }
        } else {
            json.field("refusal", nil as String?)
        }
        json.object("end") { end.append(to: &$0) }
    }
}

extension WhyEnd {
    fileprivate func append(to json: inout JSONWriter) {
        json.field("cause", cause)
        switch self {
        case .match(let id, let time, let until):
            json.field("match_id", id)
            json.field("time", time: time)
            json.field("suppressed_until", time: until)
        case .within(let deadline, let duration, let timeout), .gap(let deadline, let duration, let timeout),
            .group(let deadline, let duration, let timeout):
            json.field("deadline", time: deadline)
            json.field("duration", Int(duration))
            json.field("timeout_id", timeout)
        case .until(let name, let event), .groupUntil(let name, let event), .negation(let name, let event):
            json.field("name", name)
            json.object("event") { event.append(to: &$0) }
        case .strict(let step, let event):
            json.field("step", step)
            json.object("event") { event.append(to: &$0) }
        case .skip(let match): json.field("match_id", match)
        case .limit(let limit): json.field("attempts", limit)
        case .superseded(let event): json.object("event") { event.append(to: &$0) }
        case .having(let conditions): json.conditions(conditions)
        case .leading(let name, let time):
            json.field("name", name)
            json.field("time", time: time)
        case .open(let expires): json.field("expires", time: expires)
        case .other: break
        }
    }
}

extension WhyNearMiss {
    fileprivate func append(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("step", step)
        json.field("attempt", attempt)
        json.field("remaining", remaining)
        switch reason {
        case .predicate(let conditions):
            json.field("reason", "predicate")
            json.conditions(conditions)
        case .tooLate(let limit, let by):
            json.field("reason", "too_late")
            json.field("limit", limit)
            json.field("by", Int(by))
        case .tooEarly(let by, let opens, let behind):
            json.field("reason", "too_early")
            json.field("by", Int(by))
            json.opening(opens, behind: behind)
        case .before(let name, let by):
            json.field("reason", "before")
            json.field("before", name)
            json.field("by", Int(by))
        case .ended(let end):
            json.field("reason", "ended")
            json.object("end") { end.append(to: &$0) }
        case .until(let name):
            json.field("reason", "until")
            json.field("until", name)
        case .key(let key):
            json.field("reason", "key")
            json.field("key", raw: key)
        case .noKey(let null, let composite):
            json.field("reason", "key")
            json.field("key", nil as String?)
            json.list("null_fields", texts: null)
            json.list("list_fields", texts: composite)
        case .late(let by):
            json.field("reason", "late")
            json.field("by", Int(by))
        case .stream(let stream, let wanted):
            json.field("reason", "stream")
            json.field("stream", stream)
            json.list("wanted_streams", texts: wanted)
        case .filter(let conditions):
            json.field("reason", "where")
            json.conditions(conditions)
        }
        json.object("event") { event.append(to: &$0) }
        json.list("bound", bound) { $1.append(to: &$0) }
    }
}

extension JSONWriter {
    /// `from`, the earliest time that will do, or `after`, which will not do itself.
    fileprivate mutating func opening(_ time: Int64?, behind: Bool) {
        field("from", time: behind ? nil : time)
        field("after", time: behind ? time : nil)
    }

    /// JSON as it is; what is none, as a text.
    fileprivate mutating func field(_ name: String, raw: String) { field(name, raw: Array(raw.utf8)) }

    fileprivate mutating func conditions(_ conditions: [WhyCondition]) {
        list("conditions", conditions) { json, condition in
            json.field("text", condition.text)
            json.field("true", condition.isTrue)
            json.list("values", condition.values) { json, value in
                json.field("text", value.text)
                json.field("value", raw: value.value)
            }
        }
    }
}
