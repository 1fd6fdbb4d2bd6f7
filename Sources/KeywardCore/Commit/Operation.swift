/// A change that somebody asks for: one file of `Operations` each.
///
/// It is decided on the commit thread, perhaps more than once: it goes by what the ``Decision`` has, waits for nothing,
/// and keeps nothing.
package protocol Operation: Sendable {
    /// What the decision leaves for the outcome.
    associatedtype Decided: Sendable
    associatedtype Outcome: Sendable

    /// Whether it is made although the trail's kept end is missing.
    var passesTrailBar: Bool { get }
    /// Whether it is decided at the instant that was asked for, though others were decided later: the clock goes back.
    var setsClockBack: Bool { get }

    /// The facts that its decision will need, as far as that can be told before it. Others are gathered when the
    /// decision has asked for them.
    var questions: Set<FactQuestion> { get }

    /// Decides it, and says in the decision's transaction what is to be written.
    func decide(_ decision: inout Decision) throws(Refusal) -> Decided

    /// What the caller is answered, once the transaction is in force.
    func outcome(_ decided: Decided, in state: borrowing RegistryState, at now: Instant) -> Outcome
}

extension Operation {
    package var passesTrailBar: Bool { false }
    package var setsClockBack: Bool { false }
    package var questions: Set<FactQuestion> { [] }
}

/// For whom a change is decided.
package enum ChangeCaller: Sendable {
    /// Someone whose account is known.
    case caller(Caller)
    /// The peer of a connection. Who that is, is one of the facts that are gathered.
    case peer(PeerCredentials)

    /// The facts that tell who it is and which roles it may have.
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
