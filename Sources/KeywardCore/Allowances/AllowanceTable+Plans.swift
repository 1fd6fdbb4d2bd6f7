/// The limits that a plan gives to keys that set none of their own.
struct GivenLimits {
    let set: LimitSet
    let terms: [RateLimit]
    /// The name of the plan.
    let plan: String
}

// Keys that follow the plan of their workspace. Each counts its own, in a block of the ledger that has the negative
// number of a key. There is no row: windows are never stored, so the block has all there is to know. A reload replaces
// the limits of a plan at once. Each allowance finds its counts by name when it is next used.
extension AllowanceTable {
    /// Adopts the limits that the plans of workspaces give.
    ///
    /// - Parameter new: for each workspace its number, the name of its plan, and the limits.
    mutating func setPlans(_ new: [(workspace: Int64, plan: String, limits: [RateLimit])]) {
        let former = plans
        plans = Array(repeating: nil, count: Int(new.map(\.workspace).max() ?? 0) + 1)
        for (workspace, plan, limits) in new where !limits.isEmpty {
            plans[Int(workspace)] = GivenLimits(set: sets.acquire(limits), terms: limits, plan: plan)
        }
        for limits in former { if let limits { sets.release(limits.terms) } }
    }

    /// The limits that the plan of a workspace gives; `nil` if it gives none.
    @inline(__always)
    func plan(ofWorkspace number: Int) -> GivenLimits? { number < plans.count ? plans[number] : nil }

    /// Finds the counts of an allowance by the present limits of the plan.
    @inline(__always)
    func followPlan(_ cell: UnsafeMutablePointer<AllowanceCell>, _ bootTime: Int64) {
        let workspace = Int(cell.pointee.workspace)
        let given = workspace < plans.count ? plans[workspace]?.set.number : nil
        guard given ?? sets.none.number == cell.pointee.placedSet else { return placeAgain(cell, bootTime) }
    }

    @inline(never)
    private func placeAgain(_ cell: UnsafeMutablePointer<AllowanceCell>, _ bootTime: Int64) {
        if let plan = plan(ofWorkspace: Int(cell.pointee.workspace)) {
            cell.pointee.place(plan.set, plan.terms, bootTime: bootTime)
        } else {
            // The counts stay: the plan may give limits of these names again.
            (cell.pointee.limits, cell.pointee.placedSet) = (sets.none, sets.none.number)
        }
    }

    /// Adds the allowance of a key that follows the plan and has none yet.
    mutating func addFollower(ofKey key: Int64, inWorkspace workspace: Int64, bootTime: Int64) -> Int {
        add(blocks.open(blocks.allocate(), for: -key), inWorkspace: workspace, bootTime)
    }

    private mutating func add(
        _ block: UnsafeMutablePointer<UsageSlot>, inWorkspace workspace: Int64, _ bootTime: Int64
    ) -> Int {
        let index = insert(AllowanceBlock(block), inWorkspace: workspace)
        cells[index].pointee.followsPlan = true
        followPlan(cells[index], bootTime)
        return index
    }

    /// The segment of the ledger to open next; `nil` if enough blocks are spare for keys that are used for the first
    /// time.
    func segmentToPrepare(forKeys count: Int) -> Int? {
        guard plans.contains(where: { $0 != nil }) else { return nil }
        return blocks.spareCount < min(count, Self.mostSpare) ? blocks.segmentCount : nil
    }

    /// Takes a segment that was opened.
    mutating func addSegment(_ number: Int) {
        if blocks.segmentCount == number { blocks.openSegment() }
    }

    /// 16 MiB of the ledger.
    private static let mostSpare = 65_536

    /// Whether an allowance exists only because its key follows the plan.
    func isFollower(_ index: Int) -> Bool { cells[index].pointee.followsPlan && record(index) == nil }

    /// Notes that a key draws on another allowance than before. A follower ends with its last key.
    mutating func move(from former: Int?, to index: Int?) {
        if let former {
            cells[former].pointee.keyCount -= 1
            if cells[former].pointee.keyCount == 0, isFollower(former) {
                blocks.release(cells[former].pointee.block.ledgerSlot)
                remove(at: former)
            }
        }
        if let index { cells[index].pointee.keyCount += 1 }
    }

    /// Gives the counts of a follower to an allowance that its key draws on from now on.
    func passCounts(from former: Int, to index: Int, bootTime: Int64) {
        guard isFollower(former), keyCount(index) == 0, let record = record(index), record.name == nil else { return }
        let cell = cells[index]
        cell.pointee.block.copyLimits(of: cells[former].pointee.block)
        if record.followsPlan {
            placeAgain(cell, bootTime)
        } else {
            cell.pointee.place(cell.pointee.limits, record.limits, bootTime: bootTime)
        }
    }

    /// The key of a follower was deleted, and another one draws on it.
    func setKey(_ number: Int64, ofFollower index: Int) { cells[index].pointee.block.owner = -number }

    /// Takes the blocks of an earlier process that no row names. Each is to be added or released.
    mutating func takeOrphans() -> [UsageSlots.Orphan] {
        defer { orphans = [] }
        return orphans
    }

    /// Adds the allowance of a key that followed the plan in an earlier process.
    mutating func addFollower(_ orphan: UsageSlots.Orphan, inWorkspace workspace: Int64, bootTime: Int64) -> Int {
        add(blocks.open(orphan.place, for: -orphan.key), inWorkspace: workspace, bootTime)
    }

    // MARK: Reading

    /// The terms of an allowance and what remains of them now.
    func view(_ index: Int, bootTime: Int64, at now: Instant) -> AllowanceView {
        let cell = cells[index]
        if cell.pointee.followsPlan { followPlan(cell, bootTime) }
        let plan = cell.pointee.followsPlan ? plan(ofWorkspace: Int(cell.pointee.workspace)) : nil
        var record = record(index) ?? AllowanceRecord(number: 0, workspace: Int64(cell.pointee.workspace))
        if cell.pointee.followsPlan { record.limits = plan?.terms ?? [] }
        let states = record.limits.indices.map { cell.pointee.state(of: $0, bootTime: bootTime, at: now) }
        var balance = credits(index)
        balance?.refill(on: now.day)
        return AllowanceView(
            record: record, keyCount: keyCount(index), limits: states,
            credits: balance.map { CreditState(remaining: $0.remaining, refillsAt: $0.nextRefill(after: now.day)) },
            plan: plan?.plan)
    }

    /// What a key can spend that follows the plan and was not used yet; `nil` if the plan gives no limits.
    func viewOfPlan(_ workspace: Int64, at now: Instant) -> AllowanceView? {
        plan(ofWorkspace: Int(workspace)).map { plan in
            AllowanceView(
                record: AllowanceRecord(number: 0, workspace: workspace, limits: plan.terms), keyCount: 0,
                limits: plan.terms.map { LimitState(remaining: $0.limit, resetsAt: now) }, plan: plan.plan)
        }
    }
}
