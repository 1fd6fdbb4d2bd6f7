// Keys that get the answer of an unknown key.
extension RegistryState {
    /// Whether the key at `index`, which a peer presents, does not exist for it: a canary, or a key of a closed workspace
    /// of which it is not a verifier. The use of a canary is noted.
    ///
    /// Apart, so that the many verifications of other keys do not pay for it.
    @inline(never)
    mutating func hides(
        _ index: KeyTable.Index, from peer: borrowing PeerCredentials, _ demand: VerificationDemand?,
        isRestricted: Bool, at now: Instant, _ answered: inout KeyRegistry.Answered
    ) -> Bool {
        if table[index].isCanary {
            noteCanaryUse(at: index, by: peer.uid, demand, now, &answered)
            return true
        }
        return isRestricted && !closed.admits(peer, to: table[index].workspace)
    }

    /// A revoked canary raises no alarm.
    private mutating func noteCanaryUse(
        at index: KeyTable.Index, by uid: UInt32, _ demand: VerificationDemand?, _ now: Instant,
        _ answered: inout KeyRegistry.Answered
    ) {
        guard !table[index].isRevoked else { return }
        let isDue = canaries.note(table[index].number, by: uid, from: demand?.address, at: now)
        if isDue { answered.hasCanaryUses = true }
    }

    /// The trail has an entry about these uses of canaries.
    mutating func noteStored(_ uses: [CanaryUse], at now: Instant) { canaries.noteStored(uses, at: now) }
}
