// What keys may spend.
extension RegistryState {
    // MARK: Verifications

    /// Spends what the verification costs; the code with which it is refused if that is too much.
    @inline(__always)
    mutating func spend(
        _ demand: VerificationDemand?, at index: KeyTable.Index, _ now: Instant, _ context: StatusContext,
        _ hasDetails: inout Bool
    ) -> Verdict.Code? {
        let allowance = table[index].allowance
        guard allowance != nil || context.givesLimits || demand?.limits.isEmpty == false else { return nil }
        hasDetails = true
        return spend(demand, at: index, allowance ?? (context.givesLimits ? follow(at: index) : nil), now)
    }

    @inline(never)
    private mutating func spend(
        _ demand: VerificationDemand?, at index: KeyTable.Index, _ allowance: Int?, _ now: Instant
    ) -> Verdict.Code? {
        details.removeAll()
        var code = Verdict.Code.valid
        if let allowance {
            code = allowances.spend(
                allowance, of: table[index].number, demand, bootTime: bootClock.ofRead(), at: now, &details)
        }
        if let demand, !demand.limits.isEmpty { noteUnknownLimits(of: demand) }
        return code == .valid ? nil : code
    }

    private mutating func noteUnknownLimits(of demand: VerificationDemand) {
        for named in demand.limits {
            let isKnown = (0..<details.limitCount).contains { position in
                details.limits[position].terms?.pointee.name.elementsEqual(named.name) == true
            }
            if !isKnown { details.unknownLimits.append(named.name) }
        }
    }

    // MARK: Keys that follow their plan

    /// The allowance of a key that follows the plan and is used for the first time. All keys of its rotations share one.
    @inline(never)
    private mutating func follow(at index: KeyTable.Index) -> Int {
        let (number, workspace) = (table[index].number, table[index].workspace)
        let allowance =
            followerInLine(of: index)
            ?? allowances.addFollower(ofKey: number, inWorkspace: workspace, bootTime: bootClock.ofRead())
        allowances.move(from: nil, to: allowance)
        table[index].allowance = allowance
        return allowance
    }

    /// The allowance of another key that replaced this one, or that it replaced, if they follow the plan.
    private func followerInLine(of index: KeyTable.Index) -> Int? {
        for key in line(of: index) {
            if let allowance = table[key].allowance, allowances.isFollower(allowance) { return allowance }
        }
        return nil
    }

    /// Finds the counts of keys that follow a plan, after all keys are loaded.
    mutating func adoptFollowers() {
        for orphan in allowances.takeOrphans() {
            if let index = names.index(ofNumber: orphan.key), table[index].allowance == nil {
                let allowance = allowances.addFollower(
                    orphan, inWorkspace: table[index].workspace, bootTime: bootClock.now())
                allowances.move(from: nil, to: allowance)
                table[index].allowance = allowance
            } else {
                allowances.release(orphan.place)
            }
        }
    }

    // MARK: Changes

    /// Makes a key draw on the allowance with a number. A key that follows the plan keeps its counts.
    mutating func moveAllowance(at index: KeyTable.Index, to number: Int64?) {
        let former = table[index].allowance
        let new = number.flatMap { allowances.index(ofNumber: $0) }
        if new == nil, let former, allowances.isFollower(former) { return }
        guard former != new else { return }
        if let former, let new { allowances.passCounts(from: former, to: new, bootTime: bootClock.now()) }
        allowances.move(from: former, to: new)
        table[index].allowance = new
    }

    /// Removes the allowance from a key that is deleted.
    mutating func releaseAllowance(at index: KeyTable.Index) {
        guard let allowance = table[index].allowance else { return }
        if allowances.isFollower(allowance) { passFollower(allowance, from: index) }
        allowances.move(from: allowance, to: nil)
        table[index].allowance = nil
    }

    /// Gives the counts of a key that follows the plan to another key of its rotations.
    private mutating func passFollower(_ allowance: Int, from index: KeyTable.Index) {
        for other in line(of: index) where other != index {
            guard table[other].allowance.map({ $0 == allowance }) ?? true else { continue }
            if table[other].allowance == nil {
                allowances.move(from: nil, to: allowance)
                table[other].allowance = allowance
            }
            return allowances.setKey(table[other].number, ofFollower: allowance)
        }
    }

    /// Adds a new allowance, or changes the terms of a known one; its counts stay.
    mutating func put(_ allowance: AllowanceRecord) { allowances.put(allowance, bootTime: bootClock.now()) }

    /// Removes an allowance that no key draws on.
    mutating func remove(allowance number: Int64) { allowances.remove(number: number) }

    /// The first notices about balances have been stored.
    mutating func forgetNotices(_ count: Int) { allowances.forgetNotices(count) }

    /// The terms of an allowance and what remains of it now.
    func view(ofAllowance index: Int, at now: Instant) -> AllowanceView {
        allowances.view(index, bootTime: bootClock.now(), at: now)
    }

    /// What a key may spend, if that is limited.
    func allowanceView(at index: KeyTable.Index, now: Instant) -> AllowanceView? {
        if let allowance = table[index].allowance { return view(ofAllowance: allowance, at: now) }
        // No plan applies to a canary.
        guard context(ofWorkspace: table[index].workspace).givesLimits, !table[index].isCanary else { return nil }
        return followerInLine(of: index).map { view(ofAllowance: $0, at: now) }
            ?? allowances.viewOfPlan(table[index].workspace, at: now)
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

    /// The segment of the ledger to open next, so that first uses of keys that follow a plan need not wait for one.
    var segmentToPrepare: Int? { allowances.segmentToPrepare(forKeys: table.count) }

    /// Takes a segment that was opened.
    mutating func addSegment(_ number: Int) { allowances.addSegment(number) }

    // MARK: Storing

    /// Takes the credits to store, at most `limit`.
    mutating func takeCredits(limit: Int) -> [CreditTotals] { allowances.takeCredits(atMost: limit) }

    // MARK: A start

    /// Loads the stored allowances, before the first key. Returns those that got another block of the ledger.
    mutating func load(_ stored: [AllowanceRecord]) -> [AllowanceRecord] {
        let bootTime = bootClock.now()
        for record in stored { allowances.load(record, bootTime: bootTime) }
        return allowances.completeLoad(bootTime: bootTime)
    }
}
