/// The open rotation that a located key is an end of.
struct LocatedRotation {
    /// Which end the located key is.
    var end: RotationEnds.End
    var ends: RotationEnds
    var predecessor: KeyRecord
    var successor: KeyRecord
    /// Whether the successor was never used.
    var awaitsFirstUse: Bool
    /// Both ends, as a caller tells them apart.
    fileprivate var named: (predecessor: NamedKey?, successor: NamedKey?)

    /// What a change of `changed` does that nobody asked for, as checks.
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
    /// The open rotation that `key` is an end of, if it is one.
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
