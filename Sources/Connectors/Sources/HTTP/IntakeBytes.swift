/// The bytes that an intake holds, as far as they are there; it never ends.
final class IntakeBytes: ByteSource {
    let name: String
    private let intake: EventIntake

    /// `name`: what people call it.
    init(_ intake: EventIntake, name: String) {
        self.intake = intake
        self.name = name
    }

    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) throws(InputError) -> ByteRead {
        let read = intake.read(into: bytes, count: count)
        return read > 0 ? .bytes(read) : .waiting
    }
}
