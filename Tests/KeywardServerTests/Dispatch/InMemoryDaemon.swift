import Dispatch
import Glibc
import KeywardBase
import KeywardCore
import KeywardTesting
import Synchronization

@testable import KeywardServer

/// The daemon without sockets: a server over a store in memory, with accounts, a clock and randomness under a
/// test's control.
final class InMemoryDaemon: Sendable {
    let store: InMemoryStore
    let clock = ManualClock()
    let jump = ClockJump()
    let events = Events()
    let server: Server
    let backups = Backups()
    let hub: EventHub

    /// The uid of the daemon, which is an operator.
    static let ownUser: UInt32 = 990

    /// - Parameters:
    ///   - gate: an intermediary between the daemon and `store`.
    ///   - monotonic: the clock of deadlines, in milliseconds.
    ///   - whenAudited: called for each audit entry, on the thread that made it.
    init(
        store: InMemoryStore = InMemoryStore(), policy: Policy = Policy(),
        accounts: any AccountDirectory = FixedAccounts(), gate: GatedStore? = nil,
        allowanceLedger: any UsageLedger = UsageMemory(),
        peppers: PepperSet = .first, head: any AuditHeadStorage = HeldAuditHead(), seed: UInt64 = 1,
        monotonic: @escaping @Sendable () -> Int64 = MonotonicClock.now,
        eventQueue: DispatchQueue = DispatchQueue(label: "test.events"),
        whenAudited: @escaping @Sendable (AuditRecord) -> Void = { _ in }
    ) throws {
        self.store = store
        let (clock, events, jump) = (clock, events, jump)
        let hub = EventHub(queue: eventQueue)
        self.hub = hub
        let parts = AuthorityParts(
            store: gate ?? store, peppers: peppers, policy: policy, accounts: accounts, headStorage: head,
            daemon: Actor(uid: Self.ownUser, user: "keyward"), allowanceLedger: allowanceLedger,
            renderer: VerdictText.renderer, renderDetails: AuditDetails.render, nanoseconds: SteppingClock().now,
            bootTime: { clock.now.milliseconds },
            onAudit: { entry in
                whenAudited(entry)
                events.add(.audit(entry))
                hub.publish(.audit(entry))
            })
        server = Server(
            authority: try Authority.start(parts, state: store.loadState(), at: clock.now), version: "1.2.3",
            startedAt: clock.now, pid: 77, ownUser: Self.ownUser, backups: backups,
            generator: SharedGenerator(seed: seed), events: hub, now: { clock.now },
            monotonic: monotonic,
            clock: ClockGuard(
                check: { jump.state.withLock { $0 } }, accept: { jump.state.withLock { $0 = .agrees } },
                believed: { clock.now },
                accepting: {
                    ClockRecord(
                        wall: clock.now, bootTime: Instant.Span(milliseconds: 0), boot: "",
                        unproven: Instant.Span(milliseconds: 0))
                }, adopt: { _ in jump.state.withLock { $0 = .agrees } }),
            report: { event in
                events.add(event)
                hub.publish(event)
            })
    }

    func talk(as user: Peer = .root, on socket: ServedSocket = .admin) throws -> Talk {
        try Talk(RequestHandler(server.services, on: socket), as: user.credentials)
    }

    /// Waits until the maintenance queue has completed its current work.
    func settle() {
        server.services.changes.waitUntilIdle()
        repeat { server.services.reads.threads.sync(flags: .barrier) {} } while !server.services.reads.isIdle
        _ = server.configuration.adopt(server.authority.directory.policy)
    }

    /// Fires a sweep's timer, and waits for the end of the run. Not during a run, which would count as the timer's.
    func tick(_ sweep: Sweep) {
        let count = events.reports.count
        server.sweeps.tick(sweep)
        events.waitForReport(after: count)
        settle()
    }

    /// Calls a method of the admin socket as an operator and returns its result.
    @discardableResult
    func call(_ method: String, _ params: String = "{}") throws -> JSON {
        let reply = try talk().call(method, params)
        guard reply["result"] != .null else { throw Unanswered(reply: "\(method): \(reply)") }
        return reply["result"]
    }

