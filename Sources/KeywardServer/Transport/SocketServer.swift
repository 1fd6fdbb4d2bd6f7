import Dispatch
import Glibc
import KeywardBase
import Synchronization

/// One listening socket with its acceptor and its event loops, each of them a thread.
///
/// The loops are generic in their handler. They are fast only if the compiler specialises the loop for the handler. So
/// create the server in the module that has both, with a concrete service.
package final class SocketServer: Sendable {
    private let listener: Mutex<Listener?>
    private let name: String
    private let orders: AcceptorOrders
    private let quota: ConnectionQuota
    private let group: LoopGroup
    private let acceptor: NamedThread
    private let loops: Mutex<[NamedThread]>
    private let isDraining = Atomic(false)
    /// Empty once every loop has answered everything received before the drain.
    private let unanswered = DispatchGroup()

    /// Starts to serve. The threads are called `name-accept`, `name-0`, `name-1` and so on. The number of serving loops
    /// follows the load, or all serve.
    ///
    /// - Parameter nice: the nice value of its threads, added to the process's; 0 to 19.
    package convenience init<Service: LineService>(
        listener: consuming Listener, name: String, nice: Int32 = 0, loops: Int, allServe: Bool = false,
        limits: SocketLimits, refusals: TransportRefusals, service: Service
    ) throws(SocketError) {
        let count = max(1, loops)
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let spread: any ConnectionSpread =
            allServe ? EveryLoop(serving: count) : LoadSpread(most: count, cores: cores)
        try self.init(
            listener: listener, name: name, nice: nice, loops: count, spread: spread, limits: limits,
            refusals: refusals, service: service)
    }

    /// Starts to serve, with connections distributed by `spread`.
    init<Service: LineService>(
        listener: consuming Listener, name: String, nice: Int32 = 0, loops count: Int, spread: any ConnectionSpread,
        limits: SocketLimits, refusals: TransportRefusals, service: Service
    ) throws(SocketError) {
        let quota = ConnectionQuota(limits, ownUser: geteuid())
        var (mailboxes, loops): ([Mailbox], [NamedThread]) = ([], [])
        for _ in 0..<count { mailboxes.append(try Mailbox()) }
        let group = LoopGroup(mailboxes, spread: spread)
        for number in 0..<count {
            loops.append(
                try Self.thread("\(name)-\(number)", nice) {
                    var loop = EventLoop(
                        handler: service.makeHandler(), number: number, of: group, quota: quota, limits: limits,
                        refusals: refusals)
                    loop.run()
                })
        }
        self.name = name
        orders = try AcceptorOrders(refusals)
        let acceptor = Acceptor(
            socket: listener.socket.number, takesLast: listener.isOwn, orders: orders, quota: quota, group: group)
        self.acceptor = try Self.thread("\(name)-accept", nice) { acceptor.run() }
        self.quota = quota
        self.group = group
        self.listener = Mutex(listener)
        self.loops = Mutex(loops)
    }

    private static func thread(
        _ name: String, _ nice: Int32, _ body: @escaping @Sendable () -> Void
    ) throws(SocketError) -> NamedThread {
        try SocketError.translating { () throws(SystemCallError) in try NamedThread(name, nice: nice, body) }
    }

    /// The number of served connections.
    package var connections: Int { quota.connections }

    /// The counters: served connections, and refused ones.
    package var counters: SocketCounters { quota.counters }

    /// Its threads, for the liveness check.
    package var parts: [LivenessCheck.Part] {
        let loops = group.mailboxes.enumerated().map { number, mailbox in
            LivenessCheck.Part("\(name)-\(number)") { mailbox.post(.called(answer: $0)) }
        }
        let orders = orders
        return loops + [LivenessCheck.Part("\(name)-accept") { orders.call($0) }]
    }

    /// Sets other limits: sizes and times for every connection, numbers for new ones.
    package func adopt(_ limits: SocketLimits, _ refusals: TransportRefusals) {
        // The loops get larger limits before more connections are admitted.
        for mailbox in group.mailboxes { mailbox.post(.limits(limits, refusals)) }
        orders.refusals = refusals
        quota.adopt(limits)
    }

    /// Stops accepting. On an inherited socket, waiting clients keep waiting for the next daemon.
    package func stopAccepting() {
        listener.withLock { listener in
            guard listener != nil else { return }
            listener?.withdraw()
            orders.stop()
            acceptor.join()
            listener = nil
        }
    }

    /// Stops accepting and begins to end the connections: received lines are answered and the replies sent. Subscribed
    /// connections wait for ``endPushes()``. By `within` (milliseconds from now) every one is closed. Returns at once;
    /// only the first call has an effect.
    package func beginDrain(within: Int64) {
        stopAccepting()
        guard !isDraining.exchange(true, ordering: .relaxed) else { return }
        // Connections that move between loops arrive before the end.
        group.end()
        let deadline = MonotonicClock.now() + within
        for mailbox in group.mailboxes {
            unanswered.enter()
            mailbox.post(.drain(deadline: deadline) { [unanswered] in unanswered.leave() })
        }
    }

    /// Waits until no further call will run, after a drain has begun. Not for a thread that replies wait for.
    package func waitUntilAnswered() { unanswered.wait() }

    /// Ends a drain's connections that wait for notifications: all of them have been posted.
    package func endPushes() {
        for mailbox in group.mailboxes { mailbox.post(.pushesEnded) }
    }

    /// Waits until the loops have ended, after a drain has begun. Not for a thread that replies wait for.
    package func waitUntilDrained() {
        loops.withLock { loops in
            for loop in loops { loop.join() }
            loops = []
        }
    }
}
