/// Decides which subscriber receives what. Only the hub's queue uses it.
struct Fanout: Sendable {
    private var subscriptions: [Subscription] = []
    /// The look-ups of this batch of items. A role is cached no longer than that, or until its next change.
    private var known: [Question: Bool] = [:]

    private struct Question: Hashable {
        var address: PushChannel.Address
        var workspace: String?
    }

    mutating func deal(with items: [EventHub.Item]) {
        for item in items {
            switch item {
            case .happened(let eventRecord): send(eventRecord)
            case .began(let subscription): subscriptions.append(subscription)
            case .ended(let address): subscriptions.removeAll { $0.address == address }
            case .missed: cutOffAll()
            }
        }
        known = [:]
    }

    private mutating func send(_ eventRecord: EventRecord) {
        if eventRecord.changesRoles { known = [:] }
        var rest: [UInt8]?
        for subscription in subscriptions where subscription.wants(eventRecord) && mayHave(subscription, eventRecord) {
            rest = rest ?? eventRecord.event.map { EventText.rest(of: $0) } ?? []
            guard let rest, !rest.isEmpty else { return }
            // A closed connection is removed when its event loop reports it.
            _ = subscription.channel.push(PushedLine(own: subscription.head, shared: rest))
        }
    }

    private mutating func mayHave(_ subscription: Subscription, _ eventRecord: EventRecord) -> Bool {
        let question = Question(address: subscription.address, workspace: eventRecord.workspace)
        if let answer = known[question] { return answer }
        let answer = subscription.filter.mayReceive(eventRecord.workspace)
        known[question] = answer
        return answer
    }

    private mutating func cutOffAll() {
        subscriptions.forEach { $0.channel.cutOff() }
        subscriptions = []
    }
}
