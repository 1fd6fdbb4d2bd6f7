/// The rules of a rotation.
package enum RotationRules {
    /// The grace period of a rotation by default.
    package static let defaultGrace: Instant.Span = .hours(24)
    /// A key with a use within this span needs confirmation before it ends.
    package static let recentUse: Instant.Span = .hours(24)

    /// An unrequested effect of a change.
    package enum Effect: Hashable, Sendable {
        /// The predecessor stays valid for longer than before, until this instant if nobody ends it.
        case predecessorContinues(until: Instant)
        /// From this instant on no key of the name verifies. Just before, one does or would.
        case noneVerifies(from: Instant)
    }

    /// The effects of changing one end of an open rotation on the other end and on their common name.
    ///
    /// A plan without API access is ignored: it stops all keys equally, and may change.
    ///
    /// - Parameters:
    ///   - changed: the end that is revoked, superseded, or given another expiry.
    ///   - before: both ends at `now`.
    ///   - after: both ends after the change.
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

/// The two keys of an open rotation, with the facts of their statuses.
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

    /// Both ends after the successor is revoked: a predecessor without a known end is no longer replaced.
    package var withoutSuccessor: RotationEnds {
        var ends = self
        ends.successor.isRevoked = true
        if ends.predecessor.awaitsGrace {
            ends.predecessor.hasSuccessor = false
            ends.predecessor.graceWaitsUntil = .distantFuture
        }
        return ends
    }

    /// Both ends after the rotation is confirmed.
    package func confirmed(at now: Instant) -> RotationEnds {
        var ends = self
        (ends.predecessor.graceEndsAt, ends.predecessor.graceWaitsUntil) = (now, .distantFuture)
        return ends
    }
}

extension StatusFacts {
    /// Whether its end, as predecessor, depends on the first use of its successor.
    var awaitsGrace: Bool { graceWaitsUntil != .distantFuture }

    /// Whether it verifies, if its plan allows it.
    func verifies(at instant: Instant) -> Bool { !isRevoked && !isDisabled && instant < end.at }
}
