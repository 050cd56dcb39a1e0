import Glibc

/// Standard output and standard error, as a person or a program sees them.
enum Terminal {
    /// True when standard output is a terminal whose user has not asked for no colour.
    static var outputUsesColor: Bool { usesColor(1) }

    /// The same of standard error.
    static var errorUsesColor: Bool { usesColor(2) }

    /// True when standard error is a terminal.
    static var errorIsTerminal: Bool { isatty(2) == 1 }

    private static func usesColor(_ descriptor: CInt) -> Bool {
        if let setting = getenv("NO_COLOR"), setting.pointee != 0 { return false }
        if let kind = getenv("TERM"), String(cString: kind) == "dumb" { return false }
        return isatty(descriptor) == 1
    }

    /// Writes text to standard output; a closed pipe is no error.
    static func writeOutput(_ text: String) { write(text, to: 1) }

    /// Writes text to standard error.
    static func writeError(_ text: String) { write(text, to: 2) }

    private static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let result = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if result > 0 {
                    written += result
                } else if result == 0 || errno != EINTR {
                    return
                }
            }
        }
    }
}
