import KeywardCore
import Synchronization

/// Checks whether the names of verifiers still mean the accounts to which they were granted.
///
/// A verification asks no name service: it compares numbers. So a check in the background finds the names that mean
/// other accounts now, and nobody verifies by their grants any more. A name service that fails changes nothing.
final class VerifierNames: Sendable {
    private struct State {
        var secondsLeft = 0
        var isRunning = false
        var void: Set<Principal> = []
    }

    /// The interval between two checks, in seconds.
    private static let interval = 60

    private let authority: Authority
    private let reads: ReadQueue
    private let report: @Sendable (DaemonEvent) -> Void
    private let state = Mutex(State())

    init(_ authority: Authority, reads: ReadQueue, report: @escaping @Sendable (DaemonEvent) -> Void) {
        self.authority = authority
        self.reads = reads
        self.report = report
    }

    /// Starts a check if one is due, and none runs. To be called once a second.
    func checkWhenDue() {
        let isDue = state.withLock { state in
            state.secondsLeft -= 1
            guard state.secondsLeft < 0, !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
        guard isDue else { return }
        reads.runBeside { [self] in
            check()
            state.withLock { ($0.secondsLeft, $0.isRunning) = (Self.interval, false) }
        }
    }

    /// Looks all names up, which may take time, and adopts the result.
    func check() {
        let roles = Roles(directory: authority.directory, accounts: authority.accounts)
        let grants = authority.directory.verifierGrants
        let void = Set(grants.map(\.principal)).filter { roles.hasOtherMeaning($0) }
        let new = state.withLock { state in
            defer { state.void = void }
            return void.subtracting(state.void)
        }
        authority.registry.setVoidVerifiers(void)
        for grant in grants where new.contains(grant.principal) {
            report(
                .verifierVoid(grant.principal, workspace: authority.directory.workspaces[grant.workspace]?.name ?? ""))
        }
    }
}
