import EventEngine

/// `/api/v1/history`.
struct HistoryEndpoint: Sendable {
    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/history", scope: .read, summary: "Counters of the last half hour, the oldest first",
                statuses: [(200, "Samples with counts since the first start, and how far the watermark was behind the wall clock")]
            ) { _ in
                .json { json in
                    json.field("interval", StatusHistory.interval)
                    json.list("samples", context.history.all) { json, sample in
                        json.field("time", time: sample.time)
                        json.field("read", sample.read)
                        json.field("processed", sample.processed)
                        json.field("late", sample.late)
                        json.field("malformed", sample.malformed)
                        json.field("matches", sample.matches)
                        json.field("watermark", time: sample.watermark)
                        json.field("lagSeconds", sample.watermark.map { Int((Double(sample.time) - Double($0)) / 1e9) })
                    }
                }
            }
        ]
    }
}
