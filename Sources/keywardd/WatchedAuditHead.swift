internal import KeywardCore
internal import Synchronization

/// Stores the end of the audit chain, and logs when that starts to fail and when it works again. Changes continue
/// meanwhile, so nothing else would report it.
final class WatchedAuditHead: AuditHeadStorage {
    private let storage: any AuditHeadStorage
    private let log: EventLog
    private let isFailing = Mutex(false)

    init(_ storage: any AuditHeadStorage, log: EventLog) {
        self.storage = storage
        self.log = log
    }

    func read() throws -> AuditHead? { try storage.read() }

    func write(_ head: AuditHead) throws {
        do {
            try storage.write(head)
            note(nil)
        } catch {
            note("\(error)")
            throw error
        }
    }

    private func note(_ failure: String?) {
        let wasFailing = isFailing.withLock { isFailing in
            defer { isFailing = failure != nil }
            return isFailing
        }
        switch (failure, wasFailing) {
        case (let failure?, false):
            log.write(
                .auditHeadNotKept,
                "The end of the audit trail cannot be stored beside the database (\(failure)); changes continue.")
        case (nil, true): log.write(.auditHeadKept, "The end of the audit trail is stored beside the database again.")
        case (_?, true), (nil, false): break
        }
    }
}
