import KeywardCore

/// Who calls, and whether that is an operator: what the name services are asked for.
package final class CallerLookup: Sendable {
    private let authority: Authority
    /// The uid that the daemon runs as: one of the operators.
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

    /// Who a peer is; looks its login up, so never on an event loop. `isCurrent` asks for the login that it has now,
    /// not the one that it had a minute ago.
    func caller(_ peer: PeerCredentials, isCurrent: Bool = false) -> Caller {
        let accounts = authority.accounts
        return Caller(
            peer: peer, user: isCurrent ? accounts.currentUserName(of: peer.uid) : accounts.userName(of: peer.uid),
            isOperator: peer.uid == 0 || peer.uid == ownUser || isInOperatorGroup(peer))
    }

    /// The group of operators, by its name, if it does not exist, as far as is known.
    var missingOperatorGroup: String? { operatorGroup.missing }

    /// Asks the name services each time, for who is in charge must not be remembered.
    private func isInOperatorGroup(_ peer: PeerCredentials) -> Bool {
        operatorGroup.look(for: authority.directory.policy.operatorGroup, in: authority.accounts)
            .map(peer.isInGroup) ?? false
    }

    /// Has somebody look whether the group of operators exists, and report it if it does not. For daemons whose
    /// sockets others than root and the daemon's own user can reach.
    package func checkOperatorGroup() {
        reads.add(of: ownUser) { [self] in
            let name = authority.directory.policy.operatorGroup
            if operatorGroup.isMissing(name, in: authority.accounts) { report(.operatorGroupMissing(name)) }
        }
    }

    /// A group that is missing may have been made since: looks again, for whoever asks next.
    func checkOperatorGroupAgain() {
        guard operatorGroup.missing != nil else { return }
        reads.add(of: ownUser) { [self] in
            _ = operatorGroup.look(for: authority.directory.policy.operatorGroup, in: authority.accounts)
        }
    }
}
