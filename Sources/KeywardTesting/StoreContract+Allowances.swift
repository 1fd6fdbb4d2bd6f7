import KeywardCore
import Testing

extension StoreContract {
    /// What keys may spend, and have spent.
    static let allowances = [
        StoreContract("an allowance is stored with its limits in their order, and changed as a whole") { fixture in
            var changes = firstWorkspace()
            let limits = ["b", "a"].map { RateLimit(name: $0, limit: 5, window: .seconds(60), isAutomatic: $0 == "a") }
            let credits = Credits(
                granted: 9, spent: 4, full: 8, refill: CreditRefill(amount: 7, every: .month, on: 31), refilledOn: 3)
            changes.allowances = [
                AllowanceRecord(
                    number: 1, workspace: 1, limits: limits, credits: credits, revision: 4,
                    ledger: LedgerSlot(slot: 3, generation: 8)),
                AllowanceRecord(number: 2, workspace: 1, name: "team"),
            ]
            try fixture.store.commit(changes)
            #expect(try fixture.afterKill().loadState().allowances == changes.allowances)
            changes = Changes(mark: changes.mark)
            changes.allowances = [AllowanceRecord(number: 1, workspace: 1, name: "x", limits: [limits[1]], revision: 5)]
            try fixture.store.commit(changes)
            #expect(try fixture.store.loadState().allowances.first == changes.allowances[0])
            changes = Changes(mark: changes.mark)
            changes.endedAllowances = [1, 7]
            try fixture.store.commit(changes)
            #expect(try fixture.store.loadState().allowances.map(\.number) == [2])
        },
        StoreContract("two budgets of a workspace have different names") { fixture in
            var changes = firstWorkspace()
            changes.allowances = [AllowanceRecord(number: 1, workspace: 1, name: "team")]
            try fixture.store.commit(changes)
            changes = Changes(mark: changes.mark)
            changes.allowances = [AllowanceRecord(number: 2, workspace: 1, name: "team")]
            #expect(throws: StoreFault.self) { try fixture.store.commit(changes) }
            changes.allowances[0].workspace = 77
            #expect(throws: StoreFault.self) { try fixture.store.commit(changes) }
        },
        StoreContract("what was spent is stored unless the credits were set since, and never shrinks") { fixture in
            var changes = firstWorkspace()
            var record = AllowanceRecord(
                number: 1, workspace: 1, credits: Credits(granted: 100, refilledOn: 3), revision: 2)
            changes.allowances = [record]
            try fixture.store.commit(changes)
            var spent = Credits(granted: 100, spent: 30, full: 100, refilledOn: 4)
            func flush(_ revision: Int64) throws -> Credits? {
                var flush = UsageFlush(mark: changes.mark)
                flush.credits = [
                    CreditTotals(allowance: 1, credits: spent, revision: revision),
                    CreditTotals(allowance: 9, credits: spent, revision: revision),
                ]
                try fixture.store.flush(flush)
                return try fixture.store.loadState().allowances[0].credits
            }
            #expect(try flush(2) == spent)
            spent.spent = 90
            #expect(try flush(1)?.spent == 30)
            // A change that was decided before the last flush.
            record.credits = Credits(granted: 220, spent: 20, full: 200, refilledOn: 5)
            record.revision = 3
            changes.allowances = [record]
            try fixture.store.commit(changes)
            #expect(try fixture.store.loadState().allowances[0].credits?.spent == 30)
            #expect(try fixture.store.loadState().allowances[0].credits?.granted == 220)
        },
        StoreContract("a refill on a day that lies ahead goes back with the mark") { fixture in
            var changes = firstWorkspace()
            changes.allowances = [
                AllowanceRecord(number: 1, workspace: 1, credits: Credits(granted: 1, refilledOn: 30)),
                AllowanceRecord(number: 2, workspace: 1, credits: Credits(granted: 1, refilledOn: 3)),
            ]
            try fixture.store.commit(changes)
            changes = Changes(mark: Instant(day: 20))
            changes.setsBack = true
            try fixture.store.commit(changes)
            #expect(try fixture.store.loadState().allowances.map { $0.credits?.refilledOn } == [20, 3])
        },
    ]
}

extension StoreContract {
    /// Changes with the first workspace.
    private static func firstWorkspace() -> Changes {
        var changes = Changes(mark: Instant(milliseconds: 5))
        changes.workspaces = [
            WorkspaceRecord(number: 1, name: "default", plan: "standard", tag: "kw", createdAt: changes.mark)
        ]
        return changes
    }
}
