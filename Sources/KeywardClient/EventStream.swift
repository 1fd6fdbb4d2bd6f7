/// What happens, as it happens: `for try await event in try await keyward.events() { … }`.
///
/// It has a connection of its own, which ends when the task that iterates is cancelled, when ``close()`` is called, or
/// when nobody holds the stream any more. Iterate over it once, in one task.
///
/// Read without delay. The daemon waits for nobody: it cuts off a subscriber that has about a megabyte of events still
/// to read. That, like a restart of the daemon, ends the stream with `connectionLost`, after all that has arrived.
/// Nothing is lost by it: call `events` again, then read what happened in between with
/// ``KeywardClient/auditEntries(workspace:key:after:before:isNewestFirst:limit:)`` from the last event's `seq` up to the new stream's
/// ``seq``, and turn each entry into an event with ``Event/init(_:subscription:)``.
public struct EventStream: AsyncSequence, Sendable {
    /// What each event repeats.
    public let subscription: String
    /// The newest audit entry when the subscription began: the events are those of later ones.
    public let seq: Int
    private let hold: Hold

    init(subscription: String, seq: Int, feed: EventFeed) {
        self.subscription = subscription
        self.seq = seq
        hold = Hold(feed)
    }

    /// Ends it: events that have arrived are still given, then it is at its end.
    public func close() {
        hold.feed.close()
    }

    /// Starts to iterate.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(hold: hold)
    }

    /// Gives one event after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let hold: Hold

        /// Waits for the next event; `nil` once the stream was closed.
        ///
        /// - Throws: `cancelled` when the task is, `connectionLost` when the daemon is gone or has cut the stream off,
        ///   `rejected` when it says why it ends the connection.
        public mutating func next() async throws(KeywardError) -> Event? {
            try await hold.feed.next()
        }

        /// The same, whatever actor asks.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(KeywardError) -> Event? {
            try await hold.feed.next()
        }
    }

    /// Closes the feed when the last holder lets go; the feed's own thread is none.
    fileprivate final class Hold: Sendable {
        let feed: EventFeed

        init(_ feed: EventFeed) { self.feed = feed }

        deinit { feed.close() }
    }
}

extension KeywardClient {
    /// Subscribes to what happens from now on. It needs the admin socket: `SocketPath.admin.resolve()`.
    ///
    /// ```swift
    /// let keyward = try KeywardClient(socket: SocketPath.admin.resolve())
    /// for try await event in try await keyward.events(types: [.revoked, .expired]) {
    ///     print(event.type, event.keyId ?? "", event.seq)
    /// }
    /// ```
    ///
    /// When this returns, nothing that happens is missed any more.
    ///
    /// - Parameters:
    ///   - types: Only events of these types; all if `nil`.
    ///   - workspace: Only events of this workspace; if `nil`, of all that the caller is a member of.
    /// - Throws: `rejected` with `permissionDenied` or `notFound`, `unreachable`, `timedOut`, among others.
    public func events(
        types: [Event.Kind]? = nil, workspace: String? = nil
    ) async throws(KeywardError) -> EventStream {
        let params = Subscribe.Params(types: types, workspace: workspace)
        let feed = try EventFeed.start(path: link.path, params, within: timeout)
        let begun = try await feed.begin()
        return EventStream(subscription: begun.subscription, seq: begun.seq, feed: feed)
    }
}
