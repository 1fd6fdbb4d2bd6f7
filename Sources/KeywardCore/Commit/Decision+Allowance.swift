// What keys may spend.
extension Decision {
    /// The number of the allowance that a key draws on after a change, which is added to the transaction.
    ///
    /// - Parameter current: the allowance that it draws on now.
    mutating func allowance(
        of current: Int64?, after changes: AllowanceChanges, in workspace: WorkspaceRecord,
        _ details: inout AuditDetails
    ) throws(Refusal) -> Int64? {
        guard !changes.isEmpty else { return current }
        let plan = directory.plan(of: workspace)
        var current = current.flatMap { allowance(number: $0) }
        if let budget = changes.budget {
            details.add("budget", .text(budget ?? ""))
            if let budget {
                let record = try self.budget(named: budget, in: workspace)
                try require(plan, record.limits, param: "budget")
                return record.number
            }
            if current?.name != nil { current = nil }
        }
        guard changes.limits != nil || changes.credits != nil else {
            try require(plan, current.map { limits(of: $0, plan) } ?? plan.limits, param: "budget")
            return current?.number
        }
        if let budget = current?.name {
            throw .policyViolation(.drawsOnBudget(budget), param: changes.limits != nil ? "limits" : "credits")
        }
        var record = current ?? newAllowance(in: workspace)
        try apply(changes, to: &record, plan, &details)
        if changes.limits != nil || changes.budget != nil {
            try require(plan, limits(of: record, plan), param: "limits")
        }
        // A key that followed the plan before has its counts elsewhere; one that follows it from now on keeps them here.
        let isNeeded = !record.followsPlan || record.credits != nil || (current != nil && !plan.limits.isEmpty)
        guard isNeeded else { return nil }
        if record != current { transaction.changes.allowances.append(record) }
        return record.number
    }

    /// The limits of a new key of a plan keep its rules, also if it sets none.
    func requireLimits(_ changes: AllowanceChanges, _ plan: Plan) throws(Refusal) {
        let limits = changes.limits ?? nil
        if limits == nil, (changes.budget ?? nil) == nil { try require(plan, plan.limits, param: "limits") }
    }

    /// Refuses limits that break a rule of the plan.
    func require(_ plan: Plan, _ limits: [RateLimit], param: String) throws(Refusal) {
        if let rule = plan.rule(brokenBy: limits) { throw .policyViolation(.limits(rule), param: param) }
    }

    private func limits(of record: AllowanceRecord, _ plan: Plan) -> [RateLimit] {
        record.followsPlan ? plan.limits : record.limits
    }

    /// Applies changes of limits and credits to an allowance.
    func apply(
        _ changes: AllowanceChanges, to record: inout AllowanceRecord, _ plan: Plan, _ details: inout AuditDetails
    ) throws(Refusal) {
        let live = registry.read { $0.allowances.credits(number: record.number) }
        if let live, record.credits != nil { record.credits = live }
        if let limits = changes.limits {
            record.limits = limits ?? []
            record.followsPlan = limits == nil && record.name == nil
            details.add("limits", .texts(record.followsPlan ? ["plan"] : record.limits.map(\.summary)))
        }
        guard let change = changes.credits else { return }
        record.credits = change.applied(to: record.credits, on: now.day)
        record.revision += 1
        try change.requireWithin(plan, record.credits)
        if let credits = record.credits {
            guard credits.remaining <= Int64(Credits.balances.upperBound) else {
                throw .policyViolation(.tooManyCredits, param: "credits")
            }
            details.add("credits", .number(credits.remaining))
            details.add("refill", credits.refill.map { .text($0.summary) })
        } else {
            details.add("credits", .text(""))
        }
    }

    /// An allowance with the changes of the transaction so far.
    func allowance(number: Int64) -> AllowanceRecord? {
        transaction.changes.allowances.last { $0.number == number }
            ?? registry.read { $0.allowances.record(number: number) }
    }

    func budget(named name: String, in workspace: WorkspaceRecord) throws(Refusal) -> AllowanceRecord {
        let found: AllowanceRecord? = registry.read { state in
            state.allowances.budget(named: name, inWorkspace: workspace.number)
                .flatMap { state.allowances.record($0) }
        }
        guard let found else { throw .notFound(.budget) }
        return found
    }

    mutating func newAllowance(in workspace: WorkspaceRecord, named name: String? = nil) -> AllowanceRecord {
        transaction.writer.lastAllowanceNumber += 1
        return AllowanceRecord(
            number: transaction.writer.lastAllowanceNumber, workspace: workspace.number, name: name,
            followsPlan: name == nil)
    }

    /// Ends allowances without a name on which, after the transaction, no key draws.
    mutating func endAllowances() {
        let changes = transaction.changes
        guard !changes.keys.isEmpty || !changes.purged.isEmpty else { return }
        let ended: [Int64] = registry.read { state in
            // By index: the keys of a change are read without decoding their records.
            var changeOfCount: [Int: Int] = [:]
            let rows = Dictionary(changes.keys.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
            for (number, row) in rows {
                let former = state.allowance(ofKey: number)
                let new = row.allowance.flatMap { state.allowances.index(ofNumber: $0) }
                if let former { changeOfCount[former, default: 0] -= 1 }
                if let new { changeOfCount[new, default: 0] += 1 }
            }
            for number in changes.purged {
                if let former = state.allowance(ofKey: number) { changeOfCount[former, default: 0] -= 1 }
            }
            return changeOfCount.compactMap { index, change in
                guard change < 0, let record = state.allowances.record(index), record.name == nil,
                    state.allowances.keyCount(index) + change <= 0
                else { return nil }
                return record.number
            }.sorted()
        }
        transaction.changes.endedAllowances += ended
        transaction.changes.allowances.removeAll { ended.contains($0.number) }
    }

    /// Writes entries about balances that are low or exhausted.
    mutating func storeNotices(_ notices: [CreditWarning]) {
        for warning in notices {
            guard let key = registry.read({ $0.record(number: warning.key) }),
                let workspace = directory.workspaces[key.workspace]
            else { continue }
            let budget = key.allowance.flatMap { allowance(number: $0)?.name }
            let details = AuditDetails().adding("remaining", .number(warning.remaining))
                .adding("budget", budget.map { .text($0) }).naming(key.name, key.prefix)
            transaction.notes.append(
                AuditNote(
                    warning.notice == .low ? .creditsLow : .creditsExhausted, workspace: workspace.name,
                    keyID: key.id, details: details))
        }
    }
}

extension CreditChange {
    /// Refuses what exceeds the plan's cap, unless the change does not add to it.
    ///
    /// - Parameter credits: those after the change.
    fileprivate func requireWithin(_ plan: Plan, _ credits: Credits?) throws(Refusal) {
        guard let most = plan.maxCredits, case .set(let remaining, let adding, let refill) = self else { return }
        let isMore = remaining != nil || adding > 0
        let amount = (refill ?? nil)?.amount ?? 0
        if amount > most || (isMore && (credits?.remaining ?? 0) > most) {
            throw .policyViolation(.creditsAbovePlan(most: most), param: "credits")
        }
    }
}

extension RateLimit {
    /// `NAME=LIMIT/SECONDS`, for the audit trail.
    fileprivate var summary: String {
        let seconds = window.milliseconds / 1_000
        return "\(name)=\(limit)/\(seconds)s" + (isAutomatic ? "" : ":named")
    }
}

extension CreditRefill {
    /// `AMOUNT/day` or `AMOUNT/month:DAY`, for the audit trail.
    fileprivate var summary: String {
        period == .day ? "\(amount)/day" : "\(amount)/month:\(day)"
    }
}
