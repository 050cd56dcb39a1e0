import Testing

@testable import EventEngine

/// Every key has one worker, and no worker has much more than its share.
@Suite struct WorkerShareTests {
    @Test(arguments: [1, 2, 3, 5, 16]) func keysAreSpreadEvenly(workers: Int) {
        var counts = Array(repeating: 0, count: workers)
        for number in 0..<10_000 {
            let hash = Array("user\(number)".utf8).withUnsafeBytes { tableHash($0) }
            let owners = (0..<workers).filter { WorkerShare(index: $0, count: workers).owns(hash) }
            #expect(owners.count == 1)
            counts[owners[0]] += 1
        }
        for count in counts { #expect(count * workers > 8_000 && count * workers < 12_000) }
    }
}
