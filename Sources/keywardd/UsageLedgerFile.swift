internal import KeywardCore
internal import KeywardStore

/// Finds the ledger that usage is counted in, in the runtime folder. Without one the daemon starts all the same: then
/// a kill loses what was counted since the last flush.
enum UsageLedgerFile {
    static let name = "usage.ledger"

    /// - Parameter folder: systemd's RuntimeDirectory=, which it keeps over restarts, else the one with the sockets.
    static func open(inFolder folder: String?, for state: StoredState, log: EventLog) -> any UsageLedger {
        guard let folder else {
            log.write(
                .ledgerLost,
                """
                There is no usage ledger, for there is no runtime folder: a kill would lose what was counted within \
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
                        "Usage of further keys survives no kill: \(reason). Make room in the runtime folder.")
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

    /// What an operator should know of a ledger that was not kept.
    static func message(_ found: LedgerFile.Found, isFirstStart: Bool) -> String? {
        switch found {
        case .kept: nil
        case .missing:
            isFirstStart ? nil : "The usage ledger is missing, as after a reboot: usage is as the database has it."
        case .foreign:
            "The usage ledger belongs to another database or to another copy of this one: usage is as the database "
                + "has it."
        case .damaged: "The usage ledger is damaged: usage is as the database has it."
        }
    }
}
