import KeywardCore

/// Looks up a caller's login, and whether it is an operator, in the name services.
package final class CallerLookup: Sendable {
    private let authority: Authority
    /// The daemon's uid: one of the operators.
    private let ownUser: UInt32
    private let reads: ReadQueue
    private let report: @Sendable (DaemonEvent) -> Void
    private let operatorGroup = OperatorGroup()

    init(
        _ authority: Authority, ownUser: UInt32, reads: ReadQueue, report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.authority = authority
        self.ownUser = ownUser
        self.reads = reads
        self.report = report
    }

    /// The caller of a peer. It looks up the login, so never call it on an event loop. `isCurrent` requires the current
    /// login, instead of one that may be a minute old.
    func caller(_ peer: PeerCredentials, isCurrent: Bool = false) -> Caller {
        let accounts = authority.accounts
        return Caller(
            peer: peer, user: isCurrent ? accounts.currentUserName(of: peer.uid) : accounts.userName(of: peer.uid),
            isOperator: peer.uid == 0 || peer.uid == ownUser || isInOperatorGroup(peer))
    }

    /// The name of the operators' group if it does not exist, as far as is known.
    var missingOperatorGroup: String? { operatorGroup.missing }

    /// Asks the name services each time, because membership must not be cached.
    private func isInOperatorGroup(_ peer: PeerCredentials) -> Bool {
        operatorGroup.look(for: authority.directory.policy.operatorGroup, in: authority.accounts)
            .map(peer.isInGroup) ?? false
    }

    /// Checks in the background whether the operators' group exists, and reports it if it does not. For daemons whose
    /// sockets are accessible to users other than root and the daemon's own.
    package func checkOperatorGroup() {
        reads.add(of: ownUser) { [self] in
            let name = authority.directory.policy.operatorGroup
            if operatorGroup.isMissing(name, in: authority.accounts) { report(.operatorGroupMissing(name)) }
        }
    }

    /// A missing group may have been created since: checks again, for later callers.
    func checkOperatorGroupAgain() {
        guard operatorGroup.missing != nil else { return }
        reads.add(of: ownUser) { [self] in
            _ = operatorGroup.look(for: authority.directory.policy.operatorGroup, in: authority.accounts)
        }
    }
}
