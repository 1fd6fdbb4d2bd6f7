import CNettle

/// HMAC-SHA-256 (RFC 2104) under one key.
///
/// It is prepared: two hash states have absorbed the padded key, one for the message and one for its hash. Only these
/// are copied for a message, where the library copies its three states. They are plain memory, so nothing is allocated
/// and no reference is counted.
package struct KeyedDigest: Sendable {
    private let inner: sha256_ctx
    private let outer: sha256_ctx

    package init(key: [UInt8]) {
        var state = hmac_sha256_ctx()
        nettle_hmac_sha256_set_key(&state, key.count, key)
        (inner, outer) = (state.inner, state.outer)
    }

    package func digest(of message: UnsafeRawBufferPointer) -> Digest {
        digest(ofPieces: 1) { _ in message }
    }

    /// The digest of pieces, one after another.
    @inline(__always)
    func digest(ofPieces count: Int, _ piece: (Int) -> UnsafeRawBufferPointer) -> Digest {
        var state = inner
        for index in 0..<count {
            let piece = piece(index)
            nettle_sha256_update(&state, piece.count, piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        let hash = Self.hash(&state)
        state = outer
        withUnsafeBytes(of: hash) {
            nettle_sha256_update(&state, $0.count, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return Digest(words: Self.hash(&state))
    }

    @inline(__always)
    private static func hash(_ state: inout sha256_ctx) -> SIMD4<UInt64> {
        var words = SIMD4<UInt64>.zero
        withUnsafeMutableBytes(of: &words) {
            nettle_sha256_digest(&state, $0.count, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return words
    }

    package func digest(of message: [UInt8]) -> Digest {
        message.withUnsafeBytes { digest(of: $0) }
    }
}

extension KeyedDigest: CustomStringConvertible, CustomReflectable {
    package var description: String { "a keyed digest" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
