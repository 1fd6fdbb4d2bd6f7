extension Site {
    /// What a running gateway of this site serves after its file was read again. It keeps its listening socket.
    package func reloaded(_ fresh: Site) -> Site {
        var site = fresh
        site.loopback = loopback
        // Without 'listen' a file has no 'allowUsers', and the port is still open.
        if let uids = fresh.loopback?.uids { site.loopback?.uids = uids }
        return site
    }

    /// Whether `fresh` listens in another place, which takes a restart.
    package func listensElsewhere(_ fresh: Site) -> Bool {
        (loopback?.address, loopback?.port) != (fresh.loopback?.address, fresh.loopback?.port)
    }

    /// The members of the file that make the difference to `other`.
    package func changes(since other: Site) -> [String] {
        [
            ("proxy", proxy != other.proxy), ("workspace", workspace != other.workspace),
            ("rules", rules != other.rules), ("key", places != other.places), ("headers", identity != other.identity),
            ("preflight", passesPreflights != other.passesPreflights), ("failOpen", failsOpen != other.failsOpen),
            ("allowUsers", loopback?.uids != other.loopback?.uids),
        ].filter(\.1).map(\.0)
    }
}
