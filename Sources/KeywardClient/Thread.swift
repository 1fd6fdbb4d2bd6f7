internal import Glibc

/// Starts a detached thread; the error number of pthread_create(3), or 0.
func startThread(_ body: @escaping @Sendable () -> Void) -> Int32 {
    let job = Unmanaged.passRetained(Job(body))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { raw in
            guard let raw else { return nil }
            Unmanaged<Job>.fromOpaque(raw).takeRetainedValue().body()
            return nil
        }, job.toOpaque())
    if failure == 0 { pthread_detach(thread) } else { job.release() }
    return failure
}

/// What pthread_create(3) can carry: one pointer.
private final class Job {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
