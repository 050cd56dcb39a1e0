/// Reading events: the current one, bound ones, the one before.
extension ExpressionMachine {
    func load(_ instruction: Instruction, _ context: inout EvaluationContext) -> Value {
        switch LoadSource(rawValue: instruction.variant)! {
        case .current:
            if instruction.a >= 0 { return slot(instruction.a, &context) }
            if let header = context.header { return meta(instruction.a, header.pointee, &context) }
            return read(instruction.a, context.current, &context)
        case .previous:
            // In `having` and `select` the current event is the last binding, and `prev` the one before it.
            let before = context.header == nil ? context.bindings?.pointee.previous : context.bindings
            return read(instruction.a, before?.pointee.event, &context)
        case .lag:
            return read(instruction.a, context.lag, &context)
        case .last:
            var next = context.bindings
            while let binding = next {
                if binding.pointee.variable == instruction.c { return read(instruction.a, binding.pointee.event, &context) }
                next = binding.pointee.previous
            }
            return .null
        case .first:
            var found: RetainedEvent?
            var next = context.bindings
            while let binding = next {
                if binding.pointee.variable == instruction.c { found = binding.pointee.event }
                next = binding.pointee.previous
            }
            return read(instruction.a, found, &context)
        }
    }

    /// An operand of a retained event; null without the event.
    @inline(__always)
    func read(_ operand: Int32, _ event: RetainedEvent?, _ context: inout EvaluationContext) -> Value {
        guard let event else { return .null }
        return operand >= 0 ? event.value(slot: operand) : meta(operand, event.header, &context)
    }

    private func meta(_ operand: Int32, _ header: EventHeader, _ context: inout EvaluationContext) -> Value {
        switch operand {
        case EventOperand.time.code: return .time(header.time)
        case EventOperand.ingested.code: return .time(header.ingested)
        case EventOperand.stream.code: return name(header.stream, context.streamNames)
        case EventOperand.source.code: return name(header.source, context.sourceNames)
        case EventOperand.id.code:
            let memory = arena.allocate(32)
            EventIdentity.id(of: header, streamNames: context.streamNames).writeHexadecimal(to: memory)
            return .string(UnsafeRawBufferPointer(start: memory, count: 32))
        default: return .null
        }
    }

    private func name(_ index: Int32, _ names: UnsafeBufferPointer<Value>) -> Value {
        index >= 0 && Int(index) < names.count ? names[Int(index)] : .null
    }
}
