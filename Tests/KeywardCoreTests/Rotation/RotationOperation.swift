import KeywardCore
import KeywardTesting

/// An operation on the keys of the name `pay`.
enum RotationOperation: Hashable {
    /// The reference to a key. Keys are numbered from 0 in the order of creation.
    enum Reference: Hashable {
        case name
        case prefix(Int)
    }

    case create
    case rotate(Reference, startsNow: Bool)
    case verify(Int)
    case confirm(Reference, Bool)
    case cancel(Reference)
    case revoke(Reference, Bool)
    case disable(Reference)
    case enable(Reference)
    /// The key expires in an hour.
    case expire(Reference, Bool)
    /// The key never expires.
    case extend(Reference, Bool)
    case plan(RotationModel.PlanKind)
    /// This many hours pass.
    case pass(Int)

    /// Every operation after `keys` keys were created. A day and an hour is longer than any grace period and than a
    /// recent use. A month and a day is longer than the wait for a first use.
    static func all(keys: Int) -> [RotationOperation] {
        let references = [Reference.name] + (0..<keys).map { .prefix($0) }
        var operations: [RotationOperation] = [.create, .pass(25), .pass(744)]
        operations += RotationModel.PlanKind.allCases.map { .plan($0) }
        operations += (0..<keys).map { .verify($0) }
        for reference in references {
            operations += [.cancel(reference), .disable(reference), .enable(reference)]
            for flag in [false, true] {
                operations += [
                    .rotate(reference, startsNow: flag), .confirm(reference, flag), .revoke(reference, flag),
                    .expire(reference, flag), .extend(reference, flag),
                ]
            }
        }
        return operations
    }

    /// Whether the caller has confirmed the consequences.
    var isConfirmed: Bool {
        switch self {
        case .confirm(_, true), .revoke(_, true), .expire(_, true), .extend(_, true), .cancel, .plan: true
        default: false
        }
    }

    /// Whether a cap may refuse it.
    var isCapped: Bool {
        switch self {
        case .create, .rotate, .enable, .extend: true
        default: false
        }
    }
}

/// The outcome of an operation.
enum RotationOutcome: Hashable {
    case done(key: Int? = nil, continues: Int? = nil)
    case refused(RefusalKind)
    /// Refused, because two live keys have the name.
    case ambiguous
    case asked(Set<ConfirmationCheck.Kind>)
    /// `nil` is valid, otherwise the status that refuses the key.
    case verified(KeyStatus?)
}

extension AuthorityFixture {
    /// Performs an operation as root.
    func perform(_ operation: RotationOperation, secrets: inout [String]) throws -> RotationOutcome {
        do {
            return try performed(operation, &secrets)
        } catch Refusal.confirmationRequired(let checks) {
            return .asked(Set(checks.map(\.kind)))
        } catch Refusal.invalidState(.twoLiveKeys, _) {
            return .ambiguous
        } catch let refusal as Refusal {
            return .refused(RefusalKind(refusal))
        }
    }

    private func performed(_ operation: RotationOperation, _ secrets: inout [String]) throws -> RotationOutcome {
        func reference(_ reference: RotationOperation.Reference) -> KeyReference {
            guard case .prefix(let key) = reference else { return .name("pay") }
            return .prefix(secrets[key].split(separator: "_").prefix(2).joined(separator: "_"))
        }
        func done(_ view: KeyView, _ continues: KeyView? = nil) -> RotationOutcome {
            .done(key: Int(view.record.number) - 1, continues: continues.map { Int($0.record.number) - 1 })
        }
        func made(_ key: HeldKey) -> RotationOutcome {
            secrets.append(key.secret)
            return done(key.view)
        }
        switch operation {
        case .create: return made(try create("pay"))
        case .rotate(let key, let startsNow):
            let request = RotationRequest(grace: .hours(RotationModel.grace), startsNow: startsNow)
            return made(try rotate(reference(key), request))
        case .verify(let key):
            let code = verify(secrets[key]).code
            try flush()
            let refusing: [Verdict.Code: KeyStatus] = [
                .revoked: .revoked, .superseded: .superseded, .expired: .expired, .disabled: .disabled,
                .upgradeRequired: .suspended,
            ]
            return .verified(refusing[code])
        case .confirm(let key, let yes): return done(try confirm(reference(key), isConfirmed: yes))
        case .cancel(let key): return done(try cancel(reference(key)))
        case .revoke(let key, let yes):
            let ended = try authority.revokeKey(
                reference(key), workspace: nil, reason: "other", note: nil, isConfirmed: yes, by: .root, at: now)
            return done(ended.key, ended.continues)
        case .disable(let key):
            let stopped = try authority.disableKey(reference(key), workspace: nil, by: .root, at: now)
            return done(stopped.key, stopped.continues)
        case .enable(let key): return done(try enable(reference(key)))
        case .expire(let key, let yes):
            return done(
                try update(reference(key), KeyUpdate(expiresAt: .some(now + .hours(1))), isConfirmed: yes))
        case .extend(let key, let yes):
            return done(try update(reference(key), KeyUpdate(expiresAt: .some(nil)), isConfirmed: yes))
        case .plan(let plan):
            _ = try authority.setPlan(
                plan.rawValue, ofWorkspace: "default", isConfirmed: true, by: .root, at: now)
            return .done()
        case .pass(let hours):
            clock.advance(by: .hours(hours))
            return .done()
        }
    }
}
