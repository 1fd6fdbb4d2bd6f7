import KeywardTesting
import Testing

@testable import KeywardCore

/// What is known of allowances after a stop, a kill and a start.
@Suite struct AllowanceTableTests {
    private let now = Instant(milliseconds: 1_772_366_400_000)
    private let limit = RateLimit(name: "r", limit: 10, window: .days(1))

    private func record(_ number: Int64 = 1, granted: Int64 = 100, revision: Int64 = 1) -> AllowanceRecord {
        AllowanceRecord(
            number: number, workspace: 1, limits: [limit], credits: Credits(granted: granted, refilledOn: now.day),
            revision: revision)
    }

    /// A table as one process has it.
    private final class Process {
        private var table: AllowanceTable
        private let now: Instant

        init(_ ledger: UsageMemory, at now: Instant) {
            table = AllowanceTable(ledger)
            self.now = now
        }

        func start(with rows: [AllowanceRecord]) -> [AllowanceRecord] {
            for row in rows { table.load(row, bootTime: 5_000) }
            return table.completeLoad(bootTime: 5_000)
        }

        func allocate() -> LedgerSlot { table.allocate() }
        func put(_ record: AllowanceRecord) { table.put(record, bootTime: 5_000) }
        func remove(_ number: Int64) { table.remove(number: number) }
        func has(_ number: Int64) -> Bool { table.index(ofNumber: number) != nil }
        func takeCredits() -> [CreditTotals] { table.takeCredits(atMost: 9) }
        func giveBack(_ credits: [CreditTotals]) { table.giveBack(credits) }
        var isAllTaken: Bool { table.isAllTaken }

        func spend(_ demand: VerificationDemand, of number: Int64 = 1, _ details: inout VerdictDetails) -> Verdict.Code
        {
            table.spend(table.index(ofNumber: number)!, of: 9, demand, bootTime: 5_000, at: now, &details)
        }

        func spend(_ cost: Int64, of number: Int64 = 1) -> Verdict.Code {
            var details = VerdictDetails()
            return spend(VerificationDemand(cost: cost), of: number, &details)
        }

        /// Of each limit, and of the credits.
        func remaining(_ number: Int64 = 1) -> [Int64] {
            let view = table.view(table.index(ofNumber: number)!, bootTime: 5_000, at: now)
            return view.limits.map(\.remaining) + [view.credits?.remaining ?? 0]
        }
    }

    /// A process with one stored allowance of which 4 were spent, and the row that names its block.
    private func process(on ledger: UsageMemory) -> (Process, AllowanceRecord) {
        let process = Process(ledger, at: now)
        var record = record()
        record.ledger = process.allocate()
        process.put(record)
        #expect(process.spend(4) == .valid)
        return (process, record)
    }

    @Test func aKillLosesNothingThatTheLedgerHas() {
        let ledger = UsageMemory()
        let (_, record) = process(on: ledger)
        let next = Process(ledger, at: now)
        #expect(next.start(with: [record]).isEmpty)
        #expect(next.remaining() == [6, 96])
        // What the row lacks is to be stored.
        #expect(next.takeCredits().map(\.credits.spent) == [4])
    }

    @Test func creditsThatWereSetBeforeTheKillAreThoseOfTheRow() {
        let ledger = UsageMemory()
        var (_, record) = process(on: ledger)
        // Decided when 3 were spent, and on disk, but never in force.
        record.credits = Credits(granted: 53, spent: 3, full: 50, refilledOn: now.day)
        record.revision = 2
        let next = Process(ledger, at: now)
        _ = next.start(with: [record])
        #expect(next.remaining() == [6, 49])
    }

    /// Limits that were changed, on disk but not in force: counts are found by name, not by place.
    @Test func countsOfLimitsAreFoundByTheirNames() {
        let ledger = UsageMemory()
        let first = Process(ledger, at: now)
        var row = record()
        row.limits = ["a", "b", "c"].map { RateLimit(name: $0, limit: 10, window: .days(1), isAutomatic: false) }
        row.ledger = first.allocate()
        first.put(row)
        var details = VerdictDetails()
        let costs = zip(["a", "b", "c"], 1...).map { LimitCost(name: Array($0.utf8), cost: $1) }
        #expect(first.spend(VerificationDemand(limits: costs), &details) == .valid)
        row.limits = ["c", "new", "a"].map { RateLimit(name: $0, limit: 10, window: .days(2), isAutomatic: false) }
        let next = Process(ledger, at: now)
        _ = next.start(with: [row])
        #expect(next.remaining().dropLast() == [7, 10, 9])
        // A limit that comes back after it was removed is empty.
        row.limits = ["b", "a"].map { RateLimit(name: $0, limit: 10, window: .days(2), isAutomatic: false) }
        next.put(row)
        #expect(next.remaining().dropLast() == [10, 9])
    }

