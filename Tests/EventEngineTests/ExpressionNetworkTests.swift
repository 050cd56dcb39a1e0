@testable import EventEngine
import RuleLanguage
import Testing

@Suite("Expressions: networks")
struct ExpressionNetworkTests {
    @Test("cidr: table")
    func blocks() {
        let cases: [(String, String, Bool)] = [
            ("10.1.2.3", "10.0.0.0/8", true), ("11.1.2.3", "10.0.0.0/8", false), ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.4", "10.1.2.3/32", false), ("255.255.255.255", "0.0.0.0/0", true), ("192.168.1.130", "192.168.1.128/25", true),
            ("192.168.1.127", "192.168.1.128/25", false), ("10.0.0.1", "10.255.0.1/8", true), ("fe80::1", "fe80::/10", true),
            ("fec0::1", "fe80::/10", false), ("2001:db8::1", "2001:db8::/32", true), ("2001:db9::1", "2001:db8::/32", false),
            ("::1", "::1", true), ("::1", "::/0", true), ("10.0.0.1", "::/0", false), ("::1", "0.0.0.0/0", false),
            ("::ffff:10.1.2.3", "10.0.0.0/8", true), ("10.1.2.3", "::ffff:10.0.0.0/104", true), ("10.1.2.3", "::ffff:0.0.0.0/90", true),
            ("fe80::1%eth0", "fe80::/10", true),
            ("10.1.2", "0.0.0.0/0", false), ("10.1.2.256", "0.0.0.0/0", false), ("010.1.2.3", "0.0.0.0/0", false),
            ("10.1.2.3 ", "0.0.0.0/0", false), ("host", "0.0.0.0/0", false), ("", "0.0.0.0/0", false),
        ]
        for (address, block, holds) in cases {
            #expect(ExpressionBench(["a": .string(address)]).holds(cidr(field("a"), block)) == holds, "\(address) in \(block)")
        }
        #expect(!ExpressionBench(["a": 10]).holds(cidr(field("a"), "0.0.0.0/0")))
    }

    @Test("Several blocks, overlapping and of both families, are searched as one set")
    func sets() {
        let blocks = cidr(field("a"), "10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16", "172.16.0.0/12", "fd00::/8", "10.0.0.0/9")
        let cases: [(String, Bool)] = [
            ("10.200.0.1", true), ("9.255.255.255", false), ("11.0.0.0", false), ("172.31.255.255", true), ("172.32.0.0", false),
            ("192.168.255.255", true), ("192.169.0.0", false), ("fd12::1", true), ("fc00::1", false),
        ]
        for (address, holds) in cases { #expect(ExpressionBench(["a": .string(address)]).holds(blocks) == holds, "\(address)") }
    }

    @Test("IPv6 texts")
    func addresses() {
        let cases: [(String, UInt128?)] = [
            ("::", 0), ("::1", 1), ("1::", UInt128(1) << 112), ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008),
            ("1::8", UInt128(1) << 112 | 8), ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000),
            ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004_0005_0006_0007_0008), ("::1.2.3.4", 0x0102_0304),
            ("1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004_0005_0006_0102_0304), ("FFFF::abcd", UInt128(0xFFFF) << 112 | 0xABCD),
            (":::", nil), ("1", nil), ("1:", nil), (":1", nil), ("1::2::3", nil), ("1:2:3:4:5:6:7:8:9", nil), ("1:2:3", nil),
            ("1:2:3:4:5:6:7::8", nil), ("12345::", nil), ("g::", nil), ("1:2:3:4:5:6:7:1.2.3.4", nil), ("::1.2.3", nil),
        ]
        for (text, bits) in cases {
            var bytes = Array(text.utf8)
            let address = bytes.withUnsafeMutableBytes { NetworkAddress(UnsafeRawBufferPointer($0)) }
            #expect(address?.bits == bits, "\(text)")
        }
    }

    @Test(
        "What is no block is refused and never holds", arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "host/8", "::/129", "10/8"])
    func refused(block: String) {
        #expect(NetworkSet([block], store: ConstantStore()) == nil)
        #expect(ExpressionBench(["a": "10.0.0.1"]).value(cidr(field("a"), block)) == nil)
    }
}
