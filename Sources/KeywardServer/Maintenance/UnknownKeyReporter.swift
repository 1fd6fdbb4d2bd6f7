import KeywardCore

/// Reports unknown keys, and texts that are not keys, with the names of the accounts that presented them.
struct UnknownKeyReporter: Sendable {
    private let unknownKeys: UnknownKeys
    private let accounts: any AccountDirectory
    private let reads: ReadQueue
    private let now: @Sendable () -> Instant
    private let report: @Sendable (DaemonEvent) -> Void

    init(
        _ unknownKeys: UnknownKeys, accounts: any AccountDirectory, reads: ReadQueue,
        now: @escaping @Sendable () -> Instant, report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.unknownKeys = unknownKeys
        self.accounts = accounts
        self.reads = reads
        self.now = now
        self.report = report
    }

    /// Reports what is due. The names are looked up on the read threads, because that may take time.
    func reportDue() {
        let due = unknownKeys.take(at: now())
        guard !due.isEmpty else { return }
        reads.runBeside { [accounts, report] in
            for var share in due {
                share.user = accounts.currentUserName(of: share.uid)
                report(.unknownKeys(share))
            }
        }
    }
}
