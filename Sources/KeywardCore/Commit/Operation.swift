/// A change that a caller asks for: each in one file of `Operations`.
///
/// The commit thread decides it, possibly several times. The decision uses only the ``Decision``, waits for nothing,
/// and stores nothing.
package protocol Operation: Sendable {
    /// The result of the decision, from which the outcome is made.
    associatedtype Decided: Sendable
    associatedtype Outcome: Sendable

    /// Whether it is allowed although the stored end of the trail is missing.
    var passesTrailBar: Bool { get }
    /// Whether it is decided at the requested instant, even if others were decided later: the clock goes back.
    var setsClockBack: Bool { get }

    /// The facts that its decision needs, as far as they are known before it. Others are gathered after the decision
    /// has asked for them.
    var questions: Set<FactQuestion> { get }

    /// Decides the change, and adds its writes to the decision's transaction.
    func decide(_ decision: inout Decision) throws(Refusal) -> Decided

    /// The answer to the caller, after the transaction is in force.
    func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> Outcome
}

extension Operation {
    package var passesTrailBar: Bool { false }
    package var setsClockBack: Bool { false }
    package var questions: Set<FactQuestion> { [] }
}

/// The caller of a change.
package enum ChangeCaller: Sendable {
    /// A caller with a known account.
    case caller(Caller)
    /// The peer of a connection. Its account is one of the facts that are gathered.
    case peer(PeerCredentials)

    /// The facts that identify the caller and its possible roles.
    func questions(in directory: Directory, daemon: Actor) -> Set<FactQuestion> {
        guard case .peer(let peer) = self else { return [] }
        var questions: Set<FactQuestion> = [.userName(uid: peer.uid)]
        guard peer.uid != 0, peer.uid != daemon.uid else { return questions }
        questions.insert(.groupID(name: directory.policy.operatorGroup))
        for principal in directory.principals {
            guard let name = principal.name else { continue }
            switch principal.kind {
            case .user where principal.id == peer.uid: questions.insert(.userID(name: name))
            case .group where peer.isInGroup(principal.id): questions.insert(.groupID(name: name))
            default: break
            }
        }
        return questions
    }

    func caller(_ facts: DecisionFacts, _ directory: Directory, daemon: Actor) -> Caller {
        switch self {
        case .caller(let caller): return caller
        case .peer(let peer):
            let isOperator =
                peer.uid == 0 || peer.uid == daemon.uid
                || facts.groupID(named: directory.policy.operatorGroup).map(peer.isInGroup) ?? false
            return Caller(peer: peer, user: facts.currentUserName(of: peer.uid), isOperator: isOperator)
        }
    }
}
