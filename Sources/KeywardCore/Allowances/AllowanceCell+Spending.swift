/// A verification's spending of several limits and credits: first all are checked, then all are spent, or nothing is.
struct SpendingAttempt {
    /// Milliseconds on the boot-time clock.
    let bootTime: Int64
    let now: Instant
    /// What is spent of each automatic limit and of the credits, 0 or more.
    let cost: Int64
    /// The limits that it exceeds, a bit for each in the order of the details.
    private(set) var exceeded: UInt8 = 0
    /// How many milliseconds until the same attempt succeeds, if no other verification spends; `nil` is never.
    private var wait: Int64? = 0

    init(cost: Int64, bootTime: Int64, at now: Instant) {
        (self.cost, self.bootTime, self.now) = (cost, bootTime, now)
    }

    var retryAfter: RetryAfter { wait.map { .seconds(($0 + 999) / 1_000) } ?? .never }

    /// - Parameter position: that of the limit in the details.
    mutating func exceed(limit position: Int, for milliseconds: Int64?) {
        exceeded |= 1 << UInt8(position)
        delay(by: milliseconds)
    }

    /// The longest of several waits decides.
    mutating func delay(by milliseconds: Int64?) {
        wait = wait.flatMap { known in milliseconds.map { max(known, $0) } }
    }
}

extension AllowanceCell {
    /// Notes each limit that a verification looks at in the details, and in the attempt whether it exceeds one. Spends
    /// nothing.
    @inline(__always)
    func check(_ demand: VerificationDemand?, _ attempt: inout SpendingAttempt, _ details: inout VerdictDetails) {
        let isNamed = demand?.limits.isEmpty == false
        var count = 0
        for place in 0..<limits.count {
            let limit = limits[place]
            var cost = attempt.cost
            if isNamed, let named = demand?.cost(ofLimit: limit.pointee.name) {
                cost = named
            } else if !limit.pointee.isAutomatic {
                continue
            }
            let (counts, most) = (counts(place), limit.pointee.most)
            let moment = limit.pointee.moment(attempt.bootTime)
            let (spent, pair, offset) = counts.pointee.prepare(cost, at: moment)
            if cost > 0, spent &+ cost > most {
                attempt.exceed(limit: count, for: counts.pointee.wait(for: cost, of: most, at: moment))
            }
            details.limits[count] = LimitReply(
                text: limit.pointee.text, remaining: most &- spent, limit: limit, counts: counts, cost: cost,
                pair: pair, pairOffset: offset)
            count &+= 1
        }
        details.limitCount = count
    }

    /// Spends of each limit in the details its cost, unless the verification is refused, and notes what remains.
    @inline(__always)
    func settle(_ isSpent: Bool, _ attempt: SpendingAttempt, _ details: inout VerdictDetails) {
        for place in 0..<details.limitCount {
            let cost = details.limits[place].cost
            var remaining = details.limits[place].remaining
            if isSpent, cost > 0, let counts = details.limits[place].counts {
                counts.storeBytes(
                    of: details.limits[place].pair, toByteOffset: details.limits[place].pairOffset, as: UInt64.self)
                remaining &-= cost
            }
            details.limits[place].remaining = max(0, remaining)
            if remaining >= max(1, cost) {
                details.limits[place].resetsAt = attempt.now
            } else {
                details.limits[place].resetsAt = reset(details.limits[place], max(1, cost), attempt)
            }
        }
    }

    @inline(never)
    private func reset(_ reply: LimitReply, _ cost: Int64, _ attempt: SpendingAttempt) -> Instant? {
        guard let limit = reply.terms, let counts = reply.counts else { return nil }
        let moment = limit.pointee.moment(attempt.bootTime)
        return counts.assumingMemoryBound(to: WindowCounts.self).pointee.wait(
            for: cost, of: limit.pointee.most, at: moment
        )
        .map { attempt.now + Instant.Span(milliseconds: $0) }
    }
}

extension LimitReply {
    /// The limit.
    var terms: UnsafeMutablePointer<LimitSet.Limit>? { limit?.assumingMemoryBound(to: LimitSet.Limit.self) }
}

extension VerificationDemand {
    /// What the verification spends of a limit that it names; `nil` if it does not name it.
    @inline(never)
    func cost(ofLimit name: UnsafeRawBufferPointer) -> Int64? {
        limits.first { $0.name.count == name.count && $0.name.elementsEqual(name) }?.cost
    }
}
