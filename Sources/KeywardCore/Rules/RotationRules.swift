/// The rules of a rotation.
package enum RotationRules {
    /// The grace that a rotation has unless told.
    package static let defaultGrace: Instant.Span = .hours(24)
    /// A use within this span makes a key too busy to end without confirmation.
    package static let recentUse: Instant.Span = .hours(24)

    /// What a change may do beside what it was asked for.
    package enum Effect: Hashable, Sendable {
        /// The predecessor goes on for longer than before, until this instant if nobody ends it.
        case predecessorContinues(until: Instant)
        /// From this instant on no key of the name verifies. A moment before one does, or would.
        case noneVerifies(from: Instant)
    }

    /// What a change of one end of an open rotation does to the other end and to the name that both have.
    ///
    /// A plan without API access is left out: it stops all keys alike, and may come back.
    ///
    /// - Parameters:
    ///   - changed: the end that is revoked, superseded, or given another expiry.
    ///   - before: both ends as they are at `now`.
    ///   - after: both ends as the change would leave them.
    package static func effects(
        ofChanging changed: RotationEnds.End, from before: RotationEnds, to after: RotationEnds, at now: Instant
    ) -> [Effect] {
        var effects: [Effect] = []
        let isShorter = after[changed].isRevoked || after[changed].end.at < before[changed].end.at
        let end = after[changed].isRevoked ? now : max(now, after[changed].end.at)
        if predecessorContinues(changed, before, after, isShorter, end) {
            effects.append(.predecessorContinues(until: after.predecessor.end.at))
        }
        let isOpenAtEnd = changed == .predecessor || after.predecessor.end.at > end
        if isShorter, before[changed].verifies(at: now), isOpenAtEnd, !after[changed.other].verifies(at: end) {
            effects.append(.noneVerifies(from: end))
        }
        return effects
    }

    private static func predecessorContinues(
        _ changed: RotationEnds.End, _ before: RotationEnds, _ after: RotationEnds, _ isShorter: Bool, _ end: Instant
    ) -> Bool {
        if after.predecessor.end.at > before.predecessor.end.at { return true }
        // Only the first use of the successor would end it sooner, and there will be none.
        return changed == .successor && before.predecessor.awaitsGrace && isShorter && end < after.predecessor.end.at
    }
}

/// The two keys of an open rotation, by what their statuses follow from.
package struct RotationEnds: Sendable {
    package enum End: Sendable {
        case predecessor, successor

        var other: End { self == .predecessor ? .successor : .predecessor }
    }

    package var predecessor: StatusFacts
    package var successor: StatusFacts

    package init(predecessor: StatusFacts, successor: StatusFacts) {
        (self.predecessor, self.successor) = (predecessor, successor)
    }

    package subscript(end: End) -> StatusFacts {
        get { end == .predecessor ? predecessor : successor }
        set { if end == .predecessor { predecessor = newValue } else { successor = newValue } }
    }

    /// Both ends once the successor is revoked: a predecessor whose end is not known yet is replaced no longer.
    package var withoutSuccessor: RotationEnds {
        var ends = self
        ends.successor.isRevoked = true
        if ends.predecessor.awaitsGrace {
            ends.predecessor.hasSuccessor = false
            ends.predecessor.graceWaitsUntil = .distantFuture
        }
        return ends
    }

    /// Both ends once the rotation is confirmed.
    package func confirmed(at now: Instant) -> RotationEnds {
        var ends = self
        (ends.predecessor.graceEndsAt, ends.predecessor.graceWaitsUntil) = (now, .distantFuture)
        return ends
    }
}

extension StatusFacts {
    /// Whether its end, as predecessor, hangs on the first use of its successor.
    var awaitsGrace: Bool { graceWaitsUntil != .distantFuture }

    /// Whether it verifies, if its plan lets it.
    func verifies(at instant: Instant) -> Bool { !isRevoked && !isDisabled && instant < end.at }
}
