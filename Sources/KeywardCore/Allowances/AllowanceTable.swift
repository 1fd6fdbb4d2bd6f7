/// Every allowance, by number, and budgets by name too.
///
/// Keys hold the index of their allowance (``HotKey/allowance``). Invariants: an index is not reused while a key holds
/// it; an allowance without a name ends with its last key. What a verification spends of several limits and credits is
/// spent together, or nothing is: nobody sees a part of it, because the registry's lock is held.
///
/// An allowance without a record has the limits of a plan and nothing else (`AllowanceTable+Plans.swift`).
struct AllowanceTable: ~Copyable {
    var blocks: UsageSlots
    private(set) var cells = AllowanceCells()
    /// The terms of each; its counts are as of the last change, those in force are in the block.
    private(set) var records: [AllowanceRecord?] = []
    var sets: LimitSets
    /// The limits that plans give, by the number of the workspace.
    var plans: [GivenLimits?] = []
    /// Blocks of allowances without a record, of an earlier process, until their keys are loaded.
    var orphans: [UsageSlots.Orphan] = []
    private var free: [Int] = []
    private var indices: [Int64: Int] = [:]
    private var budgets: [BudgetName: Int] = [:]
    /// Allowances with spending that is not stored; those that ended meanwhile are skipped.
    private var dirty: [Int] = []
    private var notices: [CreditWarning] = []
    /// Stored allowances without a block, during a start.
    private var unplaced: [AllowanceRecord] = []
    private(set) var refusals = LimitRefusals()

    private struct BudgetName: Hashable {
        var workspace: Int64
        var name: String

        init?(_ record: AllowanceRecord) {
            guard let name = record.name else { return nil }
            (workspace, self.name) = (record.workspace, name)
        }

        init(_ name: String, inWorkspace workspace: Int64) { (self.workspace, self.name) = (workspace, name) }
    }

    /// - Parameter text: the start of a limit's text in a reply.
    init(_ ledger: any UsageLedger, text: @escaping LimitSets.Text = { _ in [] }) {
        blocks = UsageSlots(ledger, width: AllowanceBlock.width, ownersMayBeNegative: true)
        sets = LimitSets(text)
    }

    // MARK: Spending

    /// Spends what a verification costs, or nothing if that exceeds a limit or the balance.
    ///
    /// - Parameters:
    ///   - key: the number of the key.
    ///   - demand: the cost, and costs of single limits; `nil` spends 1 of each automatic limit and of the credits.
    ///   - bootTime: milliseconds on the boot-time clock.
    ///   - details: receives the limits that were looked at, and the credits.
    mutating func spend(
        _ index: Int, of key: Int64, _ demand: VerificationDemand?, bootTime: Int64, at now: Instant,
        _ details: inout VerdictDetails
    ) -> Verdict.Code {
        let cell = cells[index]
        if cell.pointee.followsPlan { followPlan(cell, bootTime) }
        var attempt = SpendingAttempt(cost: demand?.cost ?? 1, bootTime: bootTime, at: now)
        cell.pointee.check(demand, &attempt, &details)
        var code = Verdict.Code.valid
        if attempt.exceeded != 0 {
            code = .rateLimited
            countRefusals(attempt, details, Int64(cell.pointee.workspace))
        }
        guard cell.pointee.hasCredits else {
            cell.pointee.settle(code == .valid, attempt, &details)
            if code != .valid { details.retryAfter = attempt.retryAfter }
            return code
        }
        let day = now.day
        if day >= cell.pointee.refillsOn { refill(index, on: day) }
        let block = cell.pointee.block
        var remaining = block.granted - block.spent
        if attempt.cost > 0, remaining < attempt.cost {
            if code == .valid { code = .creditsExhausted }
            attempt.delay(by: wait(for: attempt.cost, of: index, at: now))
        }
        cell.pointee.settle(code == .valid, attempt, &details)
        if code != .valid {
            details.retryAfter = attempt.retryAfter
        } else if attempt.cost > 0 {
            block.spent += attempt.cost
            remaining -= attempt.cost
            markDirty(index, cell)
        }
        details.credits = CreditState(remaining: remaining, refillsAt: nextRefill(of: index, cell, on: day))
        if remaining <= cell.pointee.lowBalance { notice(index, remaining, key) }
        return code
    }

    @inline(never)
    private mutating func countRefusals(
        _ attempt: SpendingAttempt, _ details: borrowing VerdictDetails, _ workspace: Int64
    ) {
        for position in 0..<details.limitCount where attempt.exceeded & 1 << UInt8(position) != 0 {
            if let limit = details.limits[position].terms {
                refusals.count(limit.pointee.name, inWorkspace: workspace)
            }
        }
    }

