/// Decides who is sent what. It belongs to the queue of its hub.
struct Fanout: Sendable {
    private var subscriptions: [Subscription] = []
    /// What was looked up for this batch of items: a role lasts no longer than that, nor than the next change of one.
    private var known: [Question: Bool] = [:]

    private struct Question: Hashable {
        var address: Outlet.Address
        var workspace: String?
    }

    mutating func deal(with items: [EventHub.Item]) {
        for item in items {
            switch item {
            case .happened(let happening): send(happening)
            case .began(let subscription): subscriptions.append(subscription)
            case .ended(let address): subscriptions.removeAll { $0.address == address }
            case .missed: cutOffAll()
            }
        }
        known = [:]
    }

    private mutating func send(_ happening: Happening) {
        if happening.changesRoles { known = [:] }
        var rest: [UInt8]?
        for subscription in subscriptions where subscription.wants(happening) && mayHave(subscription, happening) {
            rest = rest ?? happening.event.map { EventText.rest(of: $0) } ?? []
            guard let rest, !rest.isEmpty else { return }
            // One that is gone or cut off ends when its event loop says so.
            _ = subscription.outlet.push(PushedLine(own: subscription.head, shared: rest))
        }
    }

    private mutating func mayHave(_ subscription: Subscription, _ happening: Happening) -> Bool {
        let question = Question(address: subscription.address, workspace: happening.workspace)
        if let answer = known[question] { return answer }
        let answer = subscription.filter.mayBeTold(happening.workspace)
        known[question] = answer
        return answer
    }

    private mutating func cutOffAll() {
        subscriptions.forEach { $0.outlet.cutOff() }
        subscriptions = []
    }
}
