/// The slot of Redis Cluster that a key belongs to: CRC16 of its hash tag, modulo 16384.
public enum RedisKeySlot {
    /// Number of slots of every cluster.
    public static let count = 16384

    /// The slot of a key. Of a key such as `a:{tag}:b` only what is between the first `{` and the next `}` counts, unless that is
    /// empty.
    public static func slot(of key: some Collection<UInt8>) -> Int {
        let bytes = Array(key)
        if let open = bytes.firstIndex(of: UInt8(ascii: "{")) {
            let rest = bytes[(open + 1)...]
            if let close = rest.firstIndex(of: UInt8(ascii: "}")), close > open + 1 {
                return Int(crc16(rest[..<close])) % count
            }
        }
        return Int(crc16(bytes[...])) % count
    }

    /// CRC-16/XMODEM, as the cluster specification says.
    private static func crc16(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var crc: UInt16 = 0
        for byte in bytes {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 {
                crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1
            }
        }
        return crc
    }
}
