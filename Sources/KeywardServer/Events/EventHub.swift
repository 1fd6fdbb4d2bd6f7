package import Dispatch
import KeywardCore
import KeywardProtocol
import Synchronization

/// Accepts events and sends them to subscribers.
///
/// Publishing takes a lock briefly, and does nothing more without subscribers. A separate queue decides who receives
/// what, because looking up an account may take time. The backlog of that queue is bounded. If it overflows, every
/// subscriber is disconnected, because each would have missed an event. The hub never waits for a subscriber.
package final class EventHub: Sendable {
    /// The largest number of subscriptions of a connection.
    package static let mostSubscriptions = 8
    /// The largest number of events in the backlog.
    static let longestBacklog = 10_000

    /// Items of the backlog, in order.
    enum Item: Sendable {
        case happened(EventRecord)
        case began(Subscription)
        case ended(PushChannel.Address)
        /// The backlog overflowed: every earlier subscriber has missed an event.
        case missed
    }

    struct Intake: Sendable {
        /// The newest audit entry.
        var seq: Int64 = 0
        var daemon = Actor(uid: 0, user: nil)
        var lastNumber = 0
        var cutOffs = 0
        var report: @Sendable (DaemonEvent) -> Void = { _ in }
        var listeners: [PushChannel.Address: Listener] = [:]
        var items: [Item] = []
        var events = 0
    }

    struct Listener: Sendable {
        var channel: PushChannel
        var subscriptions = 0
    }

    private let intake = Mutex(Intake())
    private let fanout = Mutex(Fanout())
    private let queue: DispatchQueue

    /// `queue` is serial; a test may hold it.
    package init(queue: DispatchQueue = DispatchQueue(label: "keyward.events", qos: .background)) {
        self.queue = queue
    }

    /// Sets the newest audit entry at the start, the daemon's account, and the receiver of reports about disconnected
    /// subscribers.
    func begin(after seq: Int64, as daemon: Actor, report: @escaping @Sendable (DaemonEvent) -> Void) {
        intake.withLock { intake in
            intake.seq = max(intake.seq, seq)
            intake.daemon = daemon
            intake.report = report
        }
    }

    /// Publishes an event. Events that no client can subscribe to are ignored.
    package func publish(_ event: DaemonEvent) {
        let mustWake = intake.withLock { intake in
            if case .audit(let record) = event { intake.seq = record.seq }
            guard !intake.listeners.isEmpty, let eventRecord = intake.eventRecord(event) else { return false }
            return intake.note(eventRecord)
        }
        if mustWake { wake() }
    }

    /// Starts a subscription of the connection at `address`, which belongs to `user`. Its events are those after the
    /// entry `seq`.
    func subscribe(
        _ filter: EventFilter, at address: PushChannel.Address, of user: UInt32
    ) throws(Refusal) -> (subscription: String, seq: Int64) {
        let begun = intake.withLock { intake -> (subscription: String, seq: Int64, mustWake: Bool)? in
            var listener = intake.listeners[address] ?? Listener(channel: channel(to: address, of: user))
            guard listener.subscriptions < Self.mostSubscriptions else { return nil }
            listener.subscriptions += 1
            intake.listeners[address] = listener
            listener.channel.open()
            intake.lastNumber += 1
            let subscription = Subscription(id: "sub-\(intake.lastNumber)", filter, address, listener.channel)
            return (subscription.id, intake.seq, intake.add(.began(subscription)))
        }
        guard let begun else {
            throw .limitExceeded(.subscriptions(Self.mostSubscriptions))
        }
        if begun.mustWake { wake() }
        return (begun.subscription, begun.seq)
    }

    /// The number of connections with subscriptions.
    var listeners: Int { intake.withLock { $0.listeners.count } }

    /// The number of connections closed since the start because they did not read.
    var cutOffs: Int { intake.withLock { $0.cutOffs } }

    private func channel(to address: PushChannel.Address, of user: UInt32) -> PushChannel {
        PushChannel(
            to: address, whenCutOff: { [weak self] in self?.noteCutOff(of: user) },
            whenClosed: { [weak self] in self?.forget(address) })
    }

    /// Counts it, and reports it on the queue, because an event loop must not wait for a log.
    private func noteCutOff(of user: UInt32) {
        let report = intake.withLock { intake in
            intake.cutOffs += 1
            return intake.report
        }
        queue.async { report(.subscriberCutOff(user: user)) }
    }

    /// Handles the end of a connection, on its event loop.
    private func forget(_ address: PushChannel.Address) {
        let mustWake = intake.withLock { intake in
            intake.listeners[address] = nil
            return intake.add(.ended(address))
        }
        if mustWake { wake() }
    }

    /// Calls `body` on the queue, after everything published so far was posted to the event loops.
    func flush(_ body: @escaping @Sendable () -> Void) { wake(then: body) }

    private func wake(then body: @escaping @Sendable () -> Void = {}) {
        queue.async { [self] in
            let items = intake.withLock { $0.take() }
            fanout.withLock { $0.deal(with: items) }
            body()
        }
    }
}

extension EventHub.Intake {
    /// The record of an event for subscribers; `nil` for other events.
    func eventRecord(_ event: DaemonEvent) -> EventRecord? {
        switch event {
        case .audit(let record): Event.Kind(action: record.action).map { .entry(record, $0) }
        case .sweep(let report): report.isQuiet || report.dryRun ? nil : .sweep(report, seq: seq, daemon: daemon)
        default: nil
        }
    }

    /// Adds an item. Returns whether it is the first.
    mutating func add(_ item: EventHub.Item) -> Bool {
        items.append(item)
        return items.count == 1
    }

    /// Adds an event, or records an overflow.
    mutating func note(_ eventRecord: EventRecord) -> Bool {
        guard events >= EventHub.longestBacklog else {
            events += 1
            return add(.happened(eventRecord))
        }
        if case .missed = items.last { return false }
        return add(.missed)
    }

    mutating func take() -> [EventHub.Item] {
        events = 0
        defer { items = [] }
        return items
    }
}
