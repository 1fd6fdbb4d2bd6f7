/// Every allowance, by number, and budgets by name too.
///
/// Keys hold the index of their allowance (``HotKey/allowance``). Invariants: an index is not reused while a key holds
/// it; an allowance without a name ends with its last key.
struct AllowanceTable: ~Copyable {
    private var blocks: UsageSlots
    private var items: [Allowance?] = []
    private var free: [Int] = []
    private var indices: [Int64: Int] = [:]
    private var budgets: [BudgetName: Int] = [:]
    /// Allowances with spending that is not stored; those that ended meanwhile are skipped.
    private var dirty: [Int] = []
    private var notices: [CreditWarning] = []

    private struct BudgetName: Hashable {
        var workspace: Int64
        var name: String

        init?(_ record: AllowanceRecord) {
            guard let name = record.name else { return nil }
            (workspace, self.name) = (record.workspace, name)
        }

        init(_ name: String, inWorkspace workspace: Int64) { (self.workspace, self.name) = (workspace, name) }
    }

    init(_ ledger: any UsageLedger) {
        blocks = UsageSlots(ledger, width: AllowanceBlock.width)
    }

    // MARK: Spending

    /// See ``Allowance/spend(_:bootTime:at:_:)``.
    ///
    /// - Parameter key: the number of the key.
    mutating func spend(
        _ index: Int, of key: Int64, _ demand: VerificationDemand?, bootTime: Int64, at now: Instant,
        _ details: inout VerdictDetails
    ) -> Verdict.Code {
        // One access: each copies references.
        let spending = items[index]!.spend(demand, bootTime: bootTime, at: now, &details)
        if spending.isNewlyDirty { dirty.append(index) }
        if let notice = spending.notice {
            notices.append(CreditWarning(key: key, notice: notice, remaining: details.credits?.remaining ?? 0))
        }
        return spending.code
    }

    /// Prefetches an allowance.
    func prefetch(_ index: Int) {
        items.withUnsafeBytes { bytes in
            let start = bytes.baseAddress! + index * MemoryLayout<Allowance?>.stride
            for line in stride(from: 0, to: MemoryLayout<Allowance?>.stride, by: cacheLine) {
                KeywardCore.prefetch(start + line)
            }
        }
    }

    /// Prefetches its limits and their counts; the allowance itself was read already.
    func prefetchCounts(_ index: Int) { items[index]?.prefetchCounts() }

    // MARK: Changes

    /// Allocates the block of an allowance that is about to be stored.
    mutating func allocate() -> LedgerSlot { blocks.allocate() }

    /// Releases the block of an allowance that was not stored.
    mutating func release(_ place: LedgerSlot) { blocks.release(place) }

    /// Adds a new allowance, or changes the terms of a known one.
    mutating func put(_ record: AllowanceRecord, bootTime: Int64) {
        if let index = indices[record.number] {
            if let old = BudgetName(items[index]!.record) { budgets[old] = nil }
            items[index]!.change(to: record, bootTime: bootTime)
            enter(index)
        } else if let place = record.ledger {
            add(record, blocks.open(place, for: record.number), bootTime)
        }
    }

    private mutating func add(
        _ record: AllowanceRecord, _ block: UnsafeMutablePointer<UsageSlot>, _ bootTime: Int64
    ) {
        let allowance = Allowance(record, AllowanceBlock(block), bootTime: bootTime)
        let index = free.popLast() ?? items.count
        if index == items.count { items.append(allowance) } else { items[index] = allowance }
        indices[record.number] = index
        enter(index)
    }

    private mutating func enter(_ index: Int) {
        if let name = BudgetName(items[index]!.record) { budgets[name] = index }
        if items[index]!.isDirty { dirty.append(index) }
    }

    /// Removes an allowance that no key draws on.
    mutating func remove(number: Int64) {
        guard let index = indices.removeValue(forKey: number), let item = items[index] else { return }
        if let name = BudgetName(item.record) { budgets[name] = nil }
        if let place = item.record.ledger { blocks.release(place) }
        items[index] = nil
        free.append(index)
    }

    /// Notes that a key draws on another allowance than before.
    mutating func move(from former: Int?, to index: Int?) {
        if let former { items[former]?.keyCount -= 1 }
        if let index { items[index]?.keyCount += 1 }
    }

    /// Refills on days that lie ahead of `day` count as of `day`.
    mutating func setBack(to day: Int64) {
        for index in items.indices where items[index] != nil {
            items[index]!.setBack(to: day)
            if items[index]!.isDirty, !dirty.contains(index) { dirty.append(index) }
        }
    }

    // MARK: Storing

    /// Takes the credits to be stored, at most `limit`.
    mutating func takeCredits(atMost limit: Int) -> [CreditTotals] {
        var taken: [CreditTotals] = []
        while taken.count < limit, let index = dirty.popLast() {
            guard items[index]?.isDirty == true else { continue }
            items[index]!.isDirty = false
            if let totals = items[index]!.totals { taken.append(totals) }
        }
        return taken
    }

    /// Accepts credits that could not be stored.
    mutating func giveBack(_ credits: [CreditTotals]) {
        for totals in credits {
            guard let index = indices[totals.allowance], !items[index]!.isDirty else { continue }
            items[index]!.isDirty = true
            dirty.append(index)
        }
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

    /// Stored allowances without a block.
    private var unplaced: [AllowanceRecord] = []

    /// Every allowance is loaded: blocks that no row names are free. Returns the records that got another block, to be
    /// stored.
    mutating func completeLoad(bootTime: Int64) -> [AllowanceRecord] {
        blocks.completeLoad()
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

    func record(number: Int64) -> AllowanceRecord? { indices[number].flatMap { items[$0]?.record } }

    func record(_ index: Int) -> AllowanceRecord? { items[index]?.record }

    /// How many keys draw on an allowance.
    func keyCount(_ index: Int) -> Int { items[index]?.keyCount ?? 0 }

    func view(_ index: Int, bootTime: Int64, at now: Instant) -> AllowanceView? {
        items[index]?.view(bootTime: bootTime, at: now)
    }

    /// The credits as of now, before a refill that is due.
    func credits(number: Int64) -> Credits? { indices[number].flatMap { items[$0]?.credits } }

    func budget(named name: String, inWorkspace workspace: Int64) -> Int? {
        budgets[BudgetName(name, inWorkspace: workspace)]
    }

    /// The indices of the budgets of a workspace, by name.
    func budgets(inWorkspace workspace: Int64) -> [Int] {
        budgets.filter { $0.key.workspace == workspace }.sorted { $0.key.name < $1.key.name }.map(\.value)
    }
}
