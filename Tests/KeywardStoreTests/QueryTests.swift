import GRDB
import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardStore

@Suite struct QueryTests {
    let store: SQLiteStore
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    private func plan(_ sql: String) throws -> String {
        try store.pool.read { database in
            let arguments = StatementArguments(repeatElement(1, count: sql.count { $0 == "?" }))
            return try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                .map { $0["detail"] as String }.joined(separator: "; ")
        }
    }

    @Test(
        arguments: [
            (nil, nil, "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
            ("w", nil, "audit_by_workspace (workspace=? AND rowid>? AND rowid<?)"),
            (nil, "k", "audit_by_key (key_id=? AND rowid>? AND rowid<?)"),
            ("w", "k", "audit_by_key (key_id=? AND rowid>? AND rowid<?)"),
        ] as [(String?, String?, String)], [false, true])
    func auditQueriesCostWhatTheyFind(query: (workspace: String?, key: String?, index: String), isNewestFirst: Bool)
        throws
    {
        let query = (
            AuditQuery(workspace: query.workspace, keyID: query.key, isNewestFirst: isNewestFirst, limit: 1),
            query.index
        )
        let found = try plan(AuditTable.sql(for: query.0))
        #expect(found.contains(query.1), "\(found)")
        #expect(!found.contains("TEMP B-TREE") && !found.contains("SCAN"), "\(found)")
    }

    @Test func loadingReadsEachTableOnceInItsOwnOrder() throws {
        for sql in [
            "SELECT digest FROM \(KeyReading.keysInOrder)", UsageTables.totalsSelection, UsageTables.peersSelection,
            UsageTables.fewHoursSelection,
        ] {
            let found = try plan(sql)
            #expect(found.hasPrefix("SCAN") && !found.contains("TEMP B-TREE"), "\(found)")
        }
    }

    /// A year has 8,760 hours: a start must not read those of all keys.
    @Test(arguments: [UsageTables.laterHoursSelection, UsageTables.lastRefusalsSelection])
    func aStartDoesNotReadTheHoursOfAllTime(sql: String) throws {
        let steps = try plan(sql).split(separator: "; ")
        // The names of keys that a step before has found are a table, too.
        #expect(steps.allSatisfy { !$0.hasPrefix("SCAN") || $0 == "SCAN refused" }, "\(steps)")
        #expect(steps.contains { $0.hasPrefix("SEARCH") })
    }

    /// Few hours are read in the order of keys, many by the index.
    @Test(arguments: [0, 1, 3, 4, 5, 9_000] as [Int64])
    func aStartHasTheHoursSinceOneHoweverOldTheOldestIs(age: Int64) throws {
        var records = RandomRecords(seed: UInt64(age))
        var changes = Changes(mark: Instant(milliseconds: 0))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<3).map { _ in records.key(in: 1) }
        try store.commit([changes])
        var usage = UsageFlush(mark: Instant(milliseconds: 10_000 * 3_600_000))
        let numbers = changes.keys.map(\.number)
        usage.hours = numbers.flatMap { key in
            Set([10_000 - age, 9_999, 10_000, 10_001]).map { HourUsage(key: key, hour: $0, valid: 1, refused: 2) }
        }
        try store.flush(usage)
        let found = try store.loadState().openHours
        #expect(Set(found.map { [$0.key, $0.hour] }) == Set(numbers.flatMap { [[$0, 10_000], [$0, 10_001]] }))
        #expect(found.count == 6)
    }

    @Test(arguments: [
        "DELETE FROM usage_hours WHERE hour < ?", "DELETE FROM usage_hours WHERE key = ?",
        "DELETE FROM requests WHERE at < ?", "DELETE FROM requests WHERE key = ?",
    ]) func cleaningUpCostsWhatIsDue(sql: String) throws {
        #expect(try plan(sql.replacing("DELETE", with: "SELECT *")).hasPrefix("SEARCH"))
    }

    @Test(arguments: [
        [], [""], ["a:b"], ["a", "b*", "c"], ["\"", "\\", "\",\"", "]", "\\u0041", "\u{0}\u{1f}\n", "漢👩‍👧"],
    ]) func scopesAreReadBackAsTheyWere(scopes: [String]) throws {
        let text = ScopeText.encode(scopes)
        #expect(Array(text.utf8).withUnsafeBytes { ScopeText.decode($0) } == scopes)
        let sql = "SELECT json_valid(?1) AND json_array_length(?1) = ?2"
        #expect(try store.pool.read { try Bool.fetchOne($0, sql: sql, arguments: [text, scopes.count]) } == true)
    }

    @Test(arguments: ["", "[", "[\"", "[\"a\"", "[\"a\"]x", "[\"a\\", "[\"\\u00zz\"]", "{}", "[\"a\",]"])
    func scopesThatNobodyWroteAreDamage(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { ScopeText.decode($0) } == nil)
    }
}
