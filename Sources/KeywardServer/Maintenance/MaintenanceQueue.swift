@preconcurrency import Dispatch
import Synchronization

/// Runs the daemon's own jobs, one after another: the flush of usage, the batches of sweeps, reloads.
///
/// A stop closes the queue with the last job that changes anything. A later job sees that, and changes nothing; only
/// the rest of the usage is stored after it.
final class MaintenanceQueue: Sendable {
    // Work of this class runs at nice 10 on Linux: if cores are busy, the event loops come first.
    private let queue = DispatchQueue(label: "keyward.maintenance", qos: .background)
    private let jobEnded = Callback()
    private let hasClosed = Atomic(false)

    /// Whether the last change was made.
    var isClosed: Bool { hasClosed.load(ordering: .acquiring) }

    /// The queue's part of the liveness check.
    var part: LivenessCheck.Part {
        LivenessCheck.Part("maintenance") { [queue] answer in queue.async(execute: answer) }
    }

    /// Sets `body` to be called on the queue after each submitted job.
    func whenJobEnds(_ body: @escaping @Sendable () -> Void) { jobEnded.set(body) }

    /// Runs `job` after those that wait, optionally after a `pause`.
    func submit(after pause: DispatchTimeInterval? = nil, _ job: @escaping @Sendable () -> Void) {
        let run = { @Sendable [jobEnded] in
            job()
            jobEnded()
        }
        if let pause {
            queue.asyncAfter(deadline: .now() + pause, execute: run)
        } else {
            queue.async(execute: run)
        }
    }

    /// Runs `job` after those that wait, and waits for its end. Never call it on the queue itself.
    func perform<R>(_ job: () throws -> R) rethrows -> R {
        try queue.sync(execute: job)
    }

    /// Runs the last job that changes anything, and closes the queue.
    func close(_ lastJob: () -> Void) {
        queue.sync {
            lastJob()
            hasClosed.store(true, ordering: .releasing)
        }
    }

    /// A timer whose handler runs on the queue. It does not fire before it is set.
    func makeTimer() -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        // An inactive source must not be released, which happens if a later step of the start fails. Dispatch logs a
        // fault for a source without a handler.
        timer.setEventHandler {}
        timer.activate()
        return timer
    }
}
