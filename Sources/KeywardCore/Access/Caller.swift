/// A caller: the peer credentials from the kernel, and whether they make it an operator.
package struct Caller: Hashable, Sendable {
    package var peer: PeerCredentials
    package var user: String?
    package var isOperator: Bool

    package init(peer: PeerCredentials, user: String?, isOperator: Bool) {
        self.peer = peer
        self.user = user
        self.isOperator = isOperator
    }

    package var actor: Actor { Actor(uid: peer.uid, user: user) }

    /// Refuses callers that are not operators.
    package func requireOperator(group: String) throws(Refusal) {
        guard isOperator else { throw .permissionDenied(.notAnOperator(self, group: group)) }
    }
}
