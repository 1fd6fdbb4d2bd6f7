/// What a caller asks for when rotating a key.
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

extension Authority {
    /// Makes a successor; the key keeps working through its grace.
    package func rotateKey(
        _ reference: KeyReference, workspace: String?, _ request: RotationRequest, by caller: Caller,
        at now: Instant, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> CreatedKey {
        var secret: ShownSecret?
        let (new, old, advice) = try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            let plan = try draft.planWithAccess(of: key.workspace)
            try remember(request.requestID, in: key.workspace, &draft, at: now)
            let status = try requireRotatable(key, plan, at: now)
            let end = try Self.successorExpiry(of: key.record, request, plan, at: now)
            if !request.isConfirmed { try settleRotation(key, request, status, draft.directory.policy, at: now) }

            let minted = mint(tag: key.workspace.tag, using: &generator)
            var successor = newRecord(
                &draft, name: key.record.name, in: key.workspace, minted, by: caller, at: now, using: &generator)
            successor.inherit(from: key.record, expiresAt: end, at: now)
            let isOver = status == .expired
            successor.origin = KeyRecord.Rotation(
                predecessor: key.record.number, startedAt: now, grace: isOver ? .seconds(0) : request.grace,
                startsNow: isOver || request.startsNow)
            draft.add(
                successor, .keyRotated, in: key.workspace,
                Self.details(of: successor).adding("predecessor", .text(key.record.id))
                    .adding("confirmed", .flag(request.isConfirmed)))
            let predecessor = key.record.replaced(by: successor, at: now)
            draft.add(
                predecessor, .rotationStarted, in: key.workspace,
                AuditDetails().adding("successor", .text(successor.id))
                    .adding("graceEndsAt", predecessor.graceEndsAt.map { .instant($0) }))
            secret = minted.show()
            return (successor.number, predecessor.number, key.role, draft.advice)
        } result: { state, decided, now in
            (
                state.view(at: state.index(ofNumber: decided.0)!, now: now, role: decided.2),
                state.view(at: state.index(ofNumber: decided.1)!, now: now, role: decided.2), decided.3
            )
        }
        return CreatedKey(key: new, secret: secret!, retiring: old, advice: advice)
    }

    /// One rotation at a time; an expired key may still be rotated, one that was ended or is disabled may not.
    private func requireRotatable(_ key: LocatedKey, _ plan: Plan, at now: Instant) throws(Refusal) -> KeyStatus {
        let (status, isOpen) = ring.withState { state in
            (state.status(at: key.index, now: now), state.openRotation(at: key.index, now: now) != nil)
        }
        if isOpen {
            throw .invalidState("This key is already being rotated. Confirm or cancel that rotation first.", status)
        }
        switch status {
        case .revoked, .superseded:
            throw .invalidState("This key is \(status.rawValue), which is final. Create a new key instead.", status)
        case .disabled: throw .invalidState("This key is disabled. Enable it first.", status)
        case .expired:
            guard !ring.withState({ $0.isReplaced(at: key.index) }) else {
                throw .invalidState("This key was already replaced. Rotate its successor.", status)
            }
            try requireFree(key.record.name, in: key.workspace, at: now)
        default: break
        }
        // A live key counts no more once its successor does.
        try requireRoom(in: key.workspace, plan, adding: status == .expired ? 1 : 0, at: now)
        return status
    }

    /// When the successor expires: as asked, else after the life last granted, capped by the plan.
    private static func successorExpiry(
        of record: KeyRecord, _ request: RotationRequest, _ plan: Plan, at now: Instant
    ) throws(Refusal) -> Instant? {
        if let end = request.expiresAt {
            try checkExpiry(end, purpose: "", plan, at: now)
            return end
        }
        let cap = plan.maxLifetimeDays.map { Instant.Span.days($0) }
        let lifetime = [record.lifetime, cap].compactMap { $0 }.min()
        let end = lifetime.map { now + $0 }
        try checkExpiry(end, purpose: "", plan, at: now)
        return end
    }

    private func settleRotation(
        _ key: LocatedKey, _ request: RotationRequest, _ status: KeyStatus, _ policy: Policy, at now: Instant
    ) throws(Refusal) {
        var doubts: [Doubt] = []
        if KeyName.isProduction(key.record.name, segments: policy.productionSegments) {
            doubts.append(Doubt(.productionRotation, key: key.record, now: now))
        }
        if status != .expired, request.startsNow, request.grace == .seconds(0) {
            doubts += try recentUse(of: key.index, key.record, at: now)
            doubts.append(Doubt(.replacementUnused, key: key.record, now: now))
        }
        if !doubts.isEmpty { throw .confirmationRequired(doubts) }
    }

