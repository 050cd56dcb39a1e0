import RuleLanguage

// Short ways to write expression trees.

private let span = SourceSpan(file: SourceFile(path: "test", text: ""), start: 0, end: 0)

func node(_ kind: Expression.Kind, _ type: ValueType = .any) -> Expression { Expression(kind, type: type, span: span) }

/// `"a.b"`, `"tags[*]"`, `"a[0]"`.
func path(_ text: String) -> FieldPath {
    var segments: [FieldPath.Segment] = []
    for part in text.split(separator: ".") {
        let pieces = part.split(separator: "[")
        segments.append(.key(String(pieces[0])))
        for piece in pieces.dropFirst() {
            segments.append(piece == "*]" ? .anyElement : .element(Int(piece.dropLast())!))
        }
    }
    return FieldPath(segments)
}

func field(_ text: String, of event: EventReference = .current) -> Expression {
    node(.reference(event, .field(path(text))))
}

func meta(_ field: MetaField, of event: EventReference = .current) -> Expression {
    node(.reference(event, .meta(field)), field == .time || field == .ingested ? .time : .string)
}

func literal(_ value: TestValue) -> Expression {
    switch value {
    case .null: node(.literal(.null), .null)
    case .bool(let value): node(.literal(.bool(value)), .bool)
    case .int(let value): node(.literal(.int(value)), .number)
    case .double(let value): node(.literal(.double(value)), .number)
    case .string(let text): node(.literal(.string(text)), .string)
    case .time(let value): node(.literal(.time(value)), .time)
    case .duration(let value): node(.literal(.duration(value)), .duration)
    case .list, .object: preconditionFailure("no literal")
    }
}

func compare(_ left: Expression, _ comparison: Comparison, _ right: Expression, caseInsensitive: Bool = false) -> Expression {
    node(.compare(comparison, left, right, caseInsensitive: caseInsensitive), .bool)
}

func compare(_ left: Expression, _ comparison: Comparison, _ right: TestValue, caseInsensitive: Bool = false) -> Expression {
    compare(left, comparison, literal(right), caseInsensitive: caseInsensitive)
}

func text(_ subject: Expression, _ operation: TextOperator, _ patterns: String..., caseInsensitive: Bool = false) -> Expression {
    node(.text(operation, subject, patterns: patterns, caseInsensitive: caseInsensitive), .bool)
}

func textDynamic(_ left: Expression, _ operation: TextOperator, _ right: Expression, caseInsensitive: Bool = false) -> Expression {
    node(.textDynamic(operation, left, right, caseInsensitive: caseInsensitive), .bool)
}

func member(_ subject: Expression, _ members: [Literal], caseInsensitive: Bool = false) -> Expression {
    node(.membership(subject, members, caseInsensitive: caseInsensitive), .bool)
}

func not(_ inner: Expression) -> Expression { node(.not(inner), .bool) }

func and(_ parts: Expression...) -> Expression { node(.and(parts), .bool) }

func or(_ parts: Expression...) -> Expression { node(.or(parts), .bool) }

func isNull(_ inner: Expression) -> Expression { node(.isNull(inner), .bool) }

func cidr(_ subject: Expression, _ blocks: String...) -> Expression { node(.cidr(subject, blocks), .bool) }

func compute(_ left: Expression, _ operation: Arithmetic, _ right: Expression) -> Expression {
    node(.arithmetic(operation, left, right))
}

func call(_ function: Function, _ arguments: Expression...) -> Expression { node(.call(function, arguments)) }

func aggregate(_ function: AggregateFunction, _ event: Int, _ operand: String? = nil) -> Expression {
    node(.aggregate(function, event: event, operand: operand.map { .field(path($0)) }))
}
