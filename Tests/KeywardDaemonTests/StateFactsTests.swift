import KeywardCore
import KeywardStore
import Testing

@testable import keywardd

/// The decision of a start for each state: the rule as a table.
struct StateFactsTests {
    private static let head = KeptHead.kept(AuditHead(seq: 7, hash: Digest(words: .zero)))

    private func facts(
        _ database: DatabaseContent, _ change: (inout StateFacts) -> Void = { _ in }
    ) -> StateFacts {
        var facts = StateFacts(folder: "/s", database: database)
        change(&facts)
        return facts
    }

    private func remedy(_ decision: StartDecision) -> String? {
        if case .refuse(let fault) = decision, fault.status == .configuration { "\(fault)" } else { nil }
    }

    @Test(arguments: [DatabaseContent.missing, .empty, .withoutTables, .filled(newestEntry: 0)])
    func withoutATraceOfEntriesItIsAFirstStart(database: DatabaseContent) {
        #expect(facts(database).decision == .first)
        #expect(facts(database) { $0.auditHead = .kept(.start) }.decision == .first)
        // The files of a start that was interrupted before its first entry.
        #expect(facts(database) { ($0.auditHead, $0.journalMark) = (.kept(.start), .kept(.start)) }.decision == .first)
    }

    @Test(arguments: [DatabaseContent.missing, .empty, .withoutTables, .filled(newestEntry: 0)])
    func aTraceOfEntriesMakesADatabaseWithoutEntriesAFault(database: DatabaseContent) throws {
        for head in [Self.head, .damaged] {
            let text = try #require(remedy(facts(database) { $0.auditHead = head }.decision))
            #expect(text.contains("audit-head") && text.contains("keywardd --init --state-dir /s"))
            #expect(remedy(facts(database) { $0.journalMark = head }.decision)?.contains("journal-mark") == true)
        }
    }

    @Test func aLedgerOrALogIsATraceOnlyWhereTheDatabaseCannotHaveMadeIt() {
        for database in [DatabaseContent.missing, .empty] {
            #expect(remedy(facts(database) { $0.logBytes = 32 }.decision) != nil)
            #expect(remedy(facts(database) { $0.ledger = "/r/usage.ledger" }.decision)?.contains("/r/usage") == true)
        }
        #expect(remedy(facts(.withoutTables) { $0.ledger = "/r/usage.ledger" }.decision) != nil)
        #expect(facts(.withoutTables) { $0.logBytes = 32 }.decision == .first)
        #expect(
            facts(.filled(newestEntry: 0)) { ($0.ledger, $0.logBytes) = ("/r/usage.ledger", 32) }.decision == .first)
    }

    @Test(arguments: [KeptHead.none, .damaged, Self.head, .kept(.start)])
    func aDatabaseWithEntriesIsServedWhateverIsBesideIt(head: KeptHead) {
        let found = facts(.filled(newestEntry: 3)) { ($0.auditHead, $0.logBytes) = (head, 9) }
        #expect(found.decision == .goOn)
    }

    @Test func aFolderNameIsQuotedAndADatabaseOfAnotherNameIsNamed() throws {
        var found = facts(.missing) { $0.auditHead = Self.head }
        found.folder = "/it's here"
        found.otherDatabases = ["old.db"]
        let text = try #require(remedy(found.decision))
        #expect(text.hasSuffix(#"--state-dir '/it'\''s here'"#))
        #expect(text.contains("move it back (/it's here/old.db)"))
    }

    @Test func eachStateFileHasTheOneKindThatItMayHave() {
        for name in StateFolder.ownNames {
            let kinds: [FileKind] = [.missing, .plain(bytes: 3), .folder, .other("a named pipe")]
            let isRefused = kinds.map { StateFolder.fault(of: name, $0, in: "/s") != nil }
            #expect(
                isRefused == (name == "backups" ? [false, true, false, true] : [false, false, true, true]), "\(name)")
        }
    }
}
