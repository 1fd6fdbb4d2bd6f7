import KeywardCore

/// Which facts are looked up next, for whom, and when a look-up is given up.
///
/// A fact is asked for by one look-up at a time. Whoever asks while a look-up of the same fact runs gets the answer of
/// the next one: an answer is never older than its question. A look-up that the name service does not answer holds one
/// worker, and only those up that need this very fact.
///
/// This is a pure value: the driver has the workers and the clock.
struct LookupQueue<Request: Hashable & Sendable>: Sendable {
    /// How many look-ups of one account run at a time, so that one that asks for much leaves workers to others.
    static var mostRunningOfUser: Int { 8 }

    private struct Lookup: Sendable {
        var user: UInt32
        var requests: [Request]
        /// Those that came while it ran.
        var later: [(request: Request, user: UInt32)] = []
        var isRunning = false
        /// Whether it was in the queue at the last look.
        var wasSeen = false
    }

    private struct Pending: Sendable {
        var missing: Set<FactQuestion>
        var deadline: Int64
    }

    private var lookups: [FactQuestion: Lookup] = [:]
    /// Those that no worker has taken, in the order of their arrival.
    private var queue: [FactQuestion] = []
    private var requests: [Request: Pending] = [:]
    private var running: [UInt32: Int] = [:]

    /// Whether nobody waits for a fact.
    var isIdle: Bool { requests.isEmpty }

    /// Asks for some facts, of which there is one at least, by `deadline`.
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

    /// Looks at those that wait for a worker. Whether one that may run has waited since the last look.
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

    /// A look-up has an answer. Returns those that the answer is for, and those of them that have all their facts now.
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

    /// Gives up those whose deadline has come. A look-up that runs for nobody else goes on, and its answer is dropped.
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

    /// Gives a request up, whose look-up has failed.
    mutating func drop(_ request: Request) -> Bool { requests.removeValue(forKey: request) != nil }
}
