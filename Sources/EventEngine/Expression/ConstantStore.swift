import CRE2

/// Owns the memory of a pool's constants: texts, tables, compiled regular expressions. Freed with the last reference.
final class ConstantStore {
    private var blocks: [UnsafeMutableRawPointer] = []
    private var regexes: [OpaquePointer] = []
    /// By UTF-8: texts that Unicode calls equivalent are different constants.
    private var texts: [[UInt8]: UnsafeRawBufferPointer] = [:]

    deinit {
        for block in blocks { block.deallocate() }
        for regex in regexes { cre2_free(regex) }
    }

    /// The UTF-8 of a text; one copy for equal texts.
    func text(_ text: String) -> UnsafeRawBufferPointer {
        let bytes = Array(text.utf8)
        if let known = texts[bytes] { return known }
        let copy = bytes.withUnsafeBytes { source -> UnsafeRawBufferPointer in
            guard let start = source.baseAddress, source.count > 0 else { return source }
            let memory = allocate(source.count)
            memory.copyMemory(from: start, byteCount: source.count)
            return UnsafeRawBufferPointer(start: memory, count: source.count)
        }
        let kept = bytes.isEmpty ? UnsafeRawBufferPointer(start: nil, count: 0) : copy
        texts[bytes] = kept
        return kept
    }

    /// A copy of an array of trivially copyable elements.
    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        guard !elements.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
        let memory = allocate(elements.count * MemoryLayout<Element>.stride)
        let typed = memory.bindMemory(to: Element.self, capacity: elements.count)
        typed.initialize(from: elements, count: elements.count)
        return UnsafeBufferPointer(start: typed, count: elements.count)
    }

    /// Compiles an RE2 expression; nil when RE2 refuses it.
    func regex(_ pattern: String, caseInsensitive: Bool) -> OpaquePointer? {
        var pattern = pattern
        let regex = pattern.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { text in
                cre2_compile(text.baseAddress, text.count, caseInsensitive, nil, 0)
            }
        }
        if let regex { regexes.append(regex) }
        return regex
    }

    private func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
        blocks.append(memory)
        return memory
    }
}
