@preconcurrency import Dispatch
import Synchronization

/// Runs what the daemon does by itself, one job after another: the flush of usage, the batches of sweeps, reloads.
///
/// A stop closes the queue with the last job that changes anything. A job that comes later sees that, and changes
/// nothing; the rest of the usage alone is stored behind it.
final class MaintenanceQueue: Sendable {
    // Work of this class runs at nice 10 on Linux: where cores are short, the event loops have them first.
    private let queue = DispatchQueue(label: "keyward.maintenance", qos: .background)
    private let jobEnded = Callback()
    private let hasClosed = Atomic(false)

    /// Whether the last change was made.
    var isClosed: Bool { hasClosed.load(ordering: .acquiring) }

    /// The queue, to be asked for signs of life.
    var part: LivenessCheck.Part {
        LivenessCheck.Part("maintenance") { [queue] answer in queue.async(execute: answer) }
    }

    /// Has `body` called on the queue after each job that was submitted.
    func whenJobEnds(_ body: @escaping @Sendable () -> Void) { jobEnded.set(body) }

    /// Runs `job` behind those that wait, after a `pause` perhaps.
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

    /// Runs `job` behind those that wait, and waits for its end. Never on the queue itself.
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
        // A source that was never active must not be let go, as happens when a later step of the start fails; of one
        // without a handler Dispatch complains in the journal.
        timer.setEventHandler {}
        timer.activate()
        return timer
    }
}
