import KeywardCore
import KeywardProtocol

// What keys may spend, in the protocol.

extension [Limit] {
    init(_ view: AllowanceView) {
        self = zip(view.record.limits, view.limits).map { terms, state in
            Limit(
                name: terms.name, limit: Int(terms.limit), windowSeconds: Int(terms.window.milliseconds / 1_000),
                automatic: terms.isAutomatic, remaining: Int(state.remaining), plan: view.plan)
        }
    }
}

extension KeywardProtocol.Credits {
    init?(_ view: AllowanceView) {
        guard let state = view.credits else { return nil }
        self.init(
            remaining: Int(state.remaining), refill: view.record.credits?.refill.map { Refill($0) },
            refillsAt: state.refillsAt.map { Timestamp($0) })
    }
}

extension Refill {
    init(_ refill: CreditRefill) {
        self.init(
            amount: Int(refill.amount), every: refill.period == .month ? .month : .day,
            day: refill.period == .month ? Int(refill.day) : nil)
    }
}

extension Budget {
    /// - Parameter view: an allowance with a name.
    init(_ view: AllowanceView, in directory: Directory) {
        self.init(
            name: view.record.name ?? "", workspace: directory.workspaces[view.record.workspace]?.name ?? "",
            limits: [Limit](view), credits: KeywardProtocol.Credits(view), keys: view.keyCount)
    }
}
