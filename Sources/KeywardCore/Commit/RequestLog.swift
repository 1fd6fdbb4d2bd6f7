import Synchronization

/// The requests that created a key within the last 30 days, by workspace and `requestId`.
package final class RequestLog: Sendable {
    package struct ID: Hashable, Sendable {
        var workspace: Int64
        var requestID: String

        init(workspace: Int64, requestID: String) {
            (self.workspace, self.requestID) = (workspace, requestID)
        }

        init(_ record: RequestRecord) { self.init(workspace: record.workspace, requestID: record.requestID) }
    }

    /// How long a `requestId` is remembered.
    static let window: Instant.Span = .days(30)

    private let records: Mutex<[ID: RequestRecord]>

    init(_ records: [RequestRecord]) {
        self.records = Mutex(Dictionary(records.map { (ID($0), $0) }, uniquingKeysWith: { _, last in last }))
    }

    subscript(id: ID) -> RequestRecord? { records.withLock { $0[id] } }

    /// Applies a change's writes about requests.
    func apply(_ changes: Changes) {
        records.withLock { records in
            if let before = changes.forgetRequestsBefore { records = records.filter { $0.value.at >= before } }
            if changes.setsBack {
                records = records.mapValues { request in
                    var request = request
                    request.at = min(request.at, changes.mark)
                    return request
                }
            }
            for request in changes.requests { records[ID(request)] = request }
        }
    }
}
