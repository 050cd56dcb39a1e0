/// How pictures look, on light and dark pages. Colours stand in the rules themselves: not every reader knows variables.
enum SVGStyle {
    private static let mono = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"

    /// The style element.
    static let text = """
        <style>
        text{font-family:\(mono);font-size:11px;fill:#1f2328}
        .page{fill:#ffffff}
        .heading{font-size:15px;font-weight:600}
        .note{fill:#59636e}
        .pattern{fill:#0550ae}
        .name{font-size:13px;font-weight:600;text-anchor:middle}
        .predicate{text-anchor:middle;fill:#59636e}
        .label{fill:#424a53}
        rect{stroke-width:1.2}
        .step rect{fill:#f6f8fa;stroke:#818b98}
        .start rect{fill:#ddf4ff;stroke:#0969da}
        .match rect{fill:#dafbe1;stroke:#1a7f37}
        .arrow{fill:none;stroke:#6e7781;stroke-width:1.3}
        .back{stroke:#8250df;stroke-dasharray:5 3}
        .head{fill:#6e7781}
        .back-head{fill:#8250df}
        @media (prefers-color-scheme:dark){
        text{fill:#e6edf3}
        .page{fill:#0d1117}
        .note{fill:#9198a1}
        .pattern{fill:#79c0ff}
        .predicate{fill:#9198a1}
        .label{fill:#c9d1d9}
        .step rect{fill:#161b22;stroke:#6e7681}
        .start rect{fill:#0c2d6b;stroke:#388bfd}
        .match rect{fill:#033a16;stroke:#2ea043}
        .arrow{stroke:#8b949e}
        .back{stroke:#bc8cff}
        .head{fill:#8b949e}
        .back-head{fill:#bc8cff}
        }
        </style>
        """

    /// Heads of arrows.
    static let markers = """
        <defs>
        <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 1 L10 5 L0 9 z"/></marker>
        <marker id="back-head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="back-head" d="M0 1 L10 5 L0 9 z"/></marker>
        </defs>
        """
}
