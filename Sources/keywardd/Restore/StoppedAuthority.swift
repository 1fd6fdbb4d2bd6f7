internal import Glibc
internal import KeywardCore
internal import KeywardServer
internal import KeywardStore

/// An authority over the state of a daemon that does not run, to make changes as the daemon would.
struct StoppedAuthority {
    let authority: Authority
    /// The instant for decisions.
    let now: Instant
    private let store: SQLiteStore
    private let head: AuditHeadFile

    init(_ state: StoppedState, _ policy: Policy) throws(StartFault) {
        var randomness = SystemRandomNumberGenerator()
        let stored: StoredState
        do {
            store = try SQLiteStore(path: state.folder.file("keyward.db"), randomness: &randomness)
            stored = try store.loadState()
        } catch let error as StoreOpenError {
            throw StartFault(error)
        } catch let fault as StoreFault {
            throw StartFault(fault)
        } catch {
            throw StartFault(problem: "\(error)", remedy: "", status: .system)
        }
        head = try AuditHeadFile(in: state.folder, chainIsNew: false)
        let clock = SystemClock(mark: stored.mark, stored: stored.clock, bound: policy.clockBound)
        now = clock.now()
        let accounts = SystemAccounts(monotonic: SystemClock.monotonic)
        let parts = AuthorityParts(
            store: store, peppers: state.peppers, policy: policy, accounts: accounts, headStorage: head,
            daemon: Actor(uid: geteuid(), user: accounts.userName(of: geteuid())),
            renderer: VerdictText.renderer, renderDetails: AuditDetails.render, onAudit: { _ in })
        do throws(AuthorityFault) {
            authority = try Authority.start(parts, state: stored, at: now)
        } catch {
            throw StartFault(error)
        }
    }

    /// Writes all changes to disk.
    func close() {
        try? head.synchronize()
        try? store.close()
    }
}
