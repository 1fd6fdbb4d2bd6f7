import BenchmarkKeys
import Glibc
import KeywardCore
import KeywardProtocol
import KeywardServer

/// A daemon without sockets, with this many keys.
struct Daemon {
    let server: Server
    let secrets: [String]
    private let mailbox: Mailbox
    private let now: @Sendable () -> Instant

    /// The keys and the initial time are the same in every run.
    init(keys: Int, from source: BenchmarkKeys, areLimited: Bool) throws {
        let store = GeneratedStore(keys: keys, from: source, areLimited: areLimited, at: source.createdAt)
        let parts = AuthorityParts(
            store: store, peppers: PepperSet(current: source.pepper), policy: Policy(), accounts: NoAccounts(),
            headStorage: NoHead(), daemon: Actor(uid: 1, user: nil),
            renderer: VerdictText.renderer, renderDetails: AuditDetails.render,
            bootTime: { Self.bootTime() }, onAudit: { _ in })
        let authority = try Authority.start(parts, state: store.loadState(), at: source.createdAt)
        secrets = store.secrets.withLock { $0 }
        mailbox = try Mailbox()
        let lead = Self.wall() - source.createdAt
        let now = { @Sendable in Self.wall() - lead }
        self.now = now
        server = Server(
            authority: authority, version: "0", startedAt: source.createdAt, pid: 1, ownUser: 1, backups: NoBackups(),
            generator: Numbers(state: 1), events: EventHub(), counters: DaemonCounters(), now: now,
            clock: ClockGuard(check: { .agrees }, accept: {}, believed: now), report: { _ in })
    }

    var token: ReplyToken { ReplyToken(mailbox: mailbox, tag: 0, call: 0) }

    /// Takes the new usage, like the flush each second.
    func flush() throws {
        while try !server.authority.flushUsage(limit: 5_000, at: now()) {}
    }

    private static func bootTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static func wall() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

private struct NoAccounts: AccountDirectory {
    func userName(of uid: UInt32) -> String? { nil }
    func currentUserName(of uid: UInt32) -> String? { userName(of: uid) }
    func hasGroup(_ gid: UInt32) -> Bool { false }
    func userID(named name: String) -> UInt32? { nil }
    func groupID(named name: String) -> UInt32? { nil }
    func humanNames() -> [String] { [] }
}

private struct NoHead: AuditHeadStorage {
    func read() -> AuditHead? { nil }
    func write(_ head: AuditHead) {}
}

private struct NoBackups: BackupFolder {
    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String) {
        throw .notFound(.key)
    }
}
