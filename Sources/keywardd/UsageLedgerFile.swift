internal import KeywardCore
internal import KeywardStore

/// Opens the usage ledger in the runtime folder. If that fails, the daemon starts without it: then a kill loses the
/// counts since the last flush.
enum UsageLedgerFile {
    static let name = "usage.ledger"

    /// - Parameter folder: systemd's RuntimeDirectory=, which survives restarts, otherwise the folder of the sockets.
    static func open(inFolder folder: String?, for state: StoredState, log: EventLog) -> any UsageLedger {
        guard let folder else {
            log.write(
                .ledgerLost,
                """
                There is no usage ledger, because there is no runtime folder: a kill would lose what was counted within \
                the last second. Set RuntimeDirectory= in the unit, or give --run-dir.
                """)
            return UsageMemory()
        }
        do throws(LedgerFile.Failure) {
            let ledger = try LedgerFile(
                path: folder + "/" + name, databaseID: state.databaseID, generation: state.generation,
                onLoss: { reason in
                    log.write(
                        .ledgerLost,
                        "Usage of further keys is lost in a kill: \(reason). Make room in the runtime folder.")
                })
            if let message = message(ledger.found, isFirstStart: state.lastKeyNumber == 0) {
                log.write(.ledgerNotKept, "\(message)", level: ledger.found == .missing ? .notice : nil)
            }
            return ledger
        } catch {
            log.write(
                .ledgerLost,
                """
                There is no usage ledger (\(error)): a kill would lose what was counted within the last second. \
                Look at \(folder)/\(name).
                """)
            return UsageMemory()
        }
    }

    /// The message for an operator about a ledger that was not kept.
    static func message(_ found: LedgerFile.Found, isFirstStart: Bool) -> String? {
        switch found {
        case .kept: nil
        case .missing:
            isFirstStart
                ? nil : "The usage ledger is missing, as after a reboot: usage counts are those of the database."
        case .foreign:
            "The usage ledger belongs to another database or to another copy of this one: usage counts "
                + "are those of the database."
        case .damaged: "The usage ledger is damaged: usage counts are those of the database."
        }
    }
}
