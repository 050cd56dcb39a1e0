import Glibc

/// Errors of the system in words.
enum SystemError {
    /// The words for a value of `errno`.
    static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
