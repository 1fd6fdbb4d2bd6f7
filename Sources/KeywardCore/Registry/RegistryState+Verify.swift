extension RegistryState {
    /// Reads where the search for a digest begins, so that it is fetched.
    ///
    /// Several such reads wait for memory side by side, while what they lead to would wait in turn.
    package mutating func prefetchSlot(for digest: Digest) {
        prefetched ^= table.prefetchSlot(for: digest)
    }

    /// Reads what the reply and the count will need of the key at `index`, so that it is fetched.
    package mutating func prefetch(_ index: KeyTable.Index) {
        prefetched ^= table[index].prefetch()
    }

    /// Decides whether a key that was looked up by its digest is good at `now`, and counts the use.
    ///
    /// - Parameter found: where the key is; `nil` if no key has the digest.
    /// - Parameter scopes: those that the key's must cover; looked at last, of a key that is good so far.
    package mutating func verify(
        _ found: KeyTable.Index?, by uid: UInt32, at now: Instant, in workspaces: WorkspaceFilter,
        requiring scopes: ArraySlice<[UInt8]> = []
    ) -> Verdict {
        guard let index = found else { return counted(Verdict(code: .notFound)) }
        let context = context(ofWorkspace: table[index].workspace)
        let facts = table[index].facts
        let status = facts.status(at: now, in: context)
        var verdict = Verdict(code: .valid, index: index)
        if !workspaces.admits(table[index].workspace) {
            verdict.code = .notFound
        } else if let refusal = Verdict.Code(refusing: status) {
            verdict.code = refusal
        } else if !scopes.isEmpty, !holds(scopes, at: index) {
            verdict.code = .insufficientScope
        } else {
            verdict.warnings = warnings(facts, now, context)
        }
        count(verdict.code, at: index, uid, now)
        return counted(verdict)
    }

    /// Counts an answer that no key had a part in.
    package mutating func counted(_ verdict: Verdict) -> Verdict {
        tally.count(verdict.code)
        return verdict
    }

    private func holds(_ scopes: ArraySlice<[UInt8]>, at index: KeyTable.Index) -> Bool {
        table[index].text?.covers(scopes) ?? false
    }

    private func warnings(_ facts: StatusFacts, _ now: Instant, _ context: StatusContext) -> VerdictWarnings {
        var warnings: VerdictWarnings = []
        if facts.hasSuccessor { warnings.insert(.retiring) }
        if facts.isExpiring(at: now) { warnings.insert(.expiring) }
        if facts.isStale(at: now, after: context.staleAfter) { warnings.insert(.stale) }
        return warnings
    }

    private mutating func count(_ code: Verdict.Code, at index: KeyTable.Index, _ uid: UInt32, _ now: Instant) {
        var closed: HourUsage?
        if code == .valid {
            if table[index].awaitsFirstUse { noteFirstUse(at: index, now) }
            table[index].countValid(by: uid, at: now) { closed = $0 }
        } else {
            table[index].countRefused(at: now) { closed = $0 }
            refusals.count(code, ofKey: table[index].number, by: uid, at: now)
        }
        if let closed { closedHours.append(closed) }
        markDirty(index)
    }

    /// The first use of a successor starts its predecessor's grace, in memory at once; the maintenance queue stores it.
    private mutating func noteFirstUse(at index: KeyTable.Index, _ now: Instant) {
        table[index].awaitsFirstUse = false
        firstUses[table[index].number] = now
        guard let origin = records[index]?.origin, !origin.startsNow,
            let predecessor = self.index(ofNumber: origin.predecessor), let record = records[predecessor],
            record.successor == table[index].number, record.graceEndsAt == nil
        else { return }
        table[predecessor].facts.startGrace(origin.grace, at: now)
    }
}

extension Verdict.Code {
    /// Why a key with this status is refused; `nil` if it is not.
    init?(refusing status: KeyStatus) {
        switch status {
        case .revoked: self = .revoked
        case .superseded: self = .superseded
        case .expired: self = .expired
        case .disabled: self = .disabled
        case .suspended: self = .upgradeRequired
        case .retiring, .expiring, .stale, .unused, .active: return nil
        }
    }
}
