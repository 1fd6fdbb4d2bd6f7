package import KeywardCore
import Synchronization

/// An authority with a clock, randomness and accounts that a test controls.
package final class AuthorityFixture {
    package let store: any KeyStore
    package let accounts: FixedAccounts
    /// Initially the end of the store's trail.
    package let head: HeldAuditHead
    package var clock = ManualClock()
    package var random: SeededGenerator
    package var policy: Policy
    package var peppers = PepperSet(current: Pepper(bytes: Array(1...32)))
    package private(set) var authority: Authority
    private let published: AuditLog
    private let ledger: LedgerMaker

    /// Opens the ledger for a start.
    package typealias LedgerMaker = (StoredState) throws -> any UsageLedger

    /// The entries that the authority published when they were written.
    private final class AuditLog: Sendable {
        let entries = Mutex<[AuditRecord]>([])
    }

    /// Starts an authority with `store`.
    package init(
        store: any KeyStore = InMemoryStore(), policy: Policy = Policy(), accounts: FixedAccounts = .ofAnOffice,
        seed: UInt64 = 1, ledger: @escaping LedgerMaker = { _ in UsageMemory() }
    ) throws {
        (self.store, self.accounts, self.policy, self.ledger) = (store, accounts, policy, ledger)
        random = SeededGenerator(seed: seed)
        published = AuditLog()
        head = HeldAuditHead(try store.loadState().auditHead.map { AuditHead(seq: $0.seq, hash: $0.hash) })
        authority = try Self.start(store, policy, accounts, peppers, head, published, ledger, at: clock.now)
    }

    private static func start(
        _ store: any KeyStore, _ policy: Policy, _ accounts: FixedAccounts, _ peppers: PepperSet,
        _ head: HeldAuditHead, _ published: AuditLog, _ ledger: LedgerMaker, at now: Instant
    ) throws -> Authority {
        let state = try store.loadState()
        let parts = AuthorityParts(
            store: store, peppers: peppers, policy: policy, accounts: accounts, headStorage: head,
            daemon: Actor(uid: 990, user: "keyward"), ledger: try ledger(state),
            renderer: Self.renderer, renderDetails: Self.render, nanoseconds: SteppingClock().now,
            onAudit: { entry in published.entries.withLock { $0.append(entry) } })
        return try Authority.start(parts, state: state, at: now)
    }

    /// Loads everything again from the store, as after a stop; `flushing` first stores usage that only memory has.
    package func restart(flushing: Bool = true) throws {
        if flushing { try flush() }
        authority = try Self.start(store, policy, accounts, peppers, head, published, ledger, at: clock.now)
    }

    /// Stores first uses and all usage.
    package func flush() throws {
        try authority.storeFirstUses(at: clock.now)
        while try !authority.flushUsage(limit: 100, at: clock.now) {}
    }

    /// The actions of the published entries.
    package var actions: [String] { published.entries.withLock { $0.map(\.action) } }

    /// The published entries.
    package var entries: [AuditRecord] { published.entries.withLock { $0 } }

    /// Replies that a test can parse: the verdict's numbers, and between them the key's name; instants as numbers.
    package static let renderer = ReplyRenderer(
        phrases: ReplyPhrases(
            start: "", outcomes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ":", ";"], noKey: "",
            endings: ["0", "1", "2", "3", "4", "5", "6", "7"]),
        fixedPart: { key, _ in Array(key.name.utf8) },
        instant: { instant, buffer in
            let digits = String(instant.milliseconds).utf8
            buffer.copyBytes(from: digits)
            return digits.count
        },
        details: { _, _ in }, limit: { _ in [] })

    /// Details as JSON, for texts that need no escapes.
    package static let render: AuditChain.DetailsRenderer = { details in
        let members = details.members.map { member in
            let value =
                switch member.value {
                case .text(let text): "\"\(text)\""
                case .number(let number): "\(number)"
                case .flag(let flag): "\(flag)"
                case .instant(let instant): "\(instant.milliseconds)"
                case .texts(let texts): "\(texts)"
                }
            return "\"\(member.name)\":\(value)"
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}

extension FixedAccounts {
    /// `ada` and `ben` with separate groups, and the common group `ops`; `ada` is a person.
    package static var ofAnOffice: FixedAccounts {
        FixedAccounts(
            users: ["root": 0, "ada": 1_001, "ben": 1_002, "gateway": 998], groups: ["ops": 2_000, "dev": 2_001],
            people: ["ada", "Ada Lovelace"])
    }
}

extension Caller {
    /// Root.
    package static let root = Caller(
        peer: PeerCredentials(uid: 0, gid: 0, pid: 1, groups: []), user: "root", isOperator: true)

    /// A caller that is not an operator.
    package static func user(_ name: String?, _ uid: UInt32, gid: UInt32 = 100, groups: [UInt32] = []) -> Caller {
        Caller(peer: PeerCredentials(uid: uid, gid: gid, pid: 2, groups: groups), user: name, isOperator: false)
    }

    package static let ada = Caller.user("ada", 1_001)
    package static let ben = Caller.user("ben", 1_002)
}

extension PeerCredentials {
    /// A process of an account.
    package static func of(uid: UInt32, gid: UInt32 = 100, groups: [UInt32] = []) -> PeerCredentials {
        PeerCredentials(uid: uid, gid: gid, pid: 2, groups: groups)
    }
}
