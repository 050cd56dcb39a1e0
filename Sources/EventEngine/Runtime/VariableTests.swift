/// What the variables of a rule test, flat.
struct VariableTests {
    struct Test {
        var local: Int32
        var dependent: Int32
    }
    let tests: UnsafeMutablePointer<Test>
    /// One row a variable: the stream that no rule names, then each stream by index.
    private let streams: UnsafeMutablePointer<Bool>
    private let rowLength: Int

    init(_ program: RuleProgram, streams streamCount: Int) {
        let count = max(1, program.variables.count)
        rowLength = streamCount + 1
        tests = .allocate(capacity: count)
        streams = .allocate(capacity: count * rowLength)
        for (index, variable) in program.variables.enumerated() {
            (tests + index).initialize(to: Test(local: variable.localPredicate, dependent: variable.dependentPredicate))
            for stream in -1..<streamCount {
                let reads = variable.streams?.contains(Int32(stream)) ?? true
                (streams + index * rowLength + stream + 1).initialize(to: reads)
            }
        }
    }

    @inline(__always)
    func reads(_ variable: Int, stream: Int32) -> Bool { streams[variable &* rowLength &+ Int(stream) &+ 1] }

    func deallocate() {
        tests.deallocate()
        streams.deallocate()
    }
}
