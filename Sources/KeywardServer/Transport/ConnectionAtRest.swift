/// The state of an idle connection: enough for another event loop to continue with it.
package struct ConnectionAtRest: Hashable, Sendable {
    /// When it was opened, last read or last answered, in milliseconds.
    package var activeAt: Int64
}

extension Connection {
    /// Continues with an idle connection.
    package init(bounds: ConnectionBounds, requester: Requester = Requester(), _ rest: ConnectionAtRest) {
        self.init(bounds: bounds, requester: requester, now: rest.activeAt)
    }

    /// `nil` while anything is pending: received bytes, a call, replies to send, a subscription, the end.
    package var atRest: ConnectionAtRest? {
        isAtRest ? ConnectionAtRest(activeAt: activeAt) : nil
    }
}
