import KeywardCore

/// The rules for one name and the keys that it has had, with time in hours. It is written from docs/protocol.md and
/// decision 0038, and shares no code with the core.
struct RotationModel: Hashable {
    enum PlanKind: String, CaseIterable {
        case standard, capped, free
    }

    enum End: Hashable {
        case expired, superseded
    }

    struct Key: Hashable {
        var isRevoked = false
        var end: End?
        var isDisabled = false
        /// Hours until its expiry; `nil` is never, and -1 is any past time.
        var expiresIn: Int?
        /// Whether the last granted lifetime was an hour.
        var isShortLived = false
        var predecessor: Int?
        var successor: Int?
        /// For a successor: whether it was never used.
        var awaitsUse = false
        /// For a successor: whether its predecessor's grace period started at once.
        var startsNow = false
        /// For a predecessor: hours until its end, once that is known.
        var graceIn: Int?
        /// For a predecessor: hours until the wait for its successor is over.
        var waitIn: Int?
        /// Hours since its last use; 24 means more.
        var usedAgo: Int?
    }

    private(set) var keys: [Key] = []
    private(set) var plan = PlanKind.standard

    /// The number of keys that a plan with a cap allows.
    static let cap = 1
    static let grace = 24
    static let wait = 720

    // MARK: Derived values

    func isLive(_ key: Int) -> Bool { !keys[key].isRevoked && keys[key].end == nil }

    /// Whether the key verifies, if its plan lets it.
    func verifies(_ key: Int) -> Bool { isLive(key) && !keys[key].isDisabled }

    var live: [Int] { keys.indices.filter(isLive) }

    /// The keys that count towards the cap.
    var counted: Int {
        live.count { key in keys[key].successor.map { !verifies($0) } ?? true }
    }

    func ends(of key: Int) -> (old: Int, new: Int)? {
        if let successor = keys[key].successor { return (key, successor) }
        guard let predecessor = keys[key].predecessor, keys[predecessor].successor == key else { return nil }
        return (predecessor, key)
    }

    func rotation(of key: Int) -> (old: Int, new: Int)? {
        ends(of: key).flatMap { isLive($0.old) && !keys[$0.new].isRevoked ? $0 : nil }
    }

    /// Hours until its grace period ends, if known.
    func graceEnd(of key: Int) -> Int {
        if let known = keys[key].graceIn { return known }
        guard let wait = keys[key].waitIn else { return .max }
        return max(wait, keys[key].usedAgo.map { 24 - $0 } ?? .min)
    }

    /// Hours until it ends by itself.
    func lifeLeft(of key: Int) -> Int { min(keys[key].expiresIn ?? .max, graceEnd(of: key)) }

    func status(of key: Int) -> KeyStatus {
        let facts = keys[key]
        if facts.isRevoked { return .revoked }
        if let end = facts.end { return end == .expired ? .expired : .superseded }
        if facts.isDisabled { return .disabled }
        if plan == .free { return .suspended }
        if facts.successor != nil { return .retiring }
        return facts.usedAgo == nil ? .unused : .active
    }

    /// The key that a name or a prefix means in a change.
    private func key(_ reference: RotationOperation.Reference) -> Int? {
        switch reference {
        case .name: live.last
        case .prefix(let key): key
        }
    }

    private func isAmbiguous(_ reference: RotationOperation.Reference) -> Bool { reference == .name && live.count > 1 }

    private func isAboveCap(adding: Int = 0) -> Bool { plan == .capped && counted + adding > Self.cap }

    private func isBusy(_ key: Int) -> Bool { keys[key].usedAgo.map { $0 < 24 } ?? false }

    private func other(than key: Int) -> Int? { live.last { $0 != key && verifies($0) } }

    // MARK: Operations

