// What keys may spend.
extension RegistryState {
    // MARK: Verifications

    /// Spends what the verification costs; the code with which it is refused if that is too much.
    @inline(__always)
    mutating func spend(
        _ demand: VerificationDemand?, at index: KeyTable.Index, _ now: Instant, _ hasDetails: inout Bool
    ) -> Verdict.Code? {
        let allowance = table[index].allowance
        guard allowance != nil || demand?.limits.isEmpty == false else { return nil }
        hasDetails = true
        return spend(demand, of: table[index].number, allowance, now)
    }

    @inline(never)
    private mutating func spend(
        _ demand: VerificationDemand?, of key: Int64, _ allowance: Int?, _ now: Instant
    ) -> Verdict.Code? {
        details.removeAll()
        var code = Verdict.Code.valid
        if let allowance {
            code = allowances.spend(allowance, of: key, demand, bootTime: bootTime(), at: now, &details)
        }
        for limit in demand?.limits ?? [] where !details.limits.contains(where: { $0.name == limit.name }) {
            details.limits.append(LimitState(name: limit.name))
        }
        return code == .valid ? nil : code
    }

    // MARK: Changes

    /// The index of the allowance that a key draws on from now on, in place of the one at `former`.
    mutating func moveAllowance(from former: Int?, to number: Int64?) -> Int? {
        let index = number.flatMap { allowances.index(ofNumber: $0) }
        if former != index { allowances.move(from: former, to: index) }
        return index
    }

    /// Adds a new allowance, or changes the terms of a known one; its counts stay.
    mutating func put(_ allowance: AllowanceRecord) { allowances.put(allowance, bootTime: bootTime()) }

    /// Removes an allowance that no key draws on.
    mutating func remove(allowance number: Int64) { allowances.remove(number: number) }

    /// The first notices about balances have been stored.
    mutating func forgetNotices(_ count: Int) { allowances.forgetNotices(count) }

    /// The terms of an allowance and what remains of it now.
    func view(ofAllowance index: Int, at now: Instant) -> AllowanceView? {
        allowances.view(index, bootTime: bootTime(), at: now)
    }

    /// Allocates blocks for allowances that are about to be stored.
    mutating func allocateBlocks(for changes: inout Changes) {
        for place in changes.allowances.indices where changes.allowances[place].ledger == nil {
            let number = changes.allowances[place].number
            changes.allowances[place].ledger = allowances.record(number: number)?.ledger ?? allowances.allocate()
        }
    }

    /// Releases the blocks of allowances that were not stored.
    mutating func releaseBlocks(of changes: [Changes]) {
        let fresh = changes.flatMap(\.allowances).filter { allowances.index(ofNumber: $0.number) == nil }
        for place in Set(fresh.compactMap(\.ledger)) { allowances.release(place) }
    }

    // MARK: Storing

    /// Takes the credits to store, at most `limit`.
    mutating func takeCredits(limit: Int) -> [CreditTotals] { allowances.takeCredits(atMost: limit) }

    /// Loads the stored allowances, before the first key. Returns those that got another block of the ledger.
    mutating func load(_ stored: [AllowanceRecord]) -> [AllowanceRecord] {
        let bootTime = bootTime()
        for record in stored { allowances.load(record, bootTime: bootTime) }
        return allowances.completeLoad(bootTime: bootTime)
    }
}
