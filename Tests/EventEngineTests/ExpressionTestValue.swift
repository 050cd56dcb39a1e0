import EventEngine

/// A value of a test: field of an event, or result.
enum TestValue: Equatable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral
{
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case list([TestValue])
    case object(String)
    case time(Int64)
    case duration(Int64)

    init(integerLiteral value: Int64) { self = .int(value) }
    init(floatLiteral value: Double) { self = .double(value) }
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: TestValue...) { self = .list(elements) }

    init(_ value: Value) {
        self =
            switch value.tag {
            case .null: .null
            case .bool: .bool(value.isTrue)
            case .int: .int(value.integer)
            case .double: .double(value.floatingPoint)
            case .string: .string(String(decoding: value.bytes, as: UTF8.self))
            case .object: .object(String(decoding: value.bytes, as: UTF8.self))
            case .list: .list(value.elements.map(TestValue.init))
            case .time: .time(value.integer)
            case .duration: .duration(value.integer)
            }
    }
}

/// Memory of values, freed together.
final class TestMemory {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    func bytes(_ text: String) -> UnsafeRawBufferPointer {
        let memory = allocate(text.utf8.count)
        for (index, byte) in text.utf8.enumerated() { memory.storeBytes(of: byte, toByteOffset: index, as: UInt8.self) }
        return UnsafeRawBufferPointer(start: memory, count: text.utf8.count)
    }

    func values(_ values: [Value]) -> UnsafeMutableBufferPointer<Value> {
        let memory = allocate(values.count * MemoryLayout<Value>.stride).bindMemory(to: Value.self, capacity: values.count)
        memory.initialize(from: values, count: values.count)
        return UnsafeMutableBufferPointer(start: memory, count: values.count)
    }

    func value(_ value: TestValue) -> Value {
        switch value {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .time(let value): return .time(value)
        case .duration(let value): return .duration(value)
        case .string(let text): return .string(bytes(text))
        case .object(let text):
            var value = Value.string(bytes(text))
            value.tag = .object
            return value
        case .list(let elements):
            let memory = values(elements.map(self.value))
            let address = UInt64(UInt(bitPattern: memory.baseAddress))
            return Value(payload: address, length: UInt32(elements.count), tag: .list)
        }
    }

    func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
        blocks.append(memory)
        return memory
    }
}
