package import Dispatch
import KeywardCore
import KeywardProtocol
import Synchronization

/// Takes what has happened and has it sent to those who subscribed.
///
/// Telling it costs the teller a short lock, and nothing more when nobody listens: who is sent what is decided on a
/// queue of its own, where looking up an account may take its time. What waits for that queue is bounded; if it is ever
/// too much, every subscriber is cut off, for each would have missed something. None is ever waited for.
package final class EventHub: Sendable {
    /// How many subscriptions a connection may have.
    package static let mostSubscriptions = 8
    /// How many events may wait to be sent.
    static let longestBacklog = 10_000

    /// What waits to be dealt with, in its order.
    enum Item: Sendable {
        case happened(EventRecord)
        case began(Subscription)
        case ended(PushChannel.Address)
        /// Something could not be kept: whoever subscribed before has missed it.
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

    /// Says which audit entry is the newest at the start, as whom the daemon acts, and who is told of subscribers
    /// that are cut off.
    func begin(after seq: Int64, as daemon: Actor, report: @escaping @Sendable (DaemonEvent) -> Void) {
        intake.withLock { intake in
            intake.seq = max(intake.seq, seq)
            intake.daemon = daemon
            intake.report = report
        }
    }

    /// Tells of an event. Those that no client may subscribe to are passed over.
    package func publish(_ event: DaemonEvent) {
        let mustWake = intake.withLock { intake in
            if case .audit(let record) = event { intake.seq = record.seq }
            guard !intake.listeners.isEmpty, let eventRecord = intake.eventRecord(event) else { return false }
            return intake.note(eventRecord)
        }
        if mustWake { wake() }
    }

    /// Begins a subscription of the connection at `address`, which is `user`'s: its events are those after the entry
    /// `seq`.
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

    /// How many connections have subscriptions.
    var listeners: Int { intake.withLock { $0.listeners.count } }

    /// How many of them were cut off since the start, because they did not read.
    var cutOffs: Int { intake.withLock { $0.cutOffs } }

    private func channel(to address: PushChannel.Address, of user: UInt32) -> PushChannel {
        PushChannel(
            to: address, whenCutOff: { [weak self] in self?.noteCutOff(of: user) },
            whenClosed: { [weak self] in self?.forget(address) })
    }

    /// Counts it, and has it told on the queue: an event loop must not wait for a log.
    private func noteCutOff(of user: UInt32) {
        let report = intake.withLock { intake in
            intake.cutOffs += 1
            return intake.report
        }
        queue.async { report(.subscriberCutOff(user: user)) }
    }

    /// The connection is gone. Called on its event loop.
    private func forget(_ address: PushChannel.Address) {
        let mustWake = intake.withLock { intake in
            intake.listeners[address] = nil
            return intake.add(.ended(address))
        }
        if mustWake { wake() }
    }

    /// Calls `body` on the queue, once everything published until now has been posted to the event loops.
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
    /// What subscribers are told of an event; `nil` for what they are not.
    func eventRecord(_ event: DaemonEvent) -> EventRecord? {
        switch event {
        case .audit(let record): Event.Kind(action: record.action).map { .entry(record, $0) }
        case .sweep(let report): report.isQuiet || report.dryRun ? nil : .sweep(report, seq: seq, daemon: daemon)
        default: nil
        }
    }

    /// Adds an item; whether it is the first.
    mutating func add(_ item: EventHub.Item) -> Bool {
        items.append(item)
        return items.count == 1
    }

    /// Adds an event, or notes that there was no room for it.
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
