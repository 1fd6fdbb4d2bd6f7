/// What some keys may spend, with the counts of what they have spent.
///
/// Invariant: what a verification spends of several limits and credits is spent together, or nothing is. Nobody sees a
/// part of it, because the registry's lock is held.
struct Allowance {
    /// The terms; its counts are as of the last change, those in force are in the block.
    private(set) var record: AllowanceRecord
    private let block: AllowanceBlock
    private var limits: [Limit]
    /// How many keys draw on it.
    var keyCount = 0
    /// Whether it has credits with spending that is not stored.
    var isDirty = false
    /// What was said about its balance since that was last set.
    private var noticed: CreditNotice?

    private struct Limit {
        let name: [UInt8]
        let limit: Int64
        let length: Int64
        let isAutomatic: Bool
        let counts: UnsafeMutablePointer<WindowCounts>

        static func all(_ terms: [RateLimit], in block: AllowanceBlock, bootTime: Int64) -> [Limit] {
            zip(terms, block.places(for: terms, bootTime: bootTime)).map { terms, place in
                Limit(
                    name: Array(terms.name.utf8), limit: terms.limit, length: terms.window.milliseconds,
                    isAutomatic: terms.isAutomatic, counts: block.windows(place))
            }
        }
    }

    /// - Parameters:
    ///   - block: the counts of an earlier process with the same allowance, or zeros.
    ///   - bootTime: milliseconds on the boot-time clock.
    init(_ record: AllowanceRecord, _ block: AllowanceBlock, bootTime: Int64) {
        self.record = record
        self.block = block
        limits = Limit.all(record.limits, in: block, bootTime: bootTime)
        guard let stored = record.credits else { return }
        // The ledger tells what was spent since the credits were stored. If they were set since, the record tells what
        // was granted.
        let isKnown = block.revision == UInt32(truncatingIfNeeded: record.revision)
        block.spent = max(stored.spent, block.spent)
        if !isKnown { adopt(stored) }
        isDirty = credits != stored
        noticed = CreditNotice(credits)
    }

    private func adopt(_ credits: Credits) {
        block.granted = credits.granted
        block.full = credits.full
        block.refilledOn = credits.refilledOn
        block.revision = UInt32(truncatingIfNeeded: record.revision)
    }

    /// The credits as of now, before a refill that is due.
    var credits: Credits? {
        guard let stored = record.credits else { return nil }
        var credits = stored
        (credits.granted, credits.spent) = (block.granted, block.spent)
        (credits.full, credits.refilledOn) = (block.full, block.refilledOn)
        return credits
    }

    /// Its credits, to be stored; `nil` if it has none.
    var totals: CreditTotals? {
        credits.map { CreditTotals(allowance: record.number, credits: $0, revision: record.revision) }
    }

    // MARK: Spending

    /// Spends what a verification costs, or nothing if that exceeds a limit or the balance.
    ///
    /// - Parameters:
    ///   - demand: the cost, and costs of single limits; `nil` spends 1 of each automatic limit and of the credits.
    ///   - bootTime: milliseconds on the boot-time clock.
    ///   - details: receives the limits that were looked at, and the credits.
    mutating func spend(
        _ demand: VerificationDemand?, bootTime: Int64, at now: Instant, _ details: inout VerdictDetails
    ) -> Spending {
        let wasDirty = isDirty
        let cost = demand?.cost ?? 1
        var (code, wait) = (Verdict.Code.valid, Wait())
        for place in limits.indices {
            guard let cost = self.cost(of: place, demand) else { continue }
            let moment = WindowCounts.Moment(bootTime, length: limits[place].length)
            guard cost > 0, limits[place].counts.pointee.spent(at: moment) + cost > limits[place].limit else {
                continue
            }
            code = .rateLimited
            wait.add(limits[place].counts.pointee.wait(for: cost, of: limits[place].limit, at: moment))
        }
        var balance = credits
        let isRefilled = balance?.refill(on: now.day) ?? false
        if cost > 0, let balance, balance.remaining < cost {
            if code == .valid { code = .creditsExhausted }
            wait.add(Self.wait(for: cost, balance, at: now))
        }
        if isRefilled, let balance { refill(balance) }
        if code == .valid { spend(cost, demand, bootTime, &balance) } else { details.retryAfter = wait.seconds }
        describe(demand, bootTime, now, balance, &details)
        return Spending(code: code, isNewlyDirty: isDirty && !wasDirty, notice: takeNotice(balance))
    }

    /// The outcome of a verification for an allowance.
    struct Spending {
        let code: Verdict.Code
        /// Whether there is spending to be stored that was not there before.
        let isNewlyDirty: Bool
        let notice: CreditNotice?
    }

