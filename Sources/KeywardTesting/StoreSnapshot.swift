package import KeywardCore

/// Everything readable of a store, to compare two of them.
package struct StoreSnapshot: Equatable, Sendable {
    package var databaseID: [UInt8]
    package var mark: Instant
    package var lastKeyNumber: Int64
    package var workspaces: [WorkspaceRecord]
    package var grants: [Grant]
    package var allowances: [AllowanceRecord]
    package var requests: [RequestRecord]
    package var peppers: [PepperRecord]
    package var openHours: [HourUsage]
    package var keys: [KeyRecord] = []
    package var totals: [UsageTotals] = []
    package var peers: [PeerShare] = []
    package var hours: [HourUsage] = []
    package var refusals: [RefusalHour] = []
    package var lastRefusals: [RefusalHour]
    package var audit: [AuditRecord] = []
    package var auditHead: AuditRecord?

    package init(of store: some KeyStore) throws(StoreFault) {
        let state = try store.loadState()
        databaseID = state.databaseID
        mark = state.mark
        lastKeyNumber = state.lastKeyNumber
        workspaces = state.workspaces
        grants = state.grants
        allowances = state.allowances
        requests = state.requests
        peppers = state.peppers
        openHours = state.openHours.sorted { ($0.key, $0.hour) < ($1.key, $1.hour) }
        lastRefusals = state.lastRefusals
        auditHead = state.auditHead
        try store.loadKeys { key in
            keys.append(KeyRecord(key.row))
            totals.append(key.usage)
            peers += key.peers
        }
        for key in keys {
            hours += try store.usage(ofKey: key.number, hours: .min ..< .max)
            refusals += try store.refusals(ofKey: key.number, hours: .min ..< .max)
        }
        try store.visitAudit { entry in
            audit.append(entry)
            return true
        }
    }
}