    /// Creates a key and returns its secret.
    func secret(_ name: String, _ members: String = "") throws -> String {
        try call("keys.create", #"{"name":"\#(name)"\#(members)}"#)["secret"].text
    }

    struct Unanswered: Error { var reply: String }
}

/// The callers.
enum Peer: UInt32 {
    case root = 0
    case anna = 1_001
    case bert = 1_002
    case gate = 998

    var credentials: PeerCredentials {
        PeerCredentials(uid: rawValue, gid: rawValue, pid: 42, groups: [])
    }
}

struct FixedAccounts: AccountDirectory {
    var users: [UInt32: String] = [0: "root", 1_001: "anna", 1_002: "bert", 998: "gate"]
    var groups: [String: UInt32] = ["keyward-admin": 400, "platform": 401]
    /// Logins that were looked up before their numbers were reused.
    var formerUsers: [UInt32: String] = [:]

    func userName(of uid: UInt32) -> String? { formerUsers[uid] ?? users[uid] }
    func currentUserName(of uid: UInt32) -> String? { users[uid] }
    func hasGroup(_ gid: UInt32) -> Bool { groups.values.contains(gid) }
    func userID(named name: String) -> UInt32? { users.first { $0.value == name }?.key }
    func groupID(named name: String) -> UInt32? { groups[name] }
    func humanNames() -> [String] { ["anna", "bert"] }
}

final class ManualClock: Sendable {
    /// 2026-01-05T12:00:00.000Z, a Monday.
    static let start = Instant(milliseconds: 1_767_614_400_000)

    private let instant = Mutex(start)

    var now: Instant { instant.withLock { $0 } }

    func pass(_ span: Instant.Span) {
        instant.withLock { $0 = $0 + span }
    }
}

/// The simulated error of the wall clock, until it is accepted.
final class ClockJump: Sendable {
    let state = Mutex<ClockState>(.agrees)
}

/// The events that the daemon reported.
final class Events: Sendable {
    private let list = Mutex<[DaemonEvent]>([])
    private let hasReport = DispatchSemaphore(value: 0)

    var all: [DaemonEvent] { list.withLock { $0 } }

    /// The events other than audit entries and failed calls, as text.
    var others: [String] {
        all.compactMap { event in
            switch event {
            case .audit, .callFailed: nil
            default: "\(event)"
            }
        }
    }

    /// The calls that were answered `internalError`: `METHOD by UID: CAUSE`.
    var failedCalls: [String] {
        all.compactMap { event in
            guard case .callFailed(let method, let user, let cause) = event else { return nil }
            return "\(method) by \(user): \(cause)"
        }
    }

    /// The reports of the sweeps' runs.
    var reports: [SweepReport] {
        all.compactMap { event in
            if case .sweep(let report) = event { report } else { nil }
        }
    }

    func add(_ event: DaemonEvent) {
        list.withLock { $0.append(event) }
        if case .sweep = event { hasReport.signal() }
    }

    /// Waits until there are more than `count` reports.
    func waitForReport(after count: Int) {
        while reports.count <= count { hasReport.wait() }
    }
}

/// A folder that accepts every name; the in-memory store makes the files. A copy called `unreadable` cannot be read
/// back.
struct Backups: BackupFolder {
    static let unreadable = "/tmp/kw-unreadable-\(getpid())"

    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String) {
        let path = name == "unreadable" ? Self.unreadable : "/nowhere/\(name)"
        try copy(path)
        if path == Self.unreadable { throw .failed(.backupStep("read back"), cause: "read of the backup") }
        return (path, 1, "00")
    }
}

extension PepperSet {
    static let first = PepperSet(current: Pepper(bytes: [UInt8](repeating: 1, count: 32)))
    /// ``first``, retired.
    static let second = PepperSet(
        current: Pepper(bytes: [UInt8](repeating: 2, count: 32)), retired: [first.current])
}
