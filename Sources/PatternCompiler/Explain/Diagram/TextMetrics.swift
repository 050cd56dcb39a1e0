/// How wide texts are in the picture, in pixels: the fonts are the reader's, so these are estimates on the wide side.
enum TextMetrics {
    /// Height of a line of small text.
    static let lineHeight = 15.0

    /// Width of a node's name, 13 px semibold monospace.
    static func name(_ text: String) -> Double { columns(text) * 8.0 }
    /// Width of small text, 11 px monospace.
    static func small(_ text: String) -> Double { columns(text) * 6.7 }

    /// Cells of a monospace font; East Asian characters take two.
    private static func columns(_ text: String) -> Double {
        text.unicodeScalars.reduce(0) { width, scalar in
            let properties = scalar.properties
            if properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark { return width }
            return width
                + (scalar.value >= 0x1100 && properties.isIdeographic || (0xAC00...0xD7A3).contains(scalar.value) || scalar.value >= 0x1F000
                    ? 2 : 1)
        }
    }
}
