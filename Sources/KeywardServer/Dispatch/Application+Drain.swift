extension Application {
    /// Ends all connections of both servers in good order, by `within` (milliseconds from now) at the latest.
    ///
    /// Subscribers are the last: first every call that had come is answered, then nothing changes any more, then the
    /// events of all changes are on their way, and behind them the end.
    package func drain(admin: SocketServer, verify: SocketServer, within: Int64) {
        beginDraining()
        admin.beginDrain(within: within)
        verify.beginDrain(within: within)
        admin.waitUntilAnswered()
        verify.waitUntilAnswered()
        endChanges()
        // Whether a subscriber may be told is looked up, which may take its time: nothing here waits for that.
        events.flush { [admin] in admin.endPushes() }
        admin.waitUntilDrained()
        verify.waitUntilDrained()
    }
}
