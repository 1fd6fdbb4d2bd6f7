import KeywardCore
import Testing

extension StoreContract {
    /// Written records are read back.
    static let records = [
        StoreContract("a new store is empty") { fixture in
            let state = try fixture.store.loadState()
            #expect(state.databaseID.count == 16)
            #expect(state.mark == .distantPast)
            #expect(state.lastKeyNumber == 0)
            #expect(state.workspaces.isEmpty && state.grants.isEmpty && state.requests.isEmpty)
            #expect(state.peppers.isEmpty && state.openHours.isEmpty && state.auditHead == nil)
            #expect(try keys(of: fixture.store).isEmpty)
            #expect(fixture.store.schemaVersion >= 1)
        },
        StoreContract("keys are read back as they were written, in the order of their numbers") { fixture in
            var records = RandomRecords(seed: 1)
            var changes = keys(300, from: &records)
            let written = changes.keys
            changes.keys.shuffle(using: &records.random)
            try fixture.store.commit(changes)
            #expect(try keys(of: fixture.store) == written)
        },
        StoreContract("a changed key replaces the one before, in every part") { fixture in
            var records = RandomRecords(seed: 2)
            let first = keys(300, from: &records)
            try fixture.store.commit(first)
            var second = Changes(mark: Instant(milliseconds: 1))
            second.keys = first.keys.map { records.changed($0) }
            try fixture.store.commit(second)
            #expect(try keys(of: fixture.store) == second.keys)
        },
        StoreContract("an owner without any part is not the same as no owner") { fixture in
            var records = RandomRecords(seed: 3)
            var changes = keys(2, from: &records)
            changes.keys[0].owner = OwnerRecord()
            changes.keys[1].owner = nil
            try fixture.store.commit(changes)
            #expect(try keys(of: fixture.store).map(\.owner) == [OwnerRecord(), nil])
        },
        StoreContract("workspaces, grants, requests, peppers and entries are read back") { fixture in
            var records = RandomRecords(seed: 4)
            var changes = keys(1, from: &records)
            changes.workspaces = (1...9).map { records.workspace($0) }
            let first = Principal(kind: .group, name: "ops", id: 7)
            let second = Principal(kind: .user, name: nil, id: .max)
            let by = Actor(uid: 0, user: "root")
            changes.granted = [first, second].map {
                Grant(workspace: 3, principal: $0, role: .admin, grantedAt: records.instant(), grantedBy: by)
            }
            changes.requests = ["a", "b"].map {
                RequestRecord(workspace: 2, requestID: $0, key: 1, at: records.instant())
            }
            changes.peppers = [records.pepperRecord()]
            changes.audit = (0..<20).map { _ in records.entry() }
            try fixture.store.commit(changes)
            let state = try fixture.store.loadState()
            #expect(state.workspaces == changes.workspaces)
            #expect(state.grants == changes.granted)
            #expect(state.requests == changes.requests)
            #expect(state.peppers == changes.peppers)
            #expect(state.auditHead == changes.audit.last)
            #expect(try fixture.store.auditEntries(matching: AuditQuery(limit: 100)) == changes.audit)
        },
    ]
}
