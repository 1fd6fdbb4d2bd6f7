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

    /// The digest of what was added.
    package consuming func digest() -> Digest {
        var words = SIMD4<UInt64>.zero
        withUnsafeMutableBytes(of: &words) {
            nettle_sha256_digest(&state, $0.count, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return Digest(words: words)
    }

    /// The digest as 64 hexadecimal digits.
    package consuming func finish() -> String {
        digest().bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
