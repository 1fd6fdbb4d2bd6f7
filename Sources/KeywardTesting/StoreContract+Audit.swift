import KeywardCore
import Testing

extension StoreContract {
    /// Entries are found by workspace and key.
    static let audit = [
        StoreContract("entries are found by workspace, by key and by both, oldest first") { fixture in
            let entries = try write(200, to: fixture.store)
            let queries: [(String?, String?)] = [(nil, nil), ("w1", nil), (nil, "k2"), ("w2", "k2"), ("w9", "k2")]
            for (workspace, key) in queries {
                let expected = entries.filter {
                    (workspace == nil || $0.workspace == workspace) && (key == nil || $0.keyID == key)
                }
                let query = AuditQuery(workspace: workspace, keyID: key, limit: 1_000)
                #expect(try fixture.store.auditEntries(matching: query) == expected)
            }
        },
        StoreContract("entries come page by page, none twice and none left out") { fixture in
            let entries = try write(100, to: fixture.store)
            for workspace in [nil, "w1"] {
                let expected = entries.filter { workspace == nil || $0.workspace == workspace }
                var found: [AuditRecord] = []
                while true {
                    let query = AuditQuery(workspace: workspace, after: found.last?.seq ?? 0, limit: 7)
                    let page = try fixture.store.auditEntries(matching: query)
                    #expect(page.count <= 7)
                    if page.isEmpty { break }
                    found += page
                }
                #expect(found == expected)
            }
            #expect(try fixture.store.auditEntries(matching: AuditQuery(limit: 0)).isEmpty)
        },
        StoreContract("the newest entries come first if that is asked for, page by page") { fixture in
            let entries = try write(100, to: fixture.store)
            for workspace in [nil, "w1"] {
                let expected = entries.filter { workspace == nil || $0.workspace == workspace }.reversed()
                var found: [AuditRecord] = []
                while true {
                    let query = AuditQuery(
                        workspace: workspace, after: 10, before: found.last?.seq ?? .max, isNewestFirst: true, limit: 7)
                    let page = try fixture.store.auditEntries(matching: query)
                    if page.isEmpty { break }
                    found += page
                }
                #expect(found == expected.filter { $0.seq > 10 })
            }
        },
        StoreContract("a visit sees every entry in order, and ends when it is told to") { fixture in
            let entries = try write(50, to: fixture.store)
            var seen: [AuditRecord] = []
            try fixture.store.visitAudit { entry in
                seen.append(entry)
                return true
            }
            #expect(seen == entries)
            seen = []
            try fixture.store.visitAudit { entry in
                seen.append(entry)
                return seen.count < 3
            }
            #expect(seen == Array(entries[..<3]))
        },
        StoreContract("a visit sees one state, whatever is committed meanwhile") { fixture in
            let entries = try write(20, to: fixture.store)
            var records = RandomRecords(seed: 41)
            for _ in entries { _ = records.entry() }
            var seen = 0
            try fixture.store.visitAudit { _ in
                seen += 1
                if seen == 5 {
                    var changes = Changes(mark: Instant(milliseconds: 0))
                    changes.audit = [records.entry()]
                    #expect(throws: Never.self) { try fixture.store.commit(changes) }
                }
                return true
            }
            #expect(seen == 20)
            #expect(try fixture.store.loadState().auditHead?.seq == 21)
        },
    ]

    /// Commits `count` entries of three workspaces and four keys, and some without either.
    private static func write(_ count: Int, to store: any KeyStore) throws -> [AuditRecord] {
        var records = RandomRecords(seed: 40)
        var changes = Changes(mark: Instant(milliseconds: 0))
        changes.audit = (0..<count).map { index in
            records.entry(
                workspace: index % 5 == 0 ? nil : "w\(index % 3)", keyID: index % 7 == 0 ? nil : "k\(index % 4)")
        }
        try store.commit(changes)
        return changes.audit
    }
}
