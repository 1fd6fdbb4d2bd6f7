/// A rotation, as stored with its successor.
package struct KeyRotation: Hashable, Sendable {
    /// The number of the key that is replaced.
    package var predecessor: Int64
    package var startedAt: Instant
    /// How long the predecessor keeps verifying.
    package var grace: Instant.Span
    /// Whether the grace period starts with the rotation, not with the successor's first valid use.
    package var startsNow: Bool
    package var firstUsedAt: Instant?

    package init(
        predecessor: Int64, startedAt: Instant, grace: Instant.Span, startsNow: Bool, firstUsedAt: Instant? = nil
    ) {
        self.predecessor = predecessor
        self.startedAt = startedAt
        self.grace = grace
        self.startsNow = startsNow
        self.firstUsedAt = firstUsedAt
    }
}

/// An actor: the uid that the kernel reported, and its login at that time.
package struct ActorFields<Text> {
    package var uid: UInt32
    package var user: Text?

    package init(uid: UInt32, user: Text? = nil) {
        self.uid = uid
        self.user = user
    }
}

package typealias Actor = ActorFields<String>

extension ActorFields: Equatable where Text: Equatable {}
extension ActorFields: Hashable where Text: Hashable {}
extension ActorFields: Sendable where Text: Sendable {}

/// 32 bytes of HMAC-SHA-256.
package struct Digest: Hashable, Sendable {
    package var words: SIMD4<UInt64>

    package init(words: SIMD4<UInt64>) {
        self.words = words
    }

    /// Parses 32 bytes; `nil` for any other count.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        words = .zero
        for (index, byte) in bytes.enumerated() {
            words[index / 8] |= UInt64(byte) << (UInt64(index % 8) * 8)
        }
    }

    /// The 32 bytes, in order.
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
            for index in 0..<32 {
                bytes[index] = UInt8(truncatingIfNeeded: words[index / 8] >> (UInt64(index % 8) * 8))
            }
            count = 32
        }
    }
}

/// The id of a pepper: the first four bytes of its check value.
package struct PepperID: Hashable, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// The reports that sweeps have made about a key, so that each is made once.
package struct SweepMarks: OptionSet, Hashable, Sendable {
    package var rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let expired = SweepMarks(rawValue: 1)
    package static let graceEnded = SweepMarks(rawValue: 2)
    package static let stale = SweepMarks(rawValue: 32)
    package static let staleDisableSoon = SweepMarks(rawValue: 64)
}