    /// Ends a rotation: its predecessor is superseded at once. Either end names it; the survivor is returned.
    package func confirmRotation(
        _ reference: KeyReference, workspace: String?, isConfirmed: Bool, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .ownerOrAdmin, at: now)
            let ends = try rotationEnds(of: key, at: now)
            let status = ring.withState { $0.status(at: ends.predecessor, now: now) }
            if status != .superseded {
                guard let rotation = rotation(of: key, at: now) else { throw Self.noOpenRotation(status) }
                if !isConfirmed { try settleConfirmation(of: rotation, ends.predecessor, at: now) }
                var predecessor = rotation.predecessor
                predecessor.graceEndsAt = now
                predecessor.told.insert(.graceEnded)
                draft.add(
                    predecessor, .rotationConfirmed, in: key.workspace,
                    AuditDetails().adding("confirmed", .flag(isConfirmed)))
            }
            return (ends.successor, key)
        } result: { state, decided, now in
            state.view(at: decided.0, now: now, role: decided.1.role, isOwner: decided.1.isOwner)
        }
    }

    private func settleConfirmation(
        of rotation: LocatedRotation, _ predecessor: KeyTable.Index, at now: Instant
    ) throws(Refusal) {
        var doubts = rotation.doubts(about: .predecessor, rotation.ends.confirmed(at: now), at: now)
        if rotation.awaitsFirstUse {
            doubts.insert(Doubt(.replacementUnused, key: rotation.predecessor, now: now), at: 0)
        }
        guard !doubts.isEmpty else { return }
        throw .confirmationRequired(try recentUse(of: predecessor, rotation.predecessor, at: now) + doubts)
    }

    /// Takes a rotation back while its successor is unused: the successor is revoked, the predecessor is as before.
    package func cancelRotation(
        _ reference: KeyReference, workspace: String?, by caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyView {
        try change(at: now, by: caller.actor) { (draft, now) throws(Refusal) in
            let key = try locate(reference, workspace: workspace, for: caller, needs: .admin, at: now)
            let ends = try rotationEnds(of: key, at: now)
            let status = ring.withState { $0.status(at: ends.predecessor, now: now) }
            guard let rotation = rotation(of: key, at: now) else { throw Self.noOpenRotation(status) }
            guard rotation.awaitsFirstUse else {
                throw .invalidState(
                    "The new key is already in use. Confirm the rotation instead.", status)
            }
            var (predecessor, successor) = (rotation.predecessor, rotation.successor)
            successor.revocation = KeyRecord.Revocation(at: now, by: caller.actor, reason: "cancelled")
            predecessor.leaveRotation()
            draft.add(
                successor, .keyRevoked, in: key.workspace, AuditDetails().adding("reason", .text("cancelled")))
            draft.add(
                predecessor, .rotationCancelled, in: key.workspace,
                AuditDetails().adding("successor", .text(successor.id)))
            return (ends.predecessor, key.role)
        } result: { state, decided, now in
            state.view(at: decided.0, now: now, role: decided.1)
        }
    }

    private func rotationEnds(
        of key: LocatedKey, at now: Instant
    ) throws(Refusal) -> (predecessor: KeyTable.Index, successor: KeyTable.Index) {
        guard let ends = ring.withState({ $0.rotationEnds(at: key.index) }) else {
            throw Self.noOpenRotation(ring.withState { $0.status(at: key.index, now: now) })
        }
        return ends
    }

    private static func noOpenRotation(_ status: KeyStatus) -> Refusal {
        .invalidState("This key is not being rotated.", status)
    }
}

extension KeyRecord {
    /// Takes over what a successor has from its predecessor.
    mutating func inherit(from predecessor: KeyRecord, expiresAt end: Instant?, at now: Instant) {
        owner = predecessor.owner
        purpose = predecessor.purpose
        scopes = predecessor.scopes
        metadata = predecessor.metadata
        expiresAt = end
        lifetime = end.map { $0 - now }
    }

    /// The key as predecessor of `successor`. An end that it had already from an earlier rotation never gets later.
    func replaced(by successor: KeyRecord, at now: Instant) -> KeyRecord {
        var key = self
        key.successor = successor.number
        let end = successor.origin.flatMap { $0.startsNow ? now + $0.grace : nil }
        key.graceEndsAt = [graceEndsAt, end].compactMap { $0 }.min()
        return key
    }

    /// Forgets a rotation that was taken back.
    mutating func leaveRotation() {
        successor = nil
        graceEndsAt = nil
    }
}
