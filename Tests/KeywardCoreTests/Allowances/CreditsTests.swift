import KeywardBase
import KeywardTesting
import Testing

@testable import KeywardCore

@Suite struct CreditsTests {
    private func day(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch)
    }

    @Test(arguments: [
        (31, (2026, 1, 30), (2025, 12, 31), (2026, 1, 31)), (31, (2026, 1, 31), (2026, 1, 31), (2026, 2, 28)),
        (31, (2026, 2, 28), (2026, 2, 28), (2026, 3, 31)), (30, (2028, 2, 29), (2028, 2, 29), (2028, 3, 30)),
        (1, (2026, 12, 31), (2026, 12, 1), (2027, 1, 1)), (15, (2026, 6, 15), (2026, 6, 15), (2026, 7, 15)),
        (29, (2027, 3, 1), (2027, 2, 28), (2027, 3, 29)),
    ])
    func aMonthlyRefillIsOnItsDayOrTheLastOfAShorterMonth(
        on: Int64, today: (Int, Int, Int), latest: (Int, Int, Int), next: (Int, Int, Int)
    ) {
        let refill = CreditRefill(amount: 1, every: .month, on: on)
        let today = day(today.0, today.1, today.2)
        #expect(refill.latest(on: today) == day(latest.0, latest.1, latest.2))
        #expect(refill.next(after: today) == day(next.0, next.1, next.2))
    }

    @Test(arguments: 1...31) func refillsOfAMonthFollowEachOther(on: Int64) {
        let refill = CreditRefill(amount: 1, every: .month, on: on)
        for today in day(2026, 1, 1)...day(2030, 1, 1) {
            #expect(refill.latest(on: today) <= today && refill.next(after: today) > today)
            #expect(refill.next(after: refill.latest(on: today)) == refill.next(after: today))
        }
    }

    @Test func aBalanceIsRefilledOnceAndAlsoDownwards() {
        var credits = Credits(
            granted: 500, refill: CreditRefill(amount: 100, every: .day), refilledOn: 10)
        var refilled = credits.refill(on: 10)
        #expect(!refilled && credits.remaining == 500)
        credits.spent = 20
        refilled = credits.refill(on: 12)
        #expect(refilled && credits.remaining == 100 && credits.spent == 20)
        // Neither again nor on a day before.
        refilled = credits.refill(on: 12) || credits.refill(on: 11)
        #expect(!refilled)
    }

    @Test(
        arguments: [
            (nil, CreditChange.set(remaining: 5, adding: 0, refill: nil), 5),
            (nil, .set(remaining: nil, adding: 0, refill: CreditRefill(amount: 7, every: .day)), 7),
            (10, .set(remaining: nil, adding: 5, refill: nil), 15), (10, .set(remaining: 3, adding: 0, refill: nil), 3),
            (10, .set(remaining: nil, adding: 0, refill: CreditRefill(amount: 7, every: .day)), 10),
            (10, .remove, nil), (nil, .remove, nil),
        ] as [(Int64?, CreditChange, Int64?)])
    func aChangeSetsAddsOrKeeps(before: Int64?, change: CreditChange, after: Int64?) {
        let credits = before.map { Credits(granted: $0 + 100, spent: 100, refilledOn: 5) }
        #expect(change.applied(to: credits, on: 5)?.remaining == after)
        #expect(change.applied(to: credits, on: 5)?.spent ?? 100 == (before == nil ? 0 : 100) || after == nil)
    }
}
