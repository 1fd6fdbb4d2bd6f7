/// A stream of events: `for try await event in try await keyward.events() { … }`.
///
/// The stream has its own connection. It ends when the iterating task is cancelled, when ``close()`` is called, or when
/// the last reference to the stream is released. Iterate over it once, in one task.
///
/// Read without delay: the daemon disconnects a subscriber with about a megabyte of unread events. That, or a restart
/// of the daemon, ends the stream with `connectionLost`, after the events that have arrived. No event is lost: call
/// `events` again, then read the missed entries with
/// ``KeywardClient/auditEntries(workspace:key:after:before:isNewestFirst:limit:)`` from the last event's `seq` up to
/// the new stream's ``seq``, and turn each entry into an event with ``Event/init(_:subscription:)``.
public struct EventStream: AsyncSequence, Sendable {
    /// The subscription's id, which each event repeats.
    public let subscription: String
    /// The number of the newest audit entry when the subscription began. The events of later entries follow.
    public let seq: Int
    private let hold: Hold

    init(subscription: String, seq: Int, feed: EventFeed) {
        self.subscription = subscription
        self.seq = seq
        hold = Hold(feed)
    }

    /// Ends the stream. Events that have arrived are still delivered.
    public func close() {
        hold.feed.close()
    }

    /// Starts to iterate.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(hold: hold)
    }

    /// Returns the events in order.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let hold: Hold

        /// Waits for the next event; `nil` once the stream was closed.
        ///
        /// - Throws: `cancelled` when the task is cancelled, `connectionLost` when the daemon has ended or has closed
        ///   the stream, `rejected` when it gives the reason for closing the connection.
        public mutating func next() async throws(KeywardError) -> Event? {
            try await hold.feed.next()
        }

        /// The same, for a caller on any actor.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(KeywardError) -> Event? {
            try await hold.feed.next()
        }
    }

    /// Closes the feed when the last stream or iterator is released. The feed's own thread holds no reference to it.
    fileprivate final class Hold: Sendable {
        let feed: EventFeed

        init(_ feed: EventFeed) { self.feed = feed }

        deinit { feed.close() }
    }
}

extension KeywardClient {
    /// Subscribes to all later events. It needs the admin socket: `SocketPath.admin.resolve()`.
    ///
    /// ```swift
    /// let keyward = try KeywardClient(socket: SocketPath.admin.resolve())
    /// for try await event in try await keyward.events(types: [.action(.keyRevoked), .action(.keyExpired)]) {
    ///     print(event.type, event.keyId ?? "", event.seq)
    /// }
    /// ```
    ///
    /// When this returns, no later event is missed.
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
