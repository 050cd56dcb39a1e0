/// Numbers and lines as SVG writes them.
enum SVGPath {
    /// The `d` of an arrow.
    static func text(_ shape: DiagramLayout.Shape) -> String {
        switch shape {
        case .arc(let from, let to, let x):
            return "M\(number(from.x)) \(number(from.y)) C\(number(x)) \(number(from.y)) \(number(x)) \(number(to.y)) "
                + "\(number(to.x + 1)) \(number(to.y))"
        case .through(let points):
            var path = "M\(number(points[0].x)) \(number(points[0].y))"
            for (last, next) in zip(points, points.dropFirst()) {
                if abs(last.x - next.x) < 0.5 {
                    path += " L\(number(next.x)) \(number(next.y))"
                } else {
                    let middle = number((last.y + next.y) / 2)
                    path += " C\(number(last.x)) \(middle) \(number(next.x)) \(middle) \(number(next.x)) \(number(next.y))"
                }
            }
            return path
        }
    }

    /// At most one decimal.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let whole = abs(tenths) / 10
        return abs(tenths) % 10 == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(abs(tenths) % 10)"
    }
}
