/// Limits and credits in their simplest form: everything that was spent, in a list.
final class ModelAllowance {
    private struct Limit {
        var name: String
        var most: Int64
        /// In milliseconds.
        var length: Int64
        var isAutomatic: Bool
        var spent: [(at: Int64, cost: Int64)] = []

        func sum(of window: Int64) -> Int64 {
            spent.reduce(0) { $1.at / length == window ? $0 + $1.cost : $0 }
        }

        func counted(at time: Int64) -> Int64 {
            let window = time / length
            let product = sum(of: window - 1) * (length - time % length)
            return sum(of: window) + product / length + (product % length > 0 ? 1 : 0)
        }
    }

    private var limits: [Limit] = []
    private var balance: Int64?
    /// The amount of a daily refill, and the day of the last one.
    private var refill: (amount: Int64, day: Int64)?

    private func day(of time: Int64) -> Int64 { time / 86_400_000 }

    // MARK: Changes

    /// Takes other limits from the input; the parameter for them.
    func setLimits(_ input: inout Input, at time: Int64) -> String {
        let lengths: [Int64] = [1, 10, 60, 3_600, 86_400]
        let first = input.next(3)
        let former = limits
        limits = (0..<input.next(4)).map { position in
            let name = ["a", "b", "c"][(first + position) % 3]
            let length = lengths[input.next(lengths.count)] * 1_000
            var limit = Limit(
                name: name, most: Int64(1 + input.next(12)), length: length, isAutomatic: input.next(3) > 0)
            if let known = former.first(where: { $0.name == name }) {
                limit.spent = known.spent
                let window = time / known.length
                let sum = known.sum(of: window) + known.sum(of: window - 1)
                if known.length != length { limit.spent = [(time, sum)] }
            }
            return limit
        }
        let items = limits.map {
            #"{"name":"\#($0.name)","limit":\#($0.most),"windowSeconds":\#($0.length / 1_000),"automatic":\#($0.isAutomatic)}"#
        }
        return "[\(items.joined(separator: ","))]"
    }

    /// Takes other credits from the input; the parameter for them.
    func setCredits(_ input: inout Input, at time: Int64) -> String {
        switch input.next(3) {
        case 0:
            (balance, refill) = (nil, nil)
            return "null"
        case 1:
            let amount = Int64(input.next(20))
            (balance, refill) = (amount, nil)
            return #"{"remaining":\#(amount),"refill":null}"#
        default:
            let amount = Int64(input.next(20))
            (balance, refill) = (amount, (amount, day(of: time)))
            return #"{"remaining":\#(amount),"refill":{"amount":\#(amount),"every":"day"}}"#
        }
    }

    // MARK: Spending

    /// Spends what a verification costs; parts that its reply must have.
    func spend(_ cost: Int64, _ named: [(name: String, cost: Int64)], at time: Int64) -> [String] {
        if let refill, day(of: time) > refill.day {
            balance = refill.amount
            self.refill = (refill.amount, day(of: time))
        }
        let costs = limits.map { limit in
            named.first { $0.name == limit.name }?.cost ?? (limit.isAutomatic ? cost : nil)
        }
        let isOver = zip(limits, costs).contains { limit, cost in
            cost.map { $0 > 0 && limit.counted(at: time) + $0 > limit.most } ?? false
        }
        let isPoor = cost > 0 && balance.map { $0 < cost } ?? false
        let code = isOver ? "rateLimited" : isPoor ? "creditsExhausted" : "valid"
        if code == "valid" {
            for (position, cost) in costs.enumerated() {
                if let cost { limits[position].spent.append((time, cost)) }
            }
            balance = balance.map { $0 - cost }
        }
        var parts = [#""code":"\#(code)""#]
        for (limit, cost) in zip(limits, costs) where cost != nil {
            let remaining = max(0, limit.most - limit.counted(at: time))
            parts.append(#"{"name":"\#(limit.name)","limit":\#(limit.most),"remaining":\#(remaining),"#)
        }
        for (name, _) in named where !limits.contains(where: { $0.name == name }) {
            parts.append(#"{"name":"\#(name)","limit":null,"remaining":null,"resetsAt":null}"#)
        }
        if let balance { parts.append(#""credits":{"remaining":\#(balance),"#) }
        return parts
    }
}