    @inline(never)
    private mutating func refill(_ index: Int, on day: Int64) {
        guard var balance = credits(index), balance.refill(on: day) else { return }
        // The day last: a kill before it repeats the refill, and nothing was answered in between.
        let cell = cells[index]
        cell.pointee.block.granted = balance.granted
        cell.pointee.block.full = balance.full
        cell.pointee.block.refilledOn = balance.refilledOn
        cell.pointee.adopt(balance)
        cell.pointee.noticed = CreditNotice(balance)
        markDirty(index, cell)
    }

    @inline(__always)
    private mutating func markDirty(_ index: Int, _ cell: UnsafeMutablePointer<AllowanceCell>) {
        guard !cell.pointee.isDirty else { return }
        cell.pointee.isDirty = true
        dirty.append(index)
    }

    @inline(__always)
    private func nextRefill(of index: Int, _ cell: UnsafeMutablePointer<AllowanceCell>, on day: Int64) -> Instant? {
        let (last, next) = (cell.pointee.refilledOn, cell.pointee.refillsOn)
        guard next != .max else { return nil }
        // The clock may have been set back since the last refill.
        return day >= last ? Instant(day: Int64(next)) : credits(index)?.nextRefill(after: day)
    }

    /// How many milliseconds until a refill gives `cost`; `nil` if none does.
    @inline(never)
    private func wait(for cost: Int64, of index: Int, at now: Instant) -> Int64? {
        guard let credits = credits(index), let refill = credits.refill, refill.amount >= cost else { return nil }
        return (Instant(day: refill.next(after: now.day)) - now).milliseconds
    }

    /// Notes what is to be said about a balance; each is said once, until the balance is set again.
    @inline(never)
    private mutating func notice(_ index: Int, _ remaining: Int64, _ key: Int64) {
        let cell = cells[index]
        guard cell.pointee.isDirty, let notice = CreditNotice(credits(index)) else { return }
        if let known = cell.pointee.noticed, known >= notice { return }
        cell.pointee.noticed = notice
        notices.append(CreditWarning(key: key, notice: notice, remaining: remaining))
    }

    /// Prefetches an allowance.
    func prefetch(_ index: Int) { KeywardCore.prefetch(cells[index]) }

    /// Prefetches its limits and their counts; the allowance itself was read already.
    func prefetchCounts(_ index: Int) {
        cells[index].pointee.block.prefetchCounts()
        cells[index].pointee.prefetchLimits()
    }

    // MARK: Changes

    /// Allocates the block of an allowance that is about to be stored.
    mutating func allocate() -> LedgerSlot { blocks.allocate() }

    /// Releases the block of an allowance that was not stored.
    mutating func release(_ place: LedgerSlot) { blocks.release(place) }

    /// Adds a new allowance, or changes the terms of a known one. Counts follow the names of its limits.
    mutating func put(_ record: AllowanceRecord, bootTime: Int64) {
        if let index = indices[record.number], let former = records[index] {
            if let old = BudgetName(former) { budgets[old] = nil }
            setLimits(index, record, bootTime)
            if !former.limits.isEmpty { sets.release(former.limits) }
            records[index] = record
            changeCredits(index, record, isSet: record.revision != former.revision)
            enter(index)
        } else if let place = record.ledger {
            add(record, blocks.open(place, for: record.number), bootTime)
        }
    }

    private mutating func add(
        _ record: AllowanceRecord, _ block: UnsafeMutablePointer<UsageSlot>, _ bootTime: Int64
    ) {
        let index = insert(AllowanceBlock(block), inWorkspace: record.workspace)
        records[index] = record
        setLimits(index, record, bootTime)
        indices[record.number] = index
        // The ledger tells what was spent since the credits were stored. If they were set since, the record tells what
        // was granted.
        let isKnown = AllowanceBlock(block).revision == UInt32(truncatingIfNeeded: record.revision)
        changeCredits(index, record, isSet: !isKnown)
        cells[index].pointee.adopt(credits(index))
        cells[index].pointee.isDirty = credits(index) != record.credits
        cells[index].pointee.noticed = CreditNotice(credits(index))
        enter(index)
    }

    /// Takes an index for an allowance without limits and credits.
    mutating func insert(_ block: AllowanceBlock, inWorkspace workspace: Int64) -> Int {
        let index = free.popLast() ?? records.count
        if index == records.count { records.append(nil) }
        cells.reserve(index)
        cells[index].initialize(to: AllowanceCell(block, sets.none, workspace: workspace))
        return index
    }

    private mutating func setLimits(_ index: Int, _ record: AllowanceRecord, _ bootTime: Int64) {
        cells[index].pointee.followsPlan = record.followsPlan
        if record.followsPlan { return followPlan(cells[index], bootTime) }
        cells[index].pointee.place(sets.acquire(record.limits), record.limits, bootTime: bootTime)
    }

