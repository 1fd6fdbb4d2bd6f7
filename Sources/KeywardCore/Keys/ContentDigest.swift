import Crypto

/// SHA-256 (FIPS 180-4) over content that comes in pieces.
package struct ContentDigest {
    private var state = SHA256()

    package init() {}

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        state.update(bufferPointer: bytes)
    }

    /// The digest as 64 hexadecimal digits.
    package consuming func finish() -> String {
        state.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
