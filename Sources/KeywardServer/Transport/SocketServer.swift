import Dispatch
import Glibc
import KeywardBase
import Synchronization

/// One listening socket with its acceptor and its event loops, each of them a thread.
///
/// The loops are generic in their handler. They are fast only where the compiler makes a loop for the very handler:
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
    /// Empty once every loop has answered what had come before the drain.
    private let unanswered = DispatchGroup()

    /// Starts to serve. The threads are called `name-accept`, `name-0`, `name-1` and so on. As many of the loops serve
    /// as the load needs, or all.
    package convenience init<Service: LineService>(
        listener: consuming Listener, name: String, loops: Int, allServe: Bool = false, limits: SocketLimits,
        refusals: TransportRefusals, service: Service
    ) throws(SocketError) {
        let count = max(1, loops)
        let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let spread: any ConnectionSpread =
            allServe ? EveryLoop(serving: count) : LoadSpread(most: count, cores: cores)
        try self.init(
            listener: listener, name: name, loops: count, spread: spread, limits: limits, refusals: refusals,
            service: service)
    }

    /// Starts to serve, with connections shared out by `spread`.
    init<Service: LineService>(
        listener: consuming Listener, name: String, loops count: Int, spread: any ConnectionSpread,
        limits: SocketLimits, refusals: TransportRefusals, service: Service
    ) throws(SocketError) {
        let quota = ConnectionQuota(limits, ownUser: geteuid())
        var (mailboxes, loops): ([Mailbox], [NamedThread]) = ([], [])
        for _ in 0..<count { mailboxes.append(try Mailbox()) }
        let group = LoopGroup(mailboxes, spread: spread)
        for number in 0..<count {
            loops.append(
                try Self.thread("\(name)-\(number)") {
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
        self.acceptor = try Self.thread("\(name)-accept") { acceptor.run() }
        self.quota = quota
        self.group = group
        self.listener = Mutex(listener)
        self.loops = Mutex(loops)
    }

    private static func thread(
        _ name: String, _ body: @escaping @Sendable () -> Void
    ) throws(SocketError) -> NamedThread {
        try SocketError.translating { () throws(SystemCallError) in try NamedThread(name, body) }
    }

    /// How many connections are served now.
    package var connections: Int { quota.connections }

    /// What it counts: connections served now, and refused ones.
    package var counters: SocketCounters { quota.counters }

    /// Its threads, to be asked for signs of life.
    package var parts: [LivenessCheck.Part] {
        let loops = group.mailboxes.enumerated().map { number, mailbox in
            LivenessCheck.Part("\(name)-\(number)") { mailbox.post(.called(answer: $0)) }
        }
        let orders = orders
        return loops + [LivenessCheck.Part("\(name)-accept") { orders.call($0) }]
    }

    /// Puts other limits in force: how much and how long for every connection, how many for those to come.
    package func adopt(_ limits: SocketLimits, _ refusals: TransportRefusals) {
        // The loops have room for more before more are admitted.
        for mailbox in group.mailboxes { mailbox.post(.limits(limits, refusals)) }
        orders.refusals = refusals
        quota.adopt(limits)
    }

    /// Accepts nobody more. On an inherited socket, those who wait go on waiting, for the next daemon.
    package func stopAccepting() {
        listener.withLock { listener in
            guard listener != nil else { return }
            listener?.withdraw()
            orders.stop()
            acceptor.join()
            listener = nil
        }
    }

    /// Stops accepting and begins to end the connections: what has been received is answered and sent. Those that are
    /// sent lines which answer no request wait for ``endPushes()``. By `within` (milliseconds from now) every one is
    /// closed. Returns at once; the first call decides.
    package func beginDrain(within: Int64) {
        stopAccepting()
        guard !isDraining.exchange(true, ordering: .relaxed) else { return }
        // What is on its way from one loop to another is there before the end is.
        group.end()
        let deadline = MonotonicClock.now() + within
        for mailbox in group.mailboxes {
            unanswered.enter()
            mailbox.post(.drain(deadline: deadline) { [unanswered] in unanswered.leave() })
        }
    }

    /// Waits until no call of any connection will be run any more, once a drain has begun. Not for a thread that
    /// replies wait for.
    package func waitUntilAnswered() { unanswered.wait() }

    /// Ends a drain's connections that wait for lines which answer no request: all of them have been posted.
    package func endPushes() {
        for mailbox in group.mailboxes { mailbox.post(.pushesEnded) }
    }

    /// Waits until the loops have ended, which they do once a drain has begun. Not for a thread that replies wait for.
    package func waitUntilDrained() {
        loops.withLock { loops in
            for loop in loops { loop.join() }
            loops = []
        }
    }
}
