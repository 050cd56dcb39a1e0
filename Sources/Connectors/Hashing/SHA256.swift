import CCrypto

/// SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104), by OpenSSL.
package enum SHA256 {
    private static let size = Int(SHA256_DIGEST_LENGTH)

    /// The 32 bytes of a text's hash.
    package static func hash(_ message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { digest, count in
            _ = CCrypto.SHA256(message, message.count, digest.baseAddress)
            count = size
        }
    }

    /// The 32 bytes that only who knows the key can make for a text.
    package static func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { digest, count in
            guard HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, digest.baseAddress, nil) != nil else {
                preconditionFailure("HMAC of SHA-256 has no cause to fail")
            }
            count = size
        }
    }

    /// Bytes in hexadecimal.
    package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
