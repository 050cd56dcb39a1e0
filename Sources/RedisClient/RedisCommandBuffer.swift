/// Commands in the form in which they go over the wire (RESP arrays of bulk strings), one after the other.
///
/// A value type that can be emptied and filled again without giving its memory back.
public struct RedisCommandBuffer: Sendable {
    /// The encoded commands.
    public private(set) var bytes: [UInt8] = []
    /// Number of commands begun.
    public private(set) var commandCount = 0

    /// No command.
    public init() {}

    /// Appends a command of texts.
    public mutating func append(_ arguments: String...) {
        begin(arguments: arguments.count)
        for argument in arguments { self.argument(argument) }
    }

    /// Begins a command of exactly so many arguments, its name among them; they follow one by one.
    public mutating func begin(arguments: Int) {
        commandCount += 1
        length(arguments, mark: UInt8(ascii: "*"))
    }

    /// The next argument, as text.
    public mutating func argument(_ text: String) {
        var text = text
        text.withUTF8 { argument(UnsafeRawBufferPointer($0)) }
    }

    /// The next argument, as bytes.
    public mutating func argument(_ argument: UnsafeRawBufferPointer) {
        length(argument.count, mark: UInt8(ascii: "$"))
        bytes.append(contentsOf: argument)
        end()
    }

    /// The next argument, as bytes.
    public mutating func argument(_ argument: [UInt8]) {
        argument.withUnsafeBytes { self.argument($0) }
    }

    /// The next arguments, as another buffer has them that began no command.
    public mutating func append(arguments: RedisCommandBuffer) {
        precondition(arguments.commandCount == 0)
        bytes.append(contentsOf: arguments.bytes)
    }

    /// Forgets every command but keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        commandCount = 0
    }

    private mutating func length(_ value: Int, mark: UInt8) {
        bytes.append(mark)
        let start = bytes.count
        var rest = value
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
        end()
    }

    private mutating func end() {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}
