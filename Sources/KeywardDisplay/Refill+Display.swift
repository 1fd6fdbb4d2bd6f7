package import KeywardProtocol

extension Refill {
    /// `10,000 on day 1 of each month`, `500 each day`.
    package var shown: String {
        let amount = CountText.grouped(amount)
        return every == .month ? "\(amount) on day \(day ?? 1) of each month" : "\(amount) each day"
    }
}