    /// - Parameter isSet: whether a person set the credits since they were last adopted.
    private mutating func changeCredits(_ index: Int, _ record: AllowanceRecord, isSet: Bool) {
        let (cell, block) = (cells[index], cells[index].pointee.block)
        guard let stored = record.credits else {
            // Credits that are set later have nothing spent.
            (block.granted, block.spent) = (0, 0)
            return cell.pointee.adopt(nil)
        }
        // What was spent since the decision remains spent.
        block.spent = max(stored.spent, block.spent)
        guard isSet else { return cell.pointee.adopt(credits(index)) }
        block.granted = stored.granted
        block.full = stored.full
        block.refilledOn = stored.refilledOn
        block.revision = UInt32(truncatingIfNeeded: record.revision)
        cell.pointee.adopt(credits(index))
        cell.pointee.isDirty = credits(index) != stored
        cell.pointee.noticed = CreditNotice(credits(index))
    }

    private mutating func enter(_ index: Int) {
        if let name = records[index].flatMap({ BudgetName($0) }) { budgets[name] = index }
        if cells[index].pointee.isDirty { dirty.append(index) }
    }

    /// Removes an allowance that no key draws on.
    mutating func remove(number: Int64) {
        guard let index = indices.removeValue(forKey: number), let record = records[index] else { return }
        if let name = BudgetName(record) { budgets[name] = nil }
        if let place = record.ledger { blocks.release(place) }
        sets.release(record.limits)
        remove(at: index)
    }

    /// Frees an index.
    mutating func remove(at index: Int) {
        records[index] = nil
        cells[index].pointee.isDirty = false
        cells[index].pointee.keyCount = 0
        free.append(index)
    }

    /// Refills on days that lie ahead of `day` count as of `day`.
    mutating func setBack(to day: Int64) {
        for index in records.indices {
            guard let credits = credits(index), credits.refilledOn > day else { continue }
            cells[index].pointee.block.refilledOn = day
            cells[index].pointee.adopt(self.credits(index))
            markDirty(index, cells[index])
        }
    }

    // MARK: Storing

    /// Takes the credits to be stored, at most `limit`.
    mutating func takeCredits(atMost limit: Int) -> [CreditTotals] {
        var taken: [CreditTotals] = []
        while taken.count < limit, let index = dirty.popLast() {
            guard cells[index].pointee.isDirty else { continue }
            cells[index].pointee.isDirty = false
            guard let record = records[index], let credits = credits(index) else { continue }
            taken.append(CreditTotals(allowance: record.number, credits: credits, revision: record.revision))
        }
        return taken
    }

    /// Accepts credits that could not be stored.
    mutating func giveBack(_ credits: [CreditTotals]) {
        for totals in credits { if let index = indices[totals.allowance] { markDirty(index, cells[index]) } }
    }

    /// Whether no credits wait to be stored.
    var isAllTaken: Bool { dirty.isEmpty }

    /// What is to be said about balances, in the order of the spending.
    var pendingNotices: [CreditWarning] { notices }

    /// The first `count` notices have been said.
    mutating func forgetNotices(_ count: Int) { notices.removeFirst(min(count, notices.count)) }

    // MARK: A start

    /// Adds a stored allowance.
    mutating func load(_ record: AllowanceRecord, bootTime: Int64) {
        if let place = record.ledger, let block = blocks.reopen(place, for: record.number) {
            add(record, block, bootTime)
        } else {
            unplaced.append(record)
        }
    }

    /// Every allowance is loaded: blocks that no row names are free, or of keys that follow a plan. Returns the records
    /// that got another block, to be stored.
    mutating func completeLoad(bootTime: Int64) -> [AllowanceRecord] {
        orphans = blocks.completeLoad()
        let replaced = unplaced.map { record in
            var record = record
            record.ledger = blocks.allocate()
            return record
        }
        unplaced = []
        for record in replaced { put(record, bootTime: bootTime) }
        return replaced
    }

    // MARK: Reading

    func index(ofNumber number: Int64) -> Int? { indices[number] }

    func record(number: Int64) -> AllowanceRecord? { indices[number].flatMap { records[$0] } }

    func record(_ index: Int) -> AllowanceRecord? { records[index] }

    /// How many keys draw on an allowance.
    func keyCount(_ index: Int) -> Int { Int(cells[index].pointee.keyCount) }

    /// The credits as of now, before a refill that is due.
    func credits(_ index: Int) -> Credits? {
        guard var credits = records[index]?.credits else { return nil }
        let block = cells[index].pointee.block
        (credits.granted, credits.spent) = (block.granted, block.spent)
        (credits.full, credits.refilledOn) = (block.full, block.refilledOn)
        return credits
    }

    func credits(number: Int64) -> Credits? { indices[number].flatMap { credits($0) } }

    func budget(named name: String, inWorkspace workspace: Int64) -> Int? {
        budgets[BudgetName(name, inWorkspace: workspace)]
    }

    /// The indices of the budgets of a workspace, by name.
    func budgets(inWorkspace workspace: Int64) -> [Int] {
        budgets.filter { $0.key.workspace == workspace }.sorted { $0.key.name < $1.key.name }.map(\.value)
    }
}
