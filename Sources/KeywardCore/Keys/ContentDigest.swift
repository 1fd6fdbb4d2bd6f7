import CNettle

/// SHA-256 (FIPS 180-4) over content in pieces.
package struct ContentDigest {
    private var state = sha256_ctx()

    package init() {
        nettle_sha256_init(&state)
    }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        nettle_sha256_update(&state, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }

    /// The digest as 64 hexadecimal digits.
    package consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_sha256_digest(&state, digest.count, &digest)
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
