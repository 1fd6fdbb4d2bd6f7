import KeywardCore

/// Who calls, and whether that is an operator: what the name services are asked for.
extension Application {
    /// Who a peer is; looks its login up, so never on an event loop. `isCurrent` asks for the login that it has now,
    /// not the one that it had a minute ago.
    func caller(_ peer: PeerCredentials, isCurrent: Bool = false) -> Caller {
        let accounts = authority.accounts
        return Caller(
            peer: peer, user: isCurrent ? accounts.currentUserName(of: peer.uid) : accounts.userName(of: peer.uid),
            isOperator: peer.uid == 0 || peer.uid == ownUser || isInOperatorGroup(peer))
    }

    /// Asks the name services each time, for who is in charge must not be remembered.
    private func isInOperatorGroup(_ peer: PeerCredentials) -> Bool {
        operatorGroup.look(for: authority.directory.policy.operatorGroup, in: authority.accounts)
            .map(peer.isInGroup) ?? false
    }

    /// Has somebody look whether the group of operators exists, and report it if it does not. For daemons whose
    /// sockets others than root and the daemon's own user can reach.
    package func checkOperatorGroup() {
        read(of: ownUser) { [self] in
            let name = authority.directory.policy.operatorGroup
            if operatorGroup.isMissing(name, in: authority.accounts) { report(.operatorGroupMissing(name)) }
        }
    }

    /// A group that is missing may have been made since: looks again, for whoever asks next.
    func checkOperatorGroupAgain() {
        guard operatorGroup.missing != nil else { return }
        read(of: ownUser) { [self] in
            _ = operatorGroup.look(for: authority.directory.policy.operatorGroup, in: authority.accounts)
        }
    }
}
