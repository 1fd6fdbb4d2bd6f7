/// Digests under the current pepper, for keys whose stored digest is under a retired one: they wait to be stored.
///
/// Only a verification has the whole secret, so only a verification can compute them.
struct DigestRenewals {
    private var waiting: [Int64: Digest] = [:]

    /// The largest number that waits. Of further keys a later use is taken.
    static let most = 65_536

    var isEmpty: Bool { waiting.isEmpty }

    /// Some of the waiting digests, by the number of the key, in its order.
    func some(_ limit: Int) -> [(key: Int64, digest: Digest)] {
        waiting.prefix(limit).map { ($0.key, $0.value) }.sorted { $0.key < $1.key }
    }

    mutating func note(_ digest: Digest, ofKey number: Int64) {
        if waiting.count < Self.most || waiting[number] != nil { waiting[number] = digest }
    }

    mutating func remove(_ number: Int64) { waiting[number] = nil }
}

extension RegistryState {
    /// Notes the digest under the current pepper of a key that was verified, unless its stored one is under it.
    mutating func noteRenewal(_ place: Int, of batch: borrowing VerificationBatch, at index: KeyTable.Index) {
        guard let digest = batch.currentDigest(place, insteadOf: table[index].digest) else { return }
        renewals.note(digest, ofKey: table[index].number)
    }

    /// Removes digests that are stored, or have nothing to be stored for.
    mutating func forgetRenewals(of keys: some Sequence<Int64>) {
        for key in keys { renewals.remove(key) }
    }
}

extension KeyRegistry {
    /// Whether a key with a digest under one of these peppers may still verify, now or later.
    func mayVerify(under peppers: Set<PepperID>, at now: Instant) -> Bool {
        var isNeeded = false
        guard !peppers.isEmpty else { return false }
        forEachKey(while: { !isNeeded }) { state, index in
            guard let pepper = state.table[index].text?.pepper, peppers.contains(pepper) else { return }
            if !state.status(at: index, now: now).isTerminal { isNeeded = true }
        }
        return isNeeded
    }

    /// Whether digests wait to be stored.
    package var hasRenewals: Bool { read { !$0.renewals.isEmpty } }
}
