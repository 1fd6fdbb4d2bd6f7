extension Operations {
    /// Creates a successor; the key keeps verifying through its grace period.
    package struct RotateKey: Operation {
        package var key: KeyReference
        package var workspace: String?
        package var request: RotationRequest
        package var generator: any RandomNumberGenerator & Sendable

        package init(
            _ key: KeyReference, workspace: String?, _ request: RotationRequest,
            using generator: any RandomNumberGenerator & Sendable
        ) {
            self.key = key
            self.workspace = workspace
            self.request = request
            self.generator = generator
        }

        package struct Decided: Sendable {
            var successor: Int64
            var predecessor: Int64
            var role: Role?
            var secret: ShownSecret
            var advice: [Advice]
        }

        package func decide(_ decision: inout Decision) throws(Refusal) -> Decided {
            let key = try decision.locate(key, workspace: workspace, needs: .admin)
            let plan = try decision.planWithAccess(of: key.workspace)
            try decision.remember(request.requestID, in: key.workspace)
            let status = try requireRotatable(key, plan, decision)
            let end = try successorExpiry(of: key.record, plan, decision)
            if !request.isConfirmed { try requireConfirmation(of: key, status, decision) }

            var generator = generator
            let minted = decision.mint(tag: key.workspace.tag, using: &generator)
            var successor = decision.newRecord(
                name: key.record.name, in: key.workspace, minted, using: &generator)
            successor.inherit(from: key.record, expiresAt: end, at: decision.now)
            let isOver = status == .expired
            successor.origin = KeyRecord.Rotation(
                predecessor: key.record.number, startedAt: decision.now,
                grace: isOver ? .seconds(0) : request.grace, startsNow: isOver || request.startsNow)
            decision.transaction.add(
                successor, .keyRotated, in: key.workspace,
                .details(of: successor).adding("predecessor", .text(key.record.id))
                    .adding("confirmed", .flag(request.isConfirmed)))
            let predecessor = key.record.replaced(by: successor, at: decision.now)
            decision.transaction.add(
                predecessor, .rotationStarted, in: key.workspace,
                AuditDetails().adding("successor", .text(successor.id))
                    .adding("graceEndsAt", predecessor.graceEndsAt.map { .instant($0) }))
            return Decided(
                successor: successor.number, predecessor: predecessor.number, role: key.role, secret: minted.show(),
                advice: decision.transaction.advice)
        }

        package func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> RotatedKey {
            let successor = state.index(ofNumber: decided.successor)!
            let predecessor = state.index(ofNumber: decided.predecessor)!
            return RotatedKey(
                key: state.view(at: successor, now: now, role: decided.role), secret: decided.secret,
                retiring: state.view(at: predecessor, now: now, role: decided.role), advice: decided.advice)
        }

        /// Allows one rotation at a time. An expired key may be rotated, but not a revoked, superseded or disabled one.
        private func requireRotatable(
            _ key: LocatedKey, _ plan: Plan, _ decision: Decision
        ) throws(Refusal) -> KeyStatus {
            let status = decision.status(of: key)
            if decision.registry.read({ $0.openRotation(at: key.index, now: decision.now) != nil }) {
                throw .invalidState(.isBeingRotated, status)
            }
            switch status {
            case .revoked, .superseded:
                throw .invalidState(.isFinal, status)
            case .disabled: throw .invalidState(.isDisabled, status)
            case .canary: throw .invalidState(.isCanary, status)
            case .expired:
                guard !decision.registry.read({ $0.isReplaced(at: key.index) }) else {
                    throw .invalidState(.isReplaced, status)
                }
                try decision.requireFree(key.record.name, in: key.workspace)
            default: break
            }
            // A live key no longer counts once its successor does.
            try decision.requireKeyCapacity(in: key.workspace, plan, adding: status == .expired ? 1 : 0)
            return status
        }

        /// The expiry of the successor: as requested, otherwise after the lifetime last granted, limited by the plan.
        private func successorExpiry(
            of record: KeyRecord, _ plan: Plan, _ decision: Decision
        ) throws(Refusal) -> Instant? {
            if let end = request.expiresAt {
                try decision.checkExpiry(end, purpose: "", plan)
                return end
            }
            let cap = plan.maxLifetimeDays.map { Instant.Span.days($0) }
            let end = [record.lifetime, cap].compactMap { $0 }.min().map { decision.now + $0 }
            try decision.checkExpiry(end, purpose: "", plan)
            return end
        }

        private func requireConfirmation(
            of key: LocatedKey, _ status: KeyStatus, _ decision: Decision
        ) throws(Refusal) {
            var checks: [ConfirmationCheck] = []
            if KeyName.isProduction(key.record.name, segments: decision.directory.policy.productionSegments) {
                checks.append(ConfirmationCheck(.productionRotation, key: key.record, now: decision.now))
            }
            if status != .expired, request.startsNow, request.grace == .seconds(0) {
                checks += decision.recentUse(of: key.index, key.record)
                checks.append(ConfirmationCheck(.replacementUnused, key: key.record, now: decision.now))
            }
            if !checks.isEmpty { throw .confirmationRequired(checks) }
        }
    }
}

/// A rotated key: its successor, with the secret, which is stored nowhere.
package struct RotatedKey: Sendable {
    package var key: KeyView
    package var secret: ShownSecret
    /// The key that it replaces.
    package var retiring: KeyView
    package var advice: [Advice]
}

/// The parameters of a rotation.
package struct RotationRequest: Sendable {
    package var grace: Instant.Span
    package var startsNow: Bool
    /// `nil` for the lifetime last granted, an inner `nil` for never.
    package var expiresAt: Instant??
    package var requestID: String?
    package var isConfirmed: Bool

    package init(
        grace: Instant.Span = RotationRules.defaultGrace, startsNow: Bool = false, expiresAt: Instant?? = nil,
        requestID: String? = nil, isConfirmed: Bool = false
    ) {
        self.grace = grace
        self.startsNow = startsNow
        self.expiresAt = expiresAt
        self.requestID = requestID
        self.isConfirmed = isConfirmed
    }
}

extension KeyRecord {
    /// Copies what a successor has from its predecessor.
    fileprivate mutating func inherit(from predecessor: KeyRecord, expiresAt end: Instant?, at now: Instant) {
        attributes = predecessor.attributes
        allowance = predecessor.allowance
        expiresAt = end
        lifetime = end.map { $0 - now }
    }

    /// The key as predecessor of `successor`. An end from an earlier rotation never gets later.
    fileprivate func replaced(by successor: KeyRecord, at now: Instant) -> KeyRecord {
        var key = self
        key.successor = successor.number
        let end = successor.origin.flatMap { $0.startsNow ? now + $0.grace : nil }
        key.graceEndsAt = [graceEndsAt, end].compactMap { $0 }.min()
        return key
    }
}
