package import KeywardCore

/// Records with random contents, whose unique parts never collide; every optional part is sometimes absent.
package struct RandomRecords: Sendable {
    package var random: SeededGenerator
    package private(set) var lastKey: Int64 = 0
    private var lastEntry: Int64 = 0

    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// A key with the next number.
    package mutating func key(in workspace: Int64) -> KeyRecord {
        lastKey += 1
        var key = KeyRecord(
            number: lastKey, id: "key_\(lastKey)_\(number())", workspace: workspace, name: "name",
            prefix: "kw_\(lastKey)", digest: digest(), pepper: pepper(), createdAt: instant(), createdBy: actor())
        key.isCanary = random.chance(1, outOf: 8)
        return changed(key)
    }

    /// The same key with new values for everything that may change.
    package mutating func changed(_ key: KeyRecord) -> KeyRecord {
        var key = key
        key.name = text()
        key.expiresAt = maybe { $0.instant() }
        key.lifetime = maybe { $0.span() }
        key.owner = maybe { records in
            OwnerRecord(
                name: records.maybe { $0.text() }, contact: records.maybe { $0.text() },
                principal: records.maybe { $0.text() })
        }
        key.purpose = maybe { $0.text() }
        key.scopes = (0..<Int.random(in: 0...4, using: &random)).map { _ in text() }
        key.metadata = "{\"\(number())\": \(number())}"
        key.addresses = maybe { $0.text() }
        key.imported = maybe { records in
            ImportFields(
                format: records.random.chance(1, outOf: 2) ? .sha256 : .seam, foreignPrefix: records.maybe { $0.text() }
            )
        }
        key.disabledAt = maybe { $0.instant() }
        key.revocation = maybe { records in
            KeyRecord.Revocation(
                at: records.instant(), by: records.actor(), reason: records.text(),
                note: records.maybe { $0.text() })
        }
        key.origin = maybe { records in
            KeyRecord.Rotation(
                predecessor: records.number(), startedAt: records.instant(), grace: records.span(),
                startsNow: records.random.chance(1, outOf: 2), firstUsedAt: records.maybe { $0.instant() })
        }
        key.successor = maybe { $0.number() }
        key.graceEndsAt = maybe { $0.instant() }
        key.sweepMarks = SweepMarks(rawValue: Int.random(in: 0..<128, using: &random))
        key.ledger = maybe { records in
            LedgerSlot(
                slot: UInt32.random(in: 0...999, using: &records.random),
                generation: .random(in: .min ... .max, using: &records.random))
        }
        return key
    }

    package mutating func workspace(_ number: Int64) -> WorkspaceRecord {
        WorkspaceRecord(
            number: number, name: "workspace-\(number)", plan: text(), tag: text(), createdAt: instant())
    }

    package mutating func grant(in workspace: Int64) -> Grant {
        let id = UInt32.random(in: 0...9, using: &random)
        let name = random.chance(1, outOf: 2) ? "name-\(id)" : nil
        let role: Role? = random.chance(1, outOf: 3) ? nil : random.chance(1, outOf: 2) ? .viewer : .admin
        return Grant(
            workspace: workspace,
            principal: Principal(kind: random.chance(1, outOf: 2) ? .user : .group, name: name, id: id),
            role: role, isVerifier: role == nil || random.chance(1, outOf: 2), grantedAt: instant(), grantedBy: actor())
    }

    package mutating func request(in workspace: Int64, for key: Int64) -> RequestRecord {
        RequestRecord(workspace: workspace, requestID: text(), key: key, at: instant())
    }

    package mutating func pepperRecord() -> PepperRecord {
        PepperRecord(
            id: pepper(), check: digest(), auditCheck: maybe { $0.digest() }, isRemoved: random.chance(1, outOf: 2))
    }

    /// The entry after the last one made here.
    package mutating func entry(workspace: String? = nil, keyID: String? = nil) -> AuditRecord {
        lastEntry += 1
        return AuditRecord(
            seq: lastEntry, at: instant(), actor: actor(), action: text(), workspace: workspace, keyID: keyID,
            details: "{\"n\":\(number())}", pepper: pepper(), hash: digest())
    }

    package mutating func totals(of key: Int64) -> UsageTotals {
        UsageTotals(
            key: key, valid: number(), refused: number(), lastUsedAt: maybe { $0.instant() },
            lastUsedBy: maybe { $0.uid() })
    }

    package mutating func hour(of key: Int64) -> HourUsage {
        let hour = Int64.random(in: 0...100, using: &random)
        return HourUsage(key: key, hour: hour, valid: number(), refused: number())
    }

    package mutating func peer(of key: Int64) -> PeerShare {
        let uid = random.chance(1, outOf: 9) ? UInt32.max : UInt32.random(in: 0...5, using: &random)
        return PeerShare(key: key, uid: uid, valid: number(), lastUsedAt: instant())
    }

    /// Mostly within the first 100 hours of the epoch, sometimes at the ends of time.
    package mutating func instant() -> Instant {
        if random.chance(1, outOf: 40) { return random.chance(1, outOf: 2) ? .distantPast : .distantFuture }
        return Instant(milliseconds: Int64.random(in: 0..<360_000_000, using: &random))
    }

    package mutating func digest() -> Digest {
        Digest(words: SIMD4((0..<4).map { _ in random.next() }))
    }

    private mutating func span() -> Instant.Span {
        Instant.Span(milliseconds: Int64.random(in: 0...1_000_000_000, using: &random))
    }

    private mutating func number() -> Int64 { Int64.random(in: 1...Int64.max, using: &random) }
    private mutating func uid() -> UInt32 { UInt32.random(in: 0...UInt32.max, using: &random) }
    private mutating func actor() -> Actor { Actor(uid: uid(), user: maybe { $0.text() }) }
    private mutating func pepper() -> PepperID { PepperID(rawValue: uid()) }

    private mutating func maybe<Value>(_ make: (inout RandomRecords) -> Value) -> Value? {
        random.chance(1, outOf: 2) ? make(&self) : nil
    }

    /// Text from people and attackers: quotes, commas, backslashes, control characters, other alphabets.
    private mutating func text() -> String {
        let alphabet = Array("aZ09-._:*/\"'\\,[]{} \u{0}\u{1}\u{1f}\n\u{7f}éßж漢👩‍👧\u{301}\u{202e};%?")
        return String((0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
    }
}
