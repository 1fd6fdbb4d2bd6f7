/// The open rotation of which a located key is an end.
struct LocatedRotation {
    /// The end that the located key is.
    var end: RotationEnds.End
    var ends: RotationEnds
    var predecessor: KeyRecord
    var successor: KeyRecord
    /// Whether the successor was never used.
    var awaitsFirstUse: Bool
    /// The identifiers of both ends for a caller.
    fileprivate var named: (predecessor: NamedKey?, successor: NamedKey?)

    /// The unrequested effects of a change of `changed`, as confirmation checks.
    func checks(about changed: RotationEnds.End, _ after: RotationEnds, at now: Instant) -> [ConfirmationCheck] {
        RotationRules.effects(ofChanging: changed, from: ends, to: after, at: now).map { effect in
            switch effect {
            case .predecessorContinues(let end):
                ConfirmationCheck(
                    .otherEndContinues, key: successor, other: named.predecessor,
                    until: end == .distantFuture ? nil : end, now: now)
            case .noneVerifies(let start):
                ConfirmationCheck(
                    .noVerifyingKey, key: changed == .predecessor ? predecessor : successor,
                    other: changed == .predecessor ? named.successor : named.predecessor, until: start, now: now)
            }
        }
    }
}

extension Decision {
    /// The open rotation of which `key` is an end; `nil` if there is none.
    func rotation(of key: LocatedKey) -> LocatedRotation? {
        registry.read { state in
            guard let (predecessor, successor) = state.openRotation(at: key.index, now: now) else { return nil }
            return LocatedRotation(
                end: predecessor == key.index ? .predecessor : .successor,
                ends: RotationEnds(
                    predecessor: state.table[predecessor].facts, successor: state.table[successor].facts),
                predecessor: state.records[predecessor]!, successor: state.records[successor]!,
                awaitsFirstUse: state.table[successor].awaitsFirstUse,
                named: (state.named(predecessor, now: now), state.named(successor, now: now)))
        }
    }
}
