extension Operations {
    /// Changes the facts about a live key.
    package struct UpdateKey: Operation {
        package var key: KeyReference
        package var workspace: String?
        package var update: KeyUpdate
        package var isConfirmed: Bool

        package init(_ key: KeyReference, workspace: String?, _ update: KeyUpdate, isConfirmed: Bool = false) {
            self.key = key
            self.workspace = workspace
            self.update = update
            self.isConfirmed = isConfirmed
        }

        package struct Decided: Sendable {
            var index: KeyTable.Index
            var role: Role?
            var advice: [Advice]
        }

        package var questions: Set<FactQuestion> {
            let owner = (update.attributes.owner ?? nil)?.principal.flatMap { FactQuestion(principal: $0) }
            return Set([update.name == nil ? nil : .people, owner].compactMap { $0 })
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> Decided {
            let key = try decision.locate(key, workspace: workspace, needs: .admin)
            let plan = decision.directory.plan(of: key.workspace)
            var record = key.record
            let isExtended = update.expiresAt.map { $0 ?? .distantFuture > record.expiresAt ?? .distantFuture } ?? false
            if isExtended { _ = try decision.planWithAccess(of: key.workspace) }
            if update.expiresAt != nil { try decision.requireOneKey(self.key, key) }
            try decision.requireLive(key)
            if update.changesMoreThanName { try decision.requireNoCanary(key) }
            if isExtended { try decision.requireKeyCapacity(in: key.workspace, plan) }
            if let name = update.name, name != record.name { try decision.requireFree(name, in: key.workspace) }
            var details = AuditDetails()
            if let end = update.expiresAt { try setExpiry(end, of: &record, plan, decision, &details) }
            if let name = update.name, name != record.name {
                try rename(&record, key, to: name, &decision, &details)
            }
            try decision.checkOwner((update.attributes.owner ?? nil)?.principal)
            try setAttributes(of: &record, plan, &details)
            try setAllowance(of: &record, key, &decision, &details)
            if !isConfirmed { try requireConfirmation(of: key, record.expiresAt, decision) }
            if record != key.record || !decision.transaction.changes.allowances.isEmpty {
                decision.transaction.add(record, .keyUpdated, in: key.workspace, details)
            }
            return Decided(index: key.index, role: key.role, advice: decision.transaction.advice)
        }

        package func outcome(
            _ decided: Decided, in state: borrowing RegistryState, at now: Instant
        ) -> UpdatedKey {
            UpdatedKey(key: state.view(at: decided.index, now: now, role: decided.role), advice: decided.advice)
        }

        private func setExpiry(
            _ end: Instant?, of record: inout KeyRecord, _ plan: Plan, _ decision: Decision,
            _ details: inout AuditDetails
        ) throws(Refusal) {
            guard end != record.expiresAt else { return }
            // A shorter life does not depend on the plan; it only needs a future date.
            let isExtended = end ?? .distantFuture > record.expiresAt ?? .distantFuture
            try decision.checkExpiry(end, purpose: "", isExtended ? plan : Plan(apiAccess: true))
            record.expiresAt = end
            record.lifetime = end.map { $0 - decision.now }
            record.sweepMarks.noticedDays = 0
            if let end { details.add("expiresAt", .instant(end)) } else { details.add("expires", .flag(false)) }
        }

        /// In an open rotation the other end may stay valid for longer, or no key may.
        private func requireConfirmation(
            of key: LocatedKey, _ end: Instant?, _ decision: Decision
        ) throws(Refusal) {
            guard end != key.record.expiresAt, let rotation = decision.rotation(of: key) else { return }
            var after = rotation.ends
            after[rotation.end].expiresAt = end ?? .distantFuture
            let checks = rotation.checks(about: rotation.end, after, at: decision.now)
            if !checks.isEmpty { throw .confirmationRequired(checks) }
        }

        /// Renames the key, and the other end of its open rotation.
        private func rename(
            _ record: inout KeyRecord, _ key: LocatedKey, to name: String, _ decision: inout Decision,
            _ details: inout AuditDetails
        ) throws(Refusal) {
            try decision.checkName(name)
            let names = AuditDetails().adding("formerName", .text(record.name)).adding("name", .text(name))
            for (member, value) in names.members { details.add(member, value) }
            record.name = name
            guard let rotation = decision.rotation(of: key) else { return }
            var other = rotation.end == .predecessor ? rotation.successor : rotation.predecessor
            other.name = name
            decision.transaction.add(other, .keyUpdated, in: key.workspace, names)
        }

        /// Sets what the key may spend. Both ends of an open rotation draw on the same allowance.
        private func setAllowance(
            of record: inout KeyRecord, _ key: LocatedKey, _ decision: inout Decision, _ details: inout AuditDetails
        ) throws(Refusal) {
            record.allowance = try decision.allowance(
                of: record.allowance, after: update.allowance, in: key.workspace, &details)
            guard record.allowance != key.record.allowance, let rotation = decision.rotation(of: key) else { return }
            let end = rotation.end == .predecessor ? rotation.successor : rotation.predecessor
            var other = decision.record(number: end.number) ?? end
            other.allowance = record.allowance
            decision.transaction.add(other, .keyUpdated, in: key.workspace, details)
        }

        private func setAttributes(
            of record: inout KeyRecord, _ plan: Plan, _ details: inout AuditDetails
        ) throws(Refusal) {
            if case .some(nil) = update.attributes.purpose, plan.requirePurpose {
                throw .policyViolation(.purposeRequired, param: "purpose")
            }
            record.attributes.apply(update.attributes, &details)
        }
    }
}

/// A changed key, with warnings for the caller.
package struct UpdatedKey: Sendable {
    package var key: KeyView
    package var advice: [Advice]
}

/// The requested changes of a key. `nil` keeps; for the expiry an inner `nil` clears.
package struct KeyUpdate: Sendable {
    package var name: String?
    package var attributes: KeyAttributeChanges
    package var allowance: AllowanceChanges
    package var expiresAt: Instant??

    var changesMoreThanName: Bool { !attributes.isEmpty || !allowance.isEmpty || expiresAt != nil }

    package init(
        name: String? = nil, attributes: KeyAttributeChanges = KeyAttributeChanges(),
        allowance: AllowanceChanges = AllowanceChanges(), expiresAt: Instant?? = nil
    ) {
        self.name = name
        self.attributes = attributes
        self.allowance = allowance
        self.expiresAt = expiresAt
    }
}
