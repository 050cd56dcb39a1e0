/// The files that a source of type `file` reads.
public enum SourceFiles {
    /// Regular files that match a path or a glob now, in order of name; what cannot be looked at is left out.
    public static func matching(_ pattern: String) -> [String] { FileFinder(pattern: pattern).list { _, _ in }.map(\.path) }
}
