/// Something that a test needs did not come about.
public struct TestSupportError: Error, CustomStringConvertible {
    /// What, with what was seen instead.
    public let description: String

    /// An error of that text.
    public init(_ description: String) { self.description = description }
}

#if canImport(Glibc)
    import Glibc
#endif

/// Waits until something holds, for as long as tells a hang on any machine; throws when it never does.
public func eventually(
    _ what: String, timeoutSeconds: Int = 60, _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + .seconds(timeoutSeconds)
    while true {
        if try condition() { return }
        if ContinuousClock.now > deadline { throw TestSupportError("\(what) did not come about in \(timeoutSeconds) s") }
        usleep(5000)
    }
}
