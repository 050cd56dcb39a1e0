import StateStore
import Testing

@Suite struct StateBatchTests {
    @Test func changesComeInOrderAlsoOfJoinedBatches() throws {
        var first = StateBatch()
        first.put(StateTable("a"), key: Array("k".utf8), value: Array("v".utf8))
        first.clear(StateTable("b"))
        var second = StateBatch()
        second.delete(StateTable("b"), key: Array("x".utf8))
        second.put(StateTable("a"), key: [], value: [])
        first.append(contentsOf: second)
        var seen: [String] = []
        first.forEach { change in
            switch change {
            case .put(let table, let key, let value):
                seen.append("put \(table) \(String(decoding: key, as: UTF8.self)) \(String(decoding: value, as: UTF8.self))")
            case .delete(let table, let key): seen.append("delete \(table) \(String(decoding: key, as: UTF8.self))")
            case .clear(let table): seen.append("clear \(table)")
            }
        }
        #expect(seen == ["put a k v", "clear b", "delete b x", "put a  "])
        #expect(first.count == 4)
    }
}
