/// The order of waiting jobs: those of one account in sequence, the accounts in turn.
///
/// The numbers of jobs that run at once are limited, in total and for one account. Some slots are reserved for accounts
/// without a running job. So an account's first job does not wait for many jobs of another account.
struct FairQueue<Job> {
    /// The largest number of jobs that run at once.
    let most: Int
    /// The same for one account.
    let mostOfUser: Int
    /// The part of ``most`` that is reserved for accounts without a running job.
    let reserved: Int

    private struct User {
        var running = 0
        var waiting: [Job] = []
        /// The number of jobs taken from `waiting`.
        var taken = 0

        var isIdle: Bool { running == 0 && waiting.isEmpty }

        mutating func takeFirst() -> Job {
            defer {
                taken += 1
                // Each job is moved at most once for each that was taken.
                if taken * 2 >= waiting.count {
                    waiting.removeFirst(taken)
                    taken = 0
                }
            }
            return waiting[taken]
        }
    }

    private var users: [UInt32: User] = [:]
    /// The accounts with waiting jobs, in the order of their turns.
    private var order: [UInt32] = []
    /// The number of running jobs.
    private(set) var running = 0

    /// Whether no job runs or waits.
    var isIdle: Bool { users.isEmpty }

    init(most: Int, mostOfUser: Int, reserved: Int) {
        (self.most, self.mostOfUser, self.reserved) = (most, mostOfUser, reserved)
    }

    /// Adds a job of an account, after its others.
    mutating func add(_ job: Job, of user: UInt32) {
        if users[user]?.waiting.isEmpty ?? true { order.append(user) }
        users[user, default: User()].waiting.append(job)
    }

    /// Takes the next job that may run; ``end(of:)`` must follow when it has ended. `nil` if none may run now.
    ///
    /// - Parameter isHeldBack: whether an account must wait, even if it is its turn.
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
