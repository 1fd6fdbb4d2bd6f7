import CNettle

/// HMAC-SHA-256 (RFC 2104) under one key.
///
/// It is prepared: the hash states have absorbed the padded key and are copied for each message. They are plain memory,
/// so nothing is allocated and no reference is counted.
package struct KeyedDigest: Sendable {
    private let ready: hmac_sha256_ctx

    package init(key: [UInt8]) {
        var state = hmac_sha256_ctx()
        nettle_hmac_sha256_set_key(&state, key.count, key)
        ready = state
    }

    package func digest(of message: UnsafeRawBufferPointer) -> Digest {
        var state = ready
        nettle_hmac_sha256_update(&state, message.count, message.baseAddress?.assumingMemoryBound(to: UInt8.self))
        var words = SIMD4<UInt64>.zero
        withUnsafeMutableBytes(of: &words) {
            nettle_hmac_sha256_digest(&state, $0.count, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return Digest(words: words)
    }

    /// The digest of pieces, one after another.
    func digest(ofPieces count: Int, _ piece: (Int) -> UnsafeRawBufferPointer) -> Digest {
        var state = ready
        for index in 0..<count {
            let piece = piece(index)
            nettle_hmac_sha256_update(&state, piece.count, piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        var words = SIMD4<UInt64>.zero
        withUnsafeMutableBytes(of: &words) {
            nettle_hmac_sha256_digest(&state, $0.count, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return Digest(words: words)
    }

    package func digest(of message: [UInt8]) -> Digest {
        message.withUnsafeBytes { digest(of: $0) }
    }
}

extension KeyedDigest: CustomStringConvertible, CustomReflectable {
    package var description: String { "a keyed digest" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
