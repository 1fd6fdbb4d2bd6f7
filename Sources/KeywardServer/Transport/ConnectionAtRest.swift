/// What is left of a connection that has nothing under way: enough for another event loop to go on with it.
package struct ConnectionAtRest: Hashable, Sendable {
    /// When it was opened, last read or last answered, in milliseconds.
    package var activeAt: Int64
}

extension Connection {
    /// Goes on with a connection that was at rest.
    package init(bounds: ConnectionBounds, requester: Requester = Requester(), _ rest: ConnectionAtRest) {
        self.init(bounds: bounds, requester: requester, now: rest.activeAt)
    }

    /// `nil` while anything is under way: received bytes, a pending call, replies to be sent, a subscription, the end.
    package var atRest: ConnectionAtRest? {
        isAtRest ? ConnectionAtRest(activeAt: activeAt) : nil
    }
}
