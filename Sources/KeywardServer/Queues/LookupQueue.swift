import KeywardCore

/// The order of look-ups of facts, the requests for them, and their deadlines.
///
/// A fact has at most one running look-up. A request that comes while it runs gets the answer of the next one. So an
/// answer is never older than its question. A look-up without an answer blocks one worker, and only the requests for
/// this fact.
///
/// This is a pure value: the driver has the workers and the clock.
struct LookupQueue<Request: Hashable & Sendable>: Sendable {
    /// The largest number of running look-ups of one account, so that one with many leaves workers to others.
    static var mostRunningOfUser: Int { 8 }

    private struct Lookup: Sendable {
        var user: UInt32
        var requests: [Request]
        /// Requests that came while it ran.
        var later: [(request: Request, user: UInt32)] = []
        var isRunning = false
        /// Whether it was in the queue at the last check.
        var wasSeen = false
    }

    private struct Pending: Sendable {
        var missing: Set<FactQuestion>
        var deadline: Int64
    }

    private var lookups: [FactQuestion: Lookup] = [:]
    /// Look-ups that no worker has taken, in the order of their arrival.
    private var queue: [FactQuestion] = []
    private var requests: [Request: Pending] = [:]
    private var running: [UInt32: Int] = [:]

    /// Whether nobody waits for a fact.
    var isIdle: Bool { requests.isEmpty }

    /// Requests some facts, at least one, by `deadline`.
    mutating func ask(
        _ questions: Set<FactQuestion>, for request: Request, of user: UInt32, deadline: Int64
    ) {
        requests[request] = Pending(missing: questions, deadline: deadline)
        for question in questions {
            guard let lookup = lookups[question] else {
                enqueue(question, [request], of: user)
                continue
            }
            if lookup.isRunning {
                lookups[question]?.later.append((request, user))
            } else {
                lookups[question]?.requests.append(request)
            }
        }
    }

    private mutating func enqueue(_ question: FactQuestion, _ requests: [Request], of user: UInt32) {
        lookups[question] = Lookup(user: user, requests: requests)
        queue.append(question)
    }

    /// Takes the next look-up that may run.
    mutating func next() -> FactQuestion? {
        let position = queue.firstIndex { question in
            lookups[question].map { running[$0.user, default: 0] < Self.mostRunningOfUser } ?? false
        }
        guard let position else { return nil }
        let question = queue.remove(at: position)
        lookups[question]?.isRunning = true
        running[lookups[question]!.user, default: 0] += 1
        return question
    }

    /// Checks the look-ups that wait for a worker. Whether one that may run has waited since the last check.
    mutating func lookForDelay() -> Bool {
        var isDelayed = false
        for question in queue {
            guard let lookup = lookups[question], running[lookup.user, default: 0] < Self.mostRunningOfUser else {
                continue
            }
            isDelayed = isDelayed || lookup.wasSeen
            lookups[question]?.wasSeen = true
        }
        return isDelayed
    }

    /// A look-up has an answer. Returns the requests for it, and those of them that now have all their facts.
    mutating func answered(_ question: FactQuestion) -> (informed: [Request], complete: [Request]) {
        guard let lookup = lookups.removeValue(forKey: question) else { return ([], []) }
        running[lookup.user, default: 1] -= 1
        if running[lookup.user] == 0 { running[lookup.user] = nil }
        let later = lookup.later.filter { requests[$0.request] != nil }
        if let first = later.first { enqueue(question, later.map(\.request), of: first.user) }
        let informed = lookup.requests.filter { requests[$0] != nil }
        let complete = informed.filter { request in
            requests[request]?.missing.remove(question)
            return requests[request]?.missing.isEmpty ?? false
        }
        for request in complete { requests[request] = nil }
        return (informed, complete)
    }

    /// Drops requests whose deadline has passed. A running look-up continues, even without a request.
    mutating func expire(at now: Int64) -> [Request] {
        let expired = requests.filter { $0.value.deadline <= now }.map(\.key)
        for request in expired { requests[request] = nil }
        queue.removeAll { question in
            lookups[question]?.requests.removeAll { requests[$0] == nil }
            guard lookups[question]?.requests.isEmpty ?? true else { return false }
            lookups[question] = nil
            return true
        }
        return expired
    }

    /// Drops a request whose look-up has failed.
    mutating func drop(_ request: Request) -> Bool { requests.removeValue(forKey: request) != nil }
}