    mutating func apply(_ operation: RotationOperation) -> RotationOutcome {
        switch operation {
        case .create: return create()
        case .rotate(let reference, let startsNow): return changing(reference) { $0.rotate($1, startsNow) }
        case .verify(let key): return verify(key)
        case .confirm(let reference, let yes): return changing(reference) { $0.confirm($1, yes) }
        case .cancel(let reference): return changing(reference) { $0.cancel($1) }
        case .revoke(let reference, let yes):
            return changing(reference) { $0.isAmbiguous(reference) ? .ambiguous : $0.revoke($1, yes) }
        case .disable(let reference):
            return changing(reference) { $0.isAmbiguous(reference) ? .ambiguous : $0.disable($1) }
        case .enable(let reference):
            return changing(reference) { model, key in
                if model.plan == .free { return .refused(.upgradeRequired) }
                return model.isAmbiguous(reference) ? .ambiguous : model.enable(key)
            }
        case .expire(let reference, let yes): return changing(reference) { $0.expire($1, 1, reference, yes) }
        case .extend(let reference, let yes): return changing(reference) { $0.expire($1, nil, reference, yes) }
        case .plan(let plan):
            self.plan = plan
            return .done()
        case .pass(let hours):
            pass(hours)
            return .done()
        }
    }

    private mutating func changing(
        _ reference: RotationOperation.Reference, _ body: (inout RotationModel, Int) -> RotationOutcome
    ) -> RotationOutcome {
        guard let key = key(reference) else { return .refused(.notFound) }
        return body(&self, key)
    }

    private mutating func create() -> RotationOutcome {
        if plan == .free { return .refused(.upgradeRequired) }
        if isAboveCap(adding: 1) { return .refused(.limitExceeded) }
        if !live.isEmpty { return .refused(.conflict) }
        keys.append(Key())
        return .done(key: keys.count - 1)
    }

    private mutating func rotate(_ key: Int, _ startsNow: Bool) -> RotationOutcome {
        if plan == .free { return .refused(.upgradeRequired) }
        if rotation(of: key) != nil { return .refused(.invalidState) }
        let isExpired = status(of: key) == .expired
        if isExpired {
            if let successor = keys[key].successor, !keys[successor].isRevoked { return .refused(.invalidState) }
            if !live.isEmpty { return .refused(.conflict) }
        } else if !verifies(key) {
            return .refused(.invalidState)
        }
        if isAboveCap(adding: isExpired ? 1 : 0) { return .refused(.limitExceeded) }
        let isShort = keys[key].isShortLived
        keys.append(
            Key(
                expiresIn: isShort ? 1 : nil, isShortLived: isShort, predecessor: key, awaitsUse: true,
                startsNow: startsNow || isExpired))
        keys[key].successor = keys.count - 1
        if !isExpired {
            if startsNow { keys[key].graceIn = min(keys[key].graceIn ?? .max, Self.grace) }
            keys[key].waitIn = keys[key].graceIn == nil ? Self.wait : nil
        }
        return .done(key: keys.count - 1)
    }

    private mutating func verify(_ key: Int) -> RotationOutcome {
        let status = status(of: key)
        guard status.verifies else { return .verified(status) }
        keys[key].usedAgo = 0
        guard keys[key].awaitsUse else { return .verified(nil) }
        keys[key].awaitsUse = false
        if !keys[key].startsNow, let old = keys[key].predecessor, keys[old].successor == key, isLive(old),
            keys[old].graceIn == nil
        {
            (keys[old].graceIn, keys[old].waitIn) = (Self.grace, nil)
        }
        return .verified(nil)
    }

    private mutating func confirm(_ key: Int, _ yes: Bool) -> RotationOutcome {
        guard let (old, new) = ends(of: key) else { return .refused(.invalidState) }
        if status(of: old) == .superseded { return .done(key: new) }
        guard rotation(of: key) != nil else { return .refused(.invalidState) }
        var checks: Set<ConfirmationCheck.Kind> = []
        if keys[new].awaitsUse { checks.insert(.replacementUnused) }
        if verifies(old), !verifies(new) { checks.insert(.noVerifyingKey) }
        if !checks.isEmpty, isBusy(old) { checks.insert(.recentlyUsed) }
        if !yes, !checks.isEmpty { return .asked(checks) }
        finish(old, .superseded)
        return .done(key: new)
    }

    private mutating func cancel(_ key: Int) -> RotationOutcome {
        guard let (old, new) = rotation(of: key), keys[new].awaitsUse else { return .refused(.invalidState) }
        keys[new].isRevoked = true
        (keys[old].successor, keys[old].graceIn, keys[old].waitIn) = (nil, nil, nil)
        return .done(key: old)
    }

