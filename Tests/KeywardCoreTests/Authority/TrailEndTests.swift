import KeywardCore
import KeywardTesting
import Testing

/// The behaviour of an authority when the end of its audit chain is not stored correctly.
@Suite struct TrailEndTests {
    private let office: AuthorityFixture

    init() throws {
        office = try AuthorityFixture()
        _ = try office.create("a")
    }

    @Test(arguments: [KeptEnd.missing, .damaged])
    func entriesWithoutAKeptEndBarChangesUntilAnOperatorAcknowledgesIt(end: KeptEnd) throws {
        office.head.put(end)
        try office.restart()
        let bar: WriteBar = end == .missing ? .headMissing : .headDamaged
        let count = office.entries.count
        #expect(office.authority.committer.writeBar == bar && !office.authority.committer.canWrite)
        #expect(throws: Refusal.barred(bar)) { try office.create("b") }
        #expect(try office.authority.checkAudit(by: .root).problem != nil)
        #expect(throws: Refusal.self) { try office.authority.acknowledgeTrail(by: .ada, at: office.clock.now) }
        #expect(office.entries.count == count)

        let entry = try office.authority.acknowledgeTrail(by: .root, at: office.clock.now)
        #expect(entry == office.entries.last?.seq && office.actions.last == "audit.acknowledged")
        #expect(office.authority.committer.writeBar == nil && office.authority.committer.canWrite)
        #expect(try office.authority.checkAudit(by: .root).problem == nil)
        _ = try office.create("b")
        try office.restart()
        #expect(office.authority.committer.writeBar == nil)
    }

    @Test func aLostEndIsToldOfUntilAnOperatorAcknowledgesItAndTheTrailKeepsBoth() throws {
        office.head.put(.found(AuditHead(seq: 99, hash: Digest(words: .zero))))
        try office.restart()
        #expect(office.authority.committer.hasUnacknowledgedLoss && office.authority.committer.canWrite)
        _ = try office.create("b")
        try office.restart()
        #expect(office.authority.committer.hasUnacknowledgedLoss)
        #expect(try office.authority.checkAudit(by: .root).problem != nil)
        #expect(try office.authority.acknowledgeTrail(by: .root, at: office.clock.now) != nil)
        #expect(try office.authority.checkAudit(by: .root).problem == nil)
        try office.restart()
        #expect(!office.authority.committer.hasUnacknowledgedLoss)
        #expect(office.actions.filter { AuditNote.isOfLoss($0) } == ["audit.tailMissing", "audit.acknowledged"])
    }

    @Test func withNothingToAcknowledgeThereIsNoEntry() throws {
        let count = office.entries.count
        #expect(try office.authority.acknowledgeTrail(by: .root, at: office.clock.now) == nil)
        #expect(office.entries.count == count)
    }

    @Test(arguments: StateFile.allCases) func aFileThatWasMovedBarsEveryChangeAsLongAsItLasts(file: StateFile) throws {
        office.authority.committer.bar(files: .moved(file))
        #expect(throws: Refusal.barred(.moved(file))) { try office.create("b") }
        #expect(throws: Refusal.barred(.moved(file))) {
            try office.authority.acknowledgeTrail(by: .root, at: office.clock.now)
        }
        office.authority.committer.bar(files: nil)
        _ = try office.create("b")
    }

    @Test func aPepperThatIsNewWhileChangesAreBarredIsNotedWhenTheyAreMadeAgain() throws {
        let old = office.peppers.current
        office.peppers = PepperSet(current: Pepper(bytes: Array(2...33)), retired: [old])
        office.head.put(.missing)
        try office.restart()
        #expect(try office.authority.acknowledgeTrail(by: .root, at: office.clock.now) != nil)
        #expect(office.actions.suffix(2) == ["audit.acknowledged", "pepper.added"])
    }

    @Test func whatAStartHasStoredIsNotStoredAgainWithAnAcknowledgement() throws {
        let old = office.peppers.current
        office.peppers = PepperSet(current: Pepper(bytes: Array(2...33)), retired: [old])
        office.head.put(.found(AuditHead(seq: 99, hash: Digest(words: .zero))))
        try office.restart()
        #expect(office.actions.suffix(2) == ["pepper.added", "audit.tailMissing"])
        #expect(try office.authority.acknowledgeTrail(by: .root, at: office.clock.now) != nil)
        #expect(office.actions.suffix(2) == ["audit.tailMissing", "audit.acknowledged"])
    }

    @Test func onlyEntriesWithoutAnEndBarChanges() {
        for end in [KeptEnd.missing, .damaged, .found(.start)] {
            #expect(WriteBar.ofStart(entries: 0, kept: end) == nil)
        }
        #expect(WriteBar.ofStart(entries: 1, kept: .found(.start)) == nil)
        #expect(WriteBar.ofStart(entries: 1, kept: .missing) == .headMissing)
        #expect(WriteBar.ofStart(entries: 1, kept: .damaged) == .headDamaged)
    }
}
