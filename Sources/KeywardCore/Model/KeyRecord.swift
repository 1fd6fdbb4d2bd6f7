/// What is stored of a key: facts. Its status is derived from them (``KeyStatus``), never stored.
package struct KeyRecord: Hashable, Sendable {
    /// The row's number: 1, 2, 3, … in the order of creation, never given twice.
    package var number: Int64
    /// `key_` and a ULID in lower case.
    package var id: String
    /// The number of the workspace.
    package var workspace: Int64
    package var name: String
    /// What a person sees of the key: tag, `_`, public id.
    package var prefix: String
    /// HMAC-SHA-256 of the whole key under the pepper ``pepper``.
    package var digest: Digest
    /// Which pepper the digest was made with.
    package var pepper: PepperID
    package var createdAt: Instant
    package var createdBy: Actor
    /// The first instant at which the key no longer verifies.
    package var expiresAt: Instant?
    /// How long a life was granted when ``expiresAt`` was last set.
    package var lifetime: Instant.Span?
    package var owner: OwnerRecord?
    package var purpose: String?
    package var scopes: [String]
    /// A JSON object, as it was written.
    package var metadata: String
    package var disabledAt: Instant?
    package var revocation: Revocation?
    /// The rotation that this key came from as successor.
    package var origin: Rotation?
    /// The key that replaces this one, while that rotation stands.
    package var successor: Int64?
    /// When the grace of this key, as predecessor, ends or ended; `nil` until that is known.
    package var graceEndsAt: Instant?
    /// What the sweeps have already told of.
    package var sweepMarks: SweepMarks
    /// Where its usage is counted; `nil` until it is given a place, before it is stored.
    package var ledger: LedgerSlot?

    package init(
        number: Int64, id: String, workspace: Int64, name: String, prefix: String, digest: Digest, pepper: PepperID,
        createdAt: Instant, createdBy: Actor, expiresAt: Instant? = nil, lifetime: Instant.Span? = nil,
        owner: OwnerRecord? = nil, purpose: String? = nil, scopes: [String] = [], metadata: String = "{}",
        disabledAt: Instant? = nil, revocation: Revocation? = nil, origin: Rotation? = nil, successor: Int64? = nil,
        graceEndsAt: Instant? = nil, sweepMarks: SweepMarks = [], ledger: LedgerSlot? = nil
    ) {
        self.number = number
        self.id = id
        self.workspace = workspace
        self.name = name
        self.prefix = prefix
        self.digest = digest
        self.pepper = pepper
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.lifetime = lifetime
        self.owner = owner
        self.purpose = purpose
        self.scopes = scopes
        self.metadata = metadata
        self.disabledAt = disabledAt
        self.revocation = revocation
        self.origin = origin
        self.successor = successor
        self.graceEndsAt = graceEndsAt
        self.sweepMarks = sweepMarks
        self.ledger = ledger
    }

    package struct Revocation: Hashable, Sendable {
        package var at: Instant
        package var by: Actor
        package var reason: String
        package var note: String?

        package init(at: Instant, by: Actor, reason: String, note: String? = nil) {
            self.at = at
            self.by = by
            self.reason = reason
            self.note = note
        }
    }

    /// A rotation, as its successor keeps it.
    package struct Rotation: Hashable, Sendable {
        /// The number of the key that is replaced.
        package var predecessor: Int64
        package var startedAt: Instant
        /// How long the predecessor keeps working.
        package var grace: Instant.Span
        /// Whether the grace runs from the start, not from the successor's first valid use.
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
}

/// The technical owner of a key.
package struct OwnerRecord: Hashable, Sendable {
    package var name: String?
    package var contact: String?
    /// `user:NAME`, `group:NAME`, `uid:N` or `gid:N`.
    package var principal: String?

    package init(name: String? = nil, contact: String? = nil, principal: String? = nil) {
        self.name = name
        self.contact = contact
        self.principal = principal
    }
}

/// Who did something: the uid that the kernel gave and the login that it had then.
package struct Actor: Hashable, Sendable {
    package var uid: UInt32
    package var user: String?

    package init(uid: UInt32, user: String? = nil) {
        self.uid = uid
        self.user = user
    }
}

/// 32 bytes of HMAC-SHA-256.
package struct Digest: Hashable, Sendable {
    package var words: SIMD4<UInt64>

    package init(words: SIMD4<UInt64>) {
        self.words = words
    }

    /// Reads 32 bytes; `nil` for any other count.
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

/// Which pepper: the first four bytes of its check value.
package struct PepperID: Hashable, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// What the sweeps have already told of a key, so that each thing is told once.
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
