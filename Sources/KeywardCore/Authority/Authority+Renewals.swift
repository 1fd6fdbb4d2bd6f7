extension Authority {
    /// The largest number of digests that one transaction stores.
    private static let renewalsAtOnce = 100

    /// Stores some of the digests that uses of keys have computed under the current pepper. Whether more wait.
    ///
    /// A retired pepper is needed until this was done for all of its keys.
    package func storeRenewals(at now: Instant) throws(Refusal) -> Bool {
        let renewals = registry.read { $0.renewals.some(Self.renewalsAtOnce) }
        guard !renewals.isEmpty else { return false }
        try committer.change(at: now) { (decision) throws(Refusal) in
            decision.renew(renewals)
        }
        // Those of deleted keys have left nothing to store.
        registry.forgetRenewals(of: renewals.map(\.key))
        return registry.hasRenewals
    }
}
