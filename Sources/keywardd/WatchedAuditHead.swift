internal import KeywardCore
internal import Synchronization

/// Keeps the end of the audit chain, and logs when that begins to fail and when it works again: changes go on
/// meanwhile, so that nobody else would notice.
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
                "The end of the audit trail cannot be kept beside the database (\(failure)); changes go on.")
        case (nil, true): log.write(.auditHeadKept, "The end of the audit trail is kept beside the database again.")
        case (_?, true), (nil, false): break
        }
    }
}
