import CRE2
import Glibc

/// The built-in functions over texts. Parts of a text are views of it; only new texts take scratch memory.
extension ExpressionMachine {
    func map(_ value: Value, _ direction: CaseFolding.Direction) -> Value {
        value.tag == .string ? .string(CaseFolding.map(value.bytes, direction, arena)) : .null
    }

    func trim(_ value: Value) -> Value {
        guard value.tag == .string else { return .null }
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
        let text = value.bytes
        var start = 0
        var end = text.count
        while start < end, isSpace(text[start]) { start += 1 }
        while end > start, isSpace(text[end - 1]) { end -= 1 }
        return part(text, start, end)
    }

    func length(_ value: Value) -> Value {
        switch value.tag {
        case .string: .int(Int64(CharacterText.count(value.bytes)))
        case .list: .int(Int64(value.elements.count))
        default: .null
        }
    }

    /// null for a negative start or count; a start behind the end gives the empty text.
    func substring(_ value: Value, _ start: Value, _ count: Value) -> Value {
        guard value.tag == .string, start.tag == .int, count.tag == .int, start.integer >= 0, count.integer >= 0 else {
            return .null
        }
        let text = value.bytes
        let first = CharacterText.offset(text, from: 0, characters: Int(start.integer))
        return part(text, first, CharacterText.offset(text, from: first, characters: Int(count.integer)))
    }

    /// Every place of `what`, from the left, without overlap; the empty text is nowhere.
    func replace(_ value: Value, _ what: Value, _ by: Value) -> Value {
        guard value.tag == .string, what.tag == .string, by.tag == .string else { return .null }
        let (text, search, substitute) = (value.bytes, what.bytes, by.bytes)
        guard search.count > 0 else { return value }
        var places = 0
        var position = 0
        while let hit = CharacterText.find(search, in: text, from: position) {
            places += 1
            position = hit + search.count
        }
        guard places > 0 else { return value }
        let size = text.count + places * (substitute.count - search.count)
        let memory = arena.allocate(size)
        var written = 0
        func write(_ bytes: UnsafeRawBufferPointer) {
            guard let base = bytes.baseAddress, bytes.count > 0 else { return }
            memcpy(memory + written, base, bytes.count)
            written += bytes.count
        }
        position = 0
        while let hit = CharacterText.find(search, in: text, from: position) {
            write(UnsafeRawBufferPointer(rebasing: text[position..<hit]))
            write(substitute)
            position = hit + search.count
        }
        write(UnsafeRawBufferPointer(rebasing: text[position...]))
        return result(memory, size)
    }

    func concat(_ arguments: UnsafeBufferPointer<Value>) -> Value {
        var buffer = ByteBuffer()
        for argument in arguments { appendText(of: argument, to: &buffer) }
        return arena.string(copying: buffer.bytes)
    }

    /// null for an empty separator and when there is no part of that index.
    func split(_ value: Value, _ separator: Value, _ index: Value) -> Value {
        guard value.tag == .string, separator.tag == .string, index.tag == .int, separator.length > 0 else { return .null }
        let (text, mark) = (value.bytes, separator.bytes)
        var wanted = index.integer
        if wanted < 0 {
            var parts: Int64 = 1
            var position = 0
            while let hit = CharacterText.find(mark, in: text, from: position) {
                parts += 1
                position = hit + mark.count
            }
            guard wanted >= -parts else { return .null }
            wanted += parts
        }
        var start = 0
        while let hit = CharacterText.find(mark, in: text, from: start) {
            if wanted == 0 { return part(text, start, hit) }
            wanted -= 1
            start = hit + mark.count
        }
        return wanted == 0 ? part(text, start, text.count) : .null
    }

    func indexOf(_ value: Value, _ what: Value) -> Value {
        guard value.tag == .string, what.tag == .string else { return .null }
        guard let hit = CharacterText.find(what.bytes, in: value.bytes) else { return .null }
        return .int(Int64(CharacterText.count(UnsafeRawBufferPointer(rebasing: value.bytes[0..<hit]))))
    }

    func basename(_ value: Value) -> Value {
        guard value.tag == .string else { return .null }
        let text = value.bytes
        let last = text.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        return part(text, last.map { $0 + 1 } ?? 0, text.count)
    }

    func text(of value: Value) -> Value {
        if value.isNull || value.tag == .string { return value }
        var buffer = ByteBuffer(capacity: 64)
        appendText(of: value, to: &buffer)
        return arena.string(copying: buffer.bytes)
    }

    func entropy(_ value: Value) -> Value {
        guard value.tag == .string else { return .null }
        let text = value.bytes
        let mark = arena.mark
        let counts = arena.allocate(256 * MemoryLayout<Int>.stride).bindMemory(to: Int.self, capacity: 256)
        counts.initialize(repeating: 0, count: 256)
        for byte in text { counts[Int(byte)] += 1 }
        var bits = 0.0
        for index in 0..<256 where counts[index] > 0 {
            let share = Double(counts[index]) / Double(text.count)
            bits -= share * log2(share)
        }
        arena.restore(mark)
        // The entropy of a single symbol is computed as -0.
        return .double(bits == 0 ? 0 : bits)
    }

    func extract(_ instruction: Instruction, _ value: Value) -> Value {
        guard value.tag == .string else { return .null }
        let text = value.bytes
        var start = 0
        var end = 0
        // RE2 tells a group that took part by its address, so an empty text needs one too.
        let found = withUnsafeBytes(of: 0 as UInt8) { empty in
            cre2_capture(
                regexes[Int(instruction.b)],
                (text.baseAddress ?? empty.baseAddress!).assumingMemoryBound(to: CChar.self), text.count,
                instruction.c, &start, &end)
        }
        return found ? part(text, start, end) : .null
    }

    private func part(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Value {
        .string(UnsafeRawBufferPointer(rebasing: text[start..<end]))
    }

    private func result(_ memory: UnsafeMutableRawPointer, _ count: Int) -> Value {
        .string(UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// Null as nothing, texts as they are, lists and objects as JSON.
    private func appendText(of value: Value, to buffer: inout ByteBuffer) {
        if value.tag == .list || value.tag == .object {
            ValueEncoder.append(value, to: &buffer)
        } else {
            _ = KeyText.append(value, to: &buffer)
        }
    }
}