    private mutating func revoke(_ key: Int, _ yes: Bool) -> RotationOutcome {
        if keys[key].isRevoked { return .done(key: key, continues: other(than: key)) }
        let rotation = rotation(of: key)
        var checks: Set<ConfirmationCheck.Kind> = []
        if isLive(key), isBusy(key) { checks.insert(.recentlyUsed) }
        if let (old, new) = rotation {
            if key == old, keys[new].awaitsUse { checks.insert(.replacementUnused) }
            if key == new, keys[old].graceIn == nil { checks.insert(.otherEndContinues) }
            if verifies(key), !verifies(key == old ? new : old) { checks.insert(.noVerifyingKey) }
        }
        if !yes, !checks.isEmpty { return .asked(checks) }
        keys[key].isRevoked = true
        if let (old, new) = rotation, key == new, keys[old].graceIn == nil {
            (keys[old].successor, keys[old].waitIn) = (nil, nil)
        }
        return .done(key: key, continues: other(than: key))
    }

    private mutating func disable(_ key: Int) -> RotationOutcome {
        guard isLive(key) else { return .refused(.invalidState) }
        keys[key].isDisabled = true
        return .done(key: key, continues: other(than: key))
    }

    private mutating func enable(_ key: Int) -> RotationOutcome {
        guard isLive(key) else { return .refused(.invalidState) }
        guard keys[key].isDisabled else { return .done(key: key) }
        var after = self
        after.keys[key].isDisabled = false
        if after.isAboveCap() { return .refused(.limitExceeded) }
        self = after
        return .done(key: key)
    }

    private mutating func expire(
        _ key: Int, _ hours: Int?, _ reference: RotationOperation.Reference, _ yes: Bool
    ) -> RotationOutcome {
        let isLater = hours ?? .max > keys[key].expiresIn ?? .max
        if isLater, plan == .free { return .refused(.upgradeRequired) }
        if isAmbiguous(reference) { return .ambiguous }
        guard isLive(key) else { return .refused(.invalidState) }
        if isLater, isAboveCap() { return .refused(.limitExceeded) }
        var after = self
        (after.keys[key].expiresIn, after.keys[key].isShortLived) = (hours, hours != nil)
        if hours != keys[key].expiresIn, let (old, new) = rotation(of: key), !yes {
            let checks = key == old ? doubtsOfExpiringOld(old, new, after) : doubtsOfExpiringNew(old, new, after)
            if !checks.isEmpty { return .asked(checks) }
        }
        self = after
        return .done(key: key)
    }

    private func doubtsOfExpiringOld(_ old: Int, _ new: Int, _ after: RotationModel) -> Set<ConfirmationCheck.Kind> {
        if after.lifeLeft(of: old) > lifeLeft(of: old) { return [.otherEndContinues] }
        let end = after.lifeLeft(of: old)
        let isLast = end < lifeLeft(of: old) && verifies(old) && !(verifies(new) && lifeLeft(of: new) > end)
        return isLast ? [.noVerifyingKey] : []
    }

    private func doubtsOfExpiringNew(_ old: Int, _ new: Int, _ after: RotationModel) -> Set<ConfirmationCheck.Kind> {
        let end = after.lifeLeft(of: new)
        guard end < lifeLeft(of: new), end < lifeLeft(of: old) else { return [] }
        var checks: Set<ConfirmationCheck.Kind> = []
        if keys[old].graceIn == nil { checks.insert(.otherEndContinues) }
        if verifies(new), !verifies(old) { checks.insert(.noVerifyingKey) }
        return checks
    }

    private mutating func pass(_ hours: Int) {
        for key in keys.indices {
            if isLive(key), lifeLeft(of: key) <= hours {
                finish(key, graceEnd(of: key) < keys[key].expiresIn ?? .max ? .superseded : .expired)
            }
            keys[key].expiresIn = keys[key].expiresIn.map { $0 > hours ? $0 - hours : -1 }
            keys[key].graceIn = keys[key].graceIn.map { $0 - hours }
            keys[key].waitIn = keys[key].waitIn.map { $0 - hours }
            keys[key].usedAgo = keys[key].usedAgo.map { min(24, $0 + hours) }
        }
    }

    private mutating func finish(_ key: Int, _ end: End) {
        keys[key].end = end
        (keys[key].graceIn, keys[key].waitIn) = (nil, nil)
    }
}
