/// Which of the jobs that wait runs next: those of one account in their order, the accounts in turn.
///
/// So many run at once, and so many of one account. The last of them are for accounts that have none running, so that
/// an account's first job waits for no other account's many.
struct FairQueue<Job> {
    /// How many run at once.
    let most: Int
    /// How many of one account run at once.
    let mostOfUser: Int
    /// Of ``most``, how many are for accounts that have none running.
    let reserved: Int

    private struct User {
        var running = 0
        var waiting: [Job] = []
        /// How many of `waiting` were taken.
        var taken = 0

        var isIdle: Bool { running == 0 && waiting.isEmpty }

        mutating func takeFirst() -> Job {
            defer {
                taken += 1
                // Each job is moved once at most for each that was taken.
                if taken * 2 >= waiting.count {
                    waiting.removeFirst(taken)
                    taken = 0
                }
            }
            return waiting[taken]
        }
    }

    private var users: [UInt32: User] = [:]
    /// The accounts that have jobs waiting, in the order in which they have their turn.
    private var order: [UInt32] = []
    /// How many jobs run.
    private(set) var running = 0

    /// Whether none runs or waits.
    var isIdle: Bool { users.isEmpty }

    init(most: Int, mostOfUser: Int, reserved: Int) {
        (self.most, self.mostOfUser, self.reserved) = (most, mostOfUser, reserved)
    }

    /// Adds a job of an account, behind its others.
    mutating func add(_ job: Job, of user: UInt32) {
        if users[user]?.waiting.isEmpty ?? true { order.append(user) }
        users[user, default: User()].waiting.append(job)
    }

    /// Takes the next job that may run; ``end(of:)`` must follow when it has ended. `nil` if none may now.
    ///
    /// - Parameter isHeldBack: whether an account has to wait, although it would have its turn.
    mutating func next(isHeldBack: (UInt32) -> Bool = { _ in false }) -> (job: Job, user: UInt32)? {
        guard running < most, let place = order.firstIndex(where: { mayRun($0) && !isHeldBack($0) }) else { return nil }
        let user = order.remove(at: place)
        guard let job = users[user]?.takeFirst() else { return nil }
        users[user]?.running += 1
        running += 1
        if users[user]?.waiting.isEmpty == false { order.append(user) }
        return (job, user)
    }

    /// A job of that account has ended.
    mutating func end(of user: UInt32) {
        running -= 1
        users[user]?.running -= 1
        if users[user]?.isIdle == true { users[user] = nil }
    }

    private func mayRun(_ user: UInt32) -> Bool {
        let own = users[user]?.running ?? 0
        return own == 0 || own < mostOfUser && running < most - reserved
    }
}
