/// "Did you mean": the known name that a misspelt one most likely stands for.
public enum NameSuggestion {
    /// The nearest of `candidates` by edit distance (insert, delete, replace, swap of neighbours), letter case not
    /// counted; nil when none is near enough to be a slip. Of equally near ones the first in order of the alphabet.
    public static func nearest(to name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        var best: (name: String, distance: Int)?
        for candidate in candidates.sorted() {
            let letters = Array(candidate.lowercased().utf8.prefix(64))
            let allowed = max(1, min(3, max(wanted.count, letters.count) / 3))
            guard abs(wanted.count - letters.count) <= allowed else { continue }
            let distance = editDistance(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// A hint for a diagnostic, empty when nothing is near.
    public static func hint(for name: String, among candidates: [String]) -> String {
        nearest(to: name, among: candidates).map { "did you mean `\($0)`?" } ?? ""
    }

    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in 0..<right.count {
                let replace = last[column] + (left[row] == right[column] ? 0 : 1)
                var distance = min(replace, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    distance = min(distance, beforeLast[column - 1] + 1)
                }
                current.append(distance)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