    private mutating func refill(_ balance: Credits) {
        // The day last: a kill before it repeats the refill, and nothing was answered in between.
        block.granted = balance.granted
        block.full = balance.full
        block.refilledOn = balance.refilledOn
        noticed = CreditNotice(balance)
        isDirty = true
    }

    private mutating func spend(
        _ cost: Int64, _ demand: VerificationDemand?, _ bootTime: Int64, _ balance: inout Credits?
    ) {
        for place in limits.indices {
            guard let cost = self.cost(of: place, demand), cost > 0 else { continue }
            let moment = WindowCounts.Moment(bootTime, length: limits[place].length)
            limits[place].counts.pointee.spend(cost, at: moment)
        }
        guard cost > 0, balance != nil else { return }
        balance?.spent += cost
        block.spent += cost
        isDirty = true
    }

    /// What a verification spends of a limit; `nil` if it does not look at it.
    private func cost(of place: Int, _ demand: VerificationDemand?) -> Int64? {
        if let demand, !demand.limits.isEmpty, let named = demand.limits.first(where: { $0.name == limits[place].name })
        {
            return named.cost
        }
        return limits[place].isAutomatic ? demand?.cost ?? 1 : nil
    }

    private func describe(
        _ demand: VerificationDemand?, _ bootTime: Int64, _ now: Instant, _ balance: Credits?,
        _ details: inout VerdictDetails
    ) {
        for place in limits.indices {
            guard let cost = self.cost(of: place, demand) else { continue }
            details.limits.append(state(of: place, for: cost, bootTime, now))
        }
        details.credits = balance.map { CreditState(remaining: $0.remaining, refillsAt: Self.nextRefill($0, at: now)) }
    }

    private func state(of place: Int, for cost: Int64, _ bootTime: Int64, _ now: Instant) -> LimitState {
        let (most, counts) = (limits[place].limit, limits[place].counts.pointee)
        let moment = WindowCounts.Moment(bootTime, length: limits[place].length)
        let wait = counts.wait(for: max(1, cost), of: most, at: moment)
        return LimitState(
            name: limits[place].name, limit: most, remaining: max(0, most - counts.spent(at: moment)),
            resetsAt: wait.map { now + Instant.Span(milliseconds: $0) })
    }

    private static func nextRefill(_ credits: Credits, at now: Instant) -> Instant? {
        credits.refill.map { Instant(day: $0.next(after: now.day)) }
    }

    /// How many milliseconds until a refill gives `cost`; `nil` if none does.
    private static func wait(for cost: Int64, _ credits: Credits, at now: Instant) -> Int64? {
        guard let refill = credits.refill, refill.amount >= cost else { return nil }
        return (Instant(day: refill.next(after: now.day)) - now).milliseconds
    }

    /// The longest wait of several.
    private struct Wait {
        private var milliseconds: Int64? = 0

        mutating func add(_ other: Int64?) {
            milliseconds = milliseconds.flatMap { known in other.map { max(known, $0) } }
        }

        var seconds: RetryAfter { milliseconds.map { .seconds(($0 + 999) / 1_000) } ?? .never }
    }

    /// What is to be said about the balance now; each is said once, until the balance is set again.
    private mutating func takeNotice(_ balance: Credits?) -> CreditNotice? {
        guard isDirty, let notice = CreditNotice(balance), noticed.map({ $0 < notice }) ?? true else { return nil }
        noticed = notice
        return notice
    }

    /// Prefetches its limits and their counts.
    func prefetchCounts() {
        block.prefetchCounts()
        limits.withUnsafeBytes { bytes in
            for line in stride(from: 0, to: bytes.count, by: cacheLine) { prefetch(bytes.baseAddress! + line) }
        }
    }

    // MARK: Changes

    /// Adopts new terms. Counts follow the names of the limits.
    mutating func change(to new: AllowanceRecord, bootTime: Int64) {
        limits = Limit.all(new.limits, in: block, bootTime: bootTime)
        let isSet = new.revision != record.revision
        record = new
        guard let stored = new.credits else { return }
        // What was spent since the decision remains spent.
        block.spent = max(stored.spent, block.spent)
        guard isSet else { return }
        adopt(stored)
        isDirty = credits != stored
        noticed = CreditNotice(credits)
    }

    /// A refill on a day that lies ahead of `day` counts as one on `day`.
    mutating func setBack(to day: Int64) {
        guard let credits, credits.refilledOn > day else { return }
        block.refilledOn = day
        isDirty = true
    }

    // MARK: Reading

    /// The terms and what remains of them now.
    func view(bootTime: Int64, at now: Instant) -> AllowanceView {
        var balance = credits
        balance?.refill(on: now.day)
        return AllowanceView(
            record: record, keyCount: keyCount,
            limits: limits.indices.map { state(of: $0, for: 1, bootTime, now) },
            credits: balance.map { CreditState(remaining: $0.remaining, refillsAt: Self.nextRefill($0, at: now)) })
    }
}
