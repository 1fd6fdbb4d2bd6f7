@preconcurrency import Dispatch
import Synchronization

/// Runs reads, fairly distributed among accounts, and counts them, so that the store is not closed while one uses it.
/// An account with many unread replies must wait.
final class ReadQueue: Sendable {
    typealias Job = @Sendable () -> Void

    private let queue = Mutex(FairQueue<Job>(most: 8, mostOfUser: 3, reserved: 3))
    // Work of this class runs at nice 10 on Linux: if cores are busy, the event loops come first.
    let threads = DispatchQueue(label: "keyward.readers", qos: .background, attributes: .concurrent)
    private let gate: ReadGate
    /// The unsent output of all connections.
    let outputs: OutputShares

    /// For a daemon that runs as `ownUser`; `gate` counts the reads.
    init(_ gate: ReadGate, ownUser: UInt32) {
        self.gate = gate
        let freed = Callback()
        outputs = OutputShares(ownUser: ownUser) { freed() }
        freed.set { [weak self] in self?.runNext() }
    }

    /// Whether no read runs or waits.
    var isIdle: Bool { queue.withLock { $0.isIdle } }

    /// Whether reads must end early, because the store will be closed.
    var isClosed: Bool { gate.isClosed }

    /// Runs a read of an account when it is its turn. One that is added after ``close(progress:)`` runs, too, and must
    /// not use the store.
    func add(of user: UInt32, _ job: @escaping Job) {
        let hasEntered = gate.enter()
        queue.withLock { queue in
            queue.add(
                { [gate] in
                    job()
                    if hasEntered { gate.leave() }
                }, of: user)
        }
        runNext()
    }

    /// Runs other work that may wait for the name services, in parallel with the reads.
    func runBeside(_ job: @escaping Job) {
        threads.async(execute: job)
    }

    /// See ``ReadGate/close(progress:)``.
    func close(progress: () -> Void) {
        gate.close(progress: progress)
    }

    private func isHeldBack(_ user: UInt32) -> Bool { !gate.isClosed && outputs.isUsedUp(by: user) }

    private func runNext() {
        while let (job, user) = queue.withLock({ $0.next(isHeldBack: isHeldBack) }) {
            threads.async { [self] in
                job()
                queue.withLock { $0.end(of: user) }
                runNext()
            }
        }
    }
}
