internal import KeywardCore
internal import KeywardStore

/// Opens the ledger of allowances in the runtime folder: what was spent of limits and credits.
///
/// Windows of limits count on the boot-time clock, so a ledger of another boot is as foreign as that of another
/// database: windows start empty, and credits are those of the database. If there is no ledger, a kill may give back what
/// was spent within the last second, and windows start empty.
enum AllowanceLedgerFile {
    static let name = "allowances.ledger"

    /// - Parameters:
    ///   - folder: systemd's RuntimeDirectory=, which survives restarts, otherwise the folder of the sockets.
    ///   - boot: the id of this boot.
    static func open(
        inFolder folder: String?, for state: StoredState, boot: String, log: EventLog
    ) -> any UsageLedger {
        // Without a folder the ledger of usage has reported it.
        guard let folder else { return UsageMemory() }
        do throws(LedgerFile.Failure) {
            let ledger = try LedgerFile(
                path: folder + "/" + name, databaseID: state.databaseID,
                generation: state.generation &+ number(of: boot),
                onLoss: { reason in
                    log.write(
                        .ledgerLost,
                        """
                        What further keys spend of limits and credits is lost in a kill: \(reason). Make room in the \
                        runtime folder.
                        """)
                })
            if ledger.found == .damaged {
                log.write(
                    .ledgerNotKept,
                    "The ledger of allowances is damaged: windows of limits start empty, credits are those of the database."
                )
            }
            return ledger
        } catch {
            log.write(
                .ledgerLost,
                """
                There is no ledger of allowances (\(error)): a kill may give back what was spent of credits within the \
                last second, and windows of limits start empty. Look at \(folder)/\(name).
                """)
            return UsageMemory()
        }
    }

    /// A number for a boot (FNV-1a, 64 bits).
    private static func number(of boot: String) -> Int64 {
        let hash = boot.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return Int64(bitPattern: hash)
    }
}
