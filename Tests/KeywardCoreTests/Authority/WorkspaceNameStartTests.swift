import KeywardCore
import KeywardStore
import KeywardTesting
import Testing

/// A workspace's name means the same workspace in every Unicode form, even if it was stored before normalization.
struct WorkspaceNameStartTests {
    private static let (composed, decomposed) = ("Caf\u{E9}", "Cafe\u{301}")

    @Test func aNameIsStoredInOneFormAndFoundByEach() throws {
        let fixture = try AuthorityFixture()
        let made = try fixture.authority.createWorkspace(
            named: Self.decomposed, plan: nil, tag: "kw", by: .root, at: fixture.now)
        #expect(made.record.name.utf8.elementsEqual(Self.composed.utf8))
        let key = try fixture.create("crm", workspace: Self.decomposed)
        for name in [Self.composed, Self.decomposed] {
            #expect(fixture.verify(key.secret, in: name).code == .valid)
            #expect(try fixture.authority.workspace(named: name, for: .root, at: fixture.now).record == made.record)
        }
        for name in ["Cafe", "caf\u{E9}", "Caf\u{E9}\u{301}", String(repeating: "e\u{301}", count: 400)] {
            #expect(fixture.verify(key.secret, in: name).code == .notFound)
        }
    }

    @Test(arguments: ["acme", "ACME", "Acme"])
    func aNameThatDiffersByCaseOnlyIsAConflict(name: String) throws {
        let fixture = try AuthorityFixture()
        _ = try fixture.authority.createWorkspace(named: "acme", plan: nil, tag: "kw", by: .root, at: fixture.now)
        let refusal = #expect(throws: Refusal.self) {
            try fixture.authority.createWorkspace(named: name, plan: nil, tag: "kw", by: .root, at: fixture.now)
        }
        guard case .conflict = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
    }

    @Test(arguments: [false, true])
    func aStartGivesStoredNamesTheirFormAndTellsOfIt(isOnDisk: Bool) throws {
        let folder = try ScratchFolder()
        var random = SeededGenerator(seed: 1)
        let store: any KeyStore =
            isOnDisk
            ? try SQLiteStore(path: folder.path + "/keyward.db", randomness: &random) : InMemoryStore()
        var changes = Changes(mark: Instant(milliseconds: 0))
        changes.workspaces = ["default", Self.decomposed, Self.composed, "acme\u{200B} "].enumerated().map {
            WorkspaceRecord(
                number: Int64($0.offset + 1), name: $0.element, plan: "standard", tag: "kw",
                createdAt: Instant(milliseconds: 0))
        }
        try store.commit(changes)

        let fixture = try AuthorityFixture(store: store)
        let names = ["default", Self.composed, Self.composed + "-2", "acme"]
        for _ in 0..<2 {
            #expect(fixture.authority.directory.registered.map { Array($0.name.utf8) } == names.map { Array($0.utf8) })
            #expect(try store.loadState().workspaces.map { Array($0.name.utf8) } == names.map { Array($0.utf8) })
            let renamed = fixture.entries.filter { $0.action == "workspace.renamed" }
            #expect(renamed.map(\.workspace) == ["acme", Self.composed + "-2", Self.composed])
            #expect(renamed.allSatisfy { $0.details.contains("formerName") && $0.actor.user == "keyward" })
            try fixture.restart()
        }
        let key = try fixture.create("crm", workspace: Self.composed + "-2")
        #expect(key.view.record.workspace == 3)
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
    }
}
