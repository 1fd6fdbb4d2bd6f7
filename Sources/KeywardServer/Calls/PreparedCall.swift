import KeywardBase
import KeywardProtocol

/// A call that is ready to run.
struct PreparedCall: Sendable {
    typealias Run = @Sendable (inout CallContext, Reply.Ending, inout ByteBuffer) -> Void
    typealias Start = @Sendable (CallContext, Reply.Ending, @escaping @Sendable ([UInt8]) -> Void) -> Void

    private enum Body: Sendable {
        case run(Run)
        case start(Start)
    }

    let work: MethodContract.Work
    private let body: Body

    /// A call that the running thread answers.
    init(work: MethodContract.Work, _ run: @escaping Run) {
        self.work = work
        body = .run(run)
    }

    /// A change, which is answered when it is in force.
    init(_ start: @escaping Start) {
        work = .change
        body = .start(start)
    }

    /// Answers a call at once, if it waits for nothing.
    func runInline(_ call: inout CallContext, _ ending: Reply.Ending, into buffer: inout ByteBuffer) {
        guard case .run(let run) = body else { return }
        run(&call, ending, &buffer)
    }

    /// Starts the call on the queue for its kind of work; `completion` gets the reply, on any thread. A read is not
    /// answered if its client is gone before it starts.
    func start(
        _ call: @escaping @Sendable () -> CallContext, _ ending: Reply.Ending,
        _ completion: @escaping @Sendable ([UInt8]) -> Void
    ) {
        switch body {
        case .start(let start): start(call(), ending, completion)
        case .run(let run):
            let asked = call()
            asked.services.reads.add(of: asked.peer.uid) {
                if asked.requester?.isGone == true { return }
                var call = call()
                var buffer = ByteBuffer()
                run(&call, ending, &buffer)
                completion(buffer.withUnsafeBytes { Array($0) })
            }
        }
    }
}
