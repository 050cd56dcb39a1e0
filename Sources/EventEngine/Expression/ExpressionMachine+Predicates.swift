import CRE2
import Glibc

/// Predicates over one value, and over two.
extension ExpressionMachine {
    /// Whether a predicate holds for its operand; for `[*]`, for an element of it.
    @inline(__always)
    func test(_ instruction: Instruction, _ operand: Value) -> Bool {
        if operand.tag != .list { return testOne(instruction, operand) }
        return testList(instruction, operand)
    }

    @inline(never)
    private func testList(_ instruction: Instruction, _ operand: Value) -> Bool {
        if instruction.flags.contains(.any) {
            if instruction.operation == .isNull { return operand.elements.isEmpty }
            return operand.elements.contains { testOne(instruction, $0) }
        }
        guard instruction.operation == .contains else { return false }
        return operand.elements.contains { element in
            texts(instruction).contains { equals(element, text: $0, instruction.flags) }
        }
    }

    @inline(__always)
    private func testOne(_ instruction: Instruction, _ operand: Value) -> Bool {
        switch instruction.operation {
        case .equalsText:
            return equals(operand, text: constants[Int(instruction.b)], instruction.flags)
        case .compareConstant:
            let constant = constants[Int(instruction.b)]
            if operand.tag == .int, constant.tag == .int {
                let (left, right) = (operand.integer, constant.integer)
                let relation: Relation = left < right ? .less : left == right ? .equal : .greater
                return relation.rawValue & instruction.variant != 0
            }
            let relation = ValueComparison.relation(folded(operand, instruction.flags), constant)
            return relation.rawValue & instruction.variant != 0
        case .member:
            return sets[Int(instruction.b)].contains(folded(operand, instruction.flags))
        case .isNull:
            return operand.isNull
        default:
            return operand.tag == .string && testText(instruction, operand.bytes)
        }
    }

    private func testText(_ instruction: Instruction, _ subject: UnsafeRawBufferPointer) -> Bool {
        var text = subject
        if instruction.flags.contains(.caseInsensitive) { text = CaseFolding.map(subject, .lower, arena) }
        switch instruction.operation {
        case .wildcard:
            for index in 0..<Int(instruction.c) where wildcards[Int(instruction.b) + index].matches(text) { return true }
        case .regex:
            for index in 0..<Int(instruction.c)
            where cre2_search(
                regexes[Int(instruction.b) + index], text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count)
            {
                return true
            }
        case .contains:
            for part in texts(instruction) where CharacterText.find(part.bytes, in: text) != nil { return true }
        case .prefix:
            for part in texts(instruction) where CharacterText.hasPrefix(text, part.bytes) { return true }
        case .suffix:
            for part in texts(instruction) where CharacterText.hasSuffix(text, part.bytes) { return true }
        case .network:
            return networks[Int(instruction.b)].contains(text)
        default:
            return false
        }
        return false
    }

    private func texts(_ instruction: Instruction) -> UnsafeBufferPointer<Value> {
        UnsafeBufferPointer(start: constants + Int(instruction.b), count: Int(instruction.c))
    }

    @inline(__always)
    private func equals(_ operand: Value, text: Value, _ flags: Instruction.Flags) -> Bool {
        if operand.tag == .string {
            if flags.contains(.caseInsensitive) { return CaseFolding.isEqual(operand.bytes, folded: text.bytes, arena) }
            guard operand.length == text.length else { return false }
            guard operand.length > 0, operand.payload != text.payload else { return true }
            return memcmp(
                UnsafeRawPointer(bitPattern: UInt(operand.payload)).unsafelyUnwrapped,
                UnsafeRawPointer(bitPattern: UInt(text.payload)).unsafelyUnwrapped, Int(operand.length)) == 0
        }
        return operand.tag == .time && ValueComparison.areEqual(operand, text)
    }

    @inline(__always)
    private func folded(_ value: Value, _ flags: Instruction.Flags) -> Value {
        guard flags.contains(.caseInsensitive), value.tag == .string else { return value }
        return .string(CaseFolding.map(value.bytes, .lower, arena))
    }

    /// `compare`: for `[*]` on either side, whether a pair of elements satisfies it.
    func compare(_ instruction: Instruction, _ left: Value, _ right: Value) -> Bool {
        anyPair(instruction, left, right) { left, right in
            let relation = ValueComparison.relation(folded(left, instruction.flags), folded(right, instruction.flags))
            return relation.rawValue & instruction.variant != 0
        }
    }

    /// `textCompare`, likewise.
    func textCompare(_ instruction: Instruction, _ left: Value, _ right: Value) -> Bool {
        anyPair(instruction, left, right) { left, right in
            let (subject, part) = (folded(left, instruction.flags), folded(right, instruction.flags))
            let comparison = TextComparison(rawValue: instruction.variant)!
            if subject.tag == .list, comparison == .contains {
                return subject.elements.contains { ValueComparison.areEqual(folded($0, instruction.flags), part) }
            }
            guard subject.tag == .string, part.tag == .string else { return false }
            switch comparison {
            case .contains: return CharacterText.find(part.bytes, in: subject.bytes) != nil
            case .prefix: return CharacterText.hasPrefix(subject.bytes, part.bytes)
            case .suffix: return CharacterText.hasSuffix(subject.bytes, part.bytes)
            }
        }
    }

    @inline(__always)
    private func anyPair(
        _ instruction: Instruction, _ left: Value, _ right: Value, _ predicate: (Value, Value) -> Bool
    ) -> Bool {
        let spreadsLeft = instruction.flags.contains(.any) && left.tag == .list
        let spreadsRight = instruction.flags.contains(.anyRight) && right.tag == .list
        switch (spreadsLeft, spreadsRight) {
        case (false, false): return predicate(left, right)
        case (true, false): return left.elements.contains { predicate($0, right) }
        case (false, true): return right.elements.contains { predicate(left, $0) }
        case (true, true): return left.elements.contains { a in right.elements.contains { predicate(a, $0) } }
        }
    }
}