    @Test func withoutTheLedgerWindowsAreEmptyAndCreditsAreThoseOfTheRow() {
        var (_, record) = process(on: UsageMemory())
        record.credits?.spent = 3
        let next = Process(UsageMemory(), at: now)
        _ = next.start(with: [record])
        #expect(next.remaining() == [10, 97])
    }

    @Test func rowsWithoutABlockOfTheirOwnGetOne() {
        let ledger = UsageMemory()
        let (_, first) = process(on: ledger)
        var (second, third) = (record(2), record(3))
        second.ledger = first.ledger
        let next = Process(ledger, at: now)
        let replaced = next.start(with: [first, second, third])
        #expect(replaced.map(\.number) == [2, 3])
        #expect(Set((replaced + [first]).map(\.ledger)).count == 3)
        #expect(next.spend(1, of: 2) == .valid)
        #expect(next.remaining(1) == [6, 96] && next.remaining(2) == [9, 99])
        third = replaced[1]
        #expect(next.remaining(3) == [10, 100] && third.ledger != nil)
    }

    @Test func aBlockThatIsUsedAgainHasNothingOfItsFormerOwner() {
        let ledger = UsageMemory()
        let (table, record) = process(on: ledger)
        table.remove(1)
        var other = self.record(2)
        other.ledger = table.allocate()
        #expect(other.ledger?.slot == record.ledger?.slot && other.ledger != record.ledger)
        table.put(other)
        #expect(table.remaining(2) == [10, 100])
        #expect(!table.has(1))
    }

    @Test func aChangeThatWasDecidedEarlierKeepsWhatWasSpentSince() {
        let ledger = UsageMemory()
        var (table, record) = process(on: ledger)
        record.credits = Credits(granted: 54, spent: 4, full: 50, refilledOn: now.day)
        record.revision = 2
        #expect(table.spend(5) == .valid)
        table.put(record)
        #expect(table.remaining() == [1, 45])
        #expect(table.takeCredits().last?.credits.spent == 9)
    }

    @Test func creditsThatCouldNotBeStoredAreTakenAgain() {
        let (table, _) = process(on: UsageMemory())
        let taken = table.takeCredits()
        #expect(taken.count == 1 && table.isAllTaken)
        table.giveBack(taken)
        #expect(table.takeCredits() == taken && table.isAllTaken)
    }

    /// Limits and credits are spent together or not at all, whichever refuses.
    @Test(arguments: 1...100) func aRefusalSpendsNothing(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let table = Process(UsageMemory(), at: now)
        var record = record(granted: Int64.random(in: 0...60, using: &random))
        record.limits = (0..<8).map { place in
            RateLimit(
                name: "l\(place)", limit: Int64.random(in: 1...60, using: &random), window: .days(1),
                isAutomatic: Bool.random(using: &random))
        }
        record.ledger = table.allocate()
        table.put(record)
        for _ in 0..<60 {
            let before = table.remaining()
            let named = (0..<8).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            let cost = Int64.random(in: 0...6, using: &random)
            let costs = (0..<8).map { place -> Int64 in
                named.contains(place) ? Int64(place) : record.limits[place].isAutomatic ? cost : 0
            }
            var details = VerdictDetails()
            let demand = VerificationDemand(
                cost: cost, limits: named.map { LimitCost(name: Array("l\($0)".utf8), cost: Int64($0)) })
            let code = table.spend(demand, &details)
            let isOver = zip(costs, before).contains { $0 > 0 && $0 > $1 }
            #expect(code == (isOver ? .rateLimited : cost > before[8] ? .creditsExhausted : .valid))
            let spent = code == .valid ? costs + [cost] : Array(repeating: 0, count: 9)
            #expect(table.remaining() == zip(before, spent).map { $0 - $1 })
            #expect(details.limitCount == (0..<8).count { named.contains($0) || record.limits[$0].isAutomatic })
            #expect((details.retryAfter != nil) == (code != .valid))
        }
    }
}
