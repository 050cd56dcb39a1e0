/// Stand-in until connectors are merged.
public enum Timestamp {
    public static func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
        func d(_ at: Int, _ n: Int) -> Int64? {
            var v: Int64 = 0
            for i in at..<at + n {
                guard text[i] >= 48, text[i] <= 57 else { return nil }
                v = v * 10 + Int64(text[i] - 48)
            }
            return v
        }
        guard text.count == 20, let y = d(0, 4), let mo = d(5, 2), let da = d(8, 2), let h = d(11, 2), let mi = d(14, 2),
            let s = d(17, 2)
        else { return nil }
        let yy = mo <= 2 ? y - 1 : y
        let era = yy / 400
        let yoe = yy - era * 400
        let doy = (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + da - 1
        let days = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468
        return (((days * 24 + h) * 60 + mi) * 60 + s) * 1_000_000_000
    }
    public static func format(_ nanoseconds: Int64) -> String {
        let c = CalendarTime(nanoseconds: nanoseconds)
        func p(_ v: Int64) -> String { v < 10 ? "0\(v)" : "\(v)" }
        return "\(c.year)-\(p(c.month))-\(p(c.day))T\(p(c.hour)):\(p(c.minute)):\(p(nanoseconds / 1_000_000_000 % 60))Z"
    }
}
