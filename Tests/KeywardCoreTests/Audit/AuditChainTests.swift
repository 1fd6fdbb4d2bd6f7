import KeywardCore
import KeywardTesting
import Testing

struct AuditChainTests {
    private static let pepper = Pepper(bytes: Array(1...32))

    private func chain(_ count: Int, _ pepper: Pepper = pepper) -> [AuditRecord] {
        var chain = AuditChain(head: .start, pepper: pepper, render: AuthorityFixture.render)
        return (0..<count).map { index in
            let note = AuditNote(
                .keyUpdated, workspace: index % 2 == 0 ? "default" : nil, keyID: index % 3 == 0 ? "key_\(index)" : nil,
                details: AuditDetails().adding("n", .number(Int64(index))).adding("absent", nil))
            let actor = Actor(uid: 5, user: index % 4 == 0 ? nil : "ada")
            return chain.append(note, by: actor, at: Instant(milliseconds: Int64(index)))
        }
    }

    private func verdict(_ records: [AuditRecord], _ peppers: PepperSet = PepperSet(current: pepper)) -> AuditVerifier {
        var verifier = AuditVerifier(keys: peppers.auditKeys([]))
        for record in records {
            guard verifier.visit(record) else { break }
        }
        return verifier
    }

    @Test func anUntouchedChainHolds() {
        let records = chain(20)
        let verifier = verdict(records)
        #expect(verifier.problem == nil)
        #expect(verifier.head == AuditHead(seq: 20, hash: records[19].hash))
        #expect(records.map(\.seq) == Array(1...20))
        #expect(records[0].details == "{\"n\":0}")
    }

    @Test func aChangeOfAnyMemberIsFound() {
        let changes: [(String, (inout AuditRecord) -> Void)] = [
            ("at", { $0.at = $0.at + .seconds(1) }), ("uid", { $0.actor.uid += 1 }),
            ("user", { $0.actor.user = $0.actor.user == nil ? "" : nil }), ("action", { $0.action += "x" }),
            ("workspace", { $0.workspace = $0.workspace == nil ? "" : nil }), ("key", { $0.keyID = "key_other" }),
            ("details", { $0.details += " " }), ("hash", { $0.hash.words[2] ^= 1 }),
        ]
        for place in 0..<6 {
            for (name, change) in changes {
                var records = chain(6)
                change(&records[place])
                #expect(verdict(records).problem?.entry == Int64(place + 1), "\(name) of \(place)")
            }
        }
    }

    @Test func textCannotMoveFromOneMemberToTheNext() {
        var records = chain(3)
        (records[0].workspace, records[0].keyID) = ("defaultkey_0", "")
        #expect(verdict(records).problem != nil)
    }

    @Test func aGapIsFound() {
        for place in 0..<5 {
            var records = chain(6)
            records.remove(at: place)
            #expect(verdict(records).problem == .entriesMissing(Int64(place + 1)...Int64(place + 1)))
        }
    }

    @Test func anotherOrderIsFound() {
        for place in 0..<5 {
            var records = chain(6)
            records.swapAt(place, place + 1)
            #expect(verdict(records).problem != nil)
        }
        var twice = chain(4)
        twice.insert(twice[1], at: 2)
        #expect(verdict(twice).problem == .outOfOrder(2, after: 2))
    }

    @Test func renumberedEntriesAreFound() {
        var records = chain(6)
        records.remove(at: 2)
        for index in 2..<5 { records[index].seq -= 1 }
        #expect(verdict(records).problem?.entry == 3)
    }

    @Test func withoutItsPepperNothingIsProven() {
        let other = Pepper(bytes: [UInt8](repeating: 9, count: 32))
        #expect(verdict(chain(3), PepperSet(current: other)).problem == .pepperMissing(1))
        var forged = chain(3, other)
        for index in forged.indices { forged[index].pepper = Self.pepper.id }
        #expect(verdict(forged).problem?.entry == 1)
        #expect(verdict(chain(3), PepperSet(current: other, retired: [Self.pepper])).problem == nil)
    }

    @Test func aCutTailIsFoundAtTheNextStartAndEverAfter() throws {
        let store = InMemoryStore()
        let fixture = try AuthorityFixture(store: store)
        try fixture.create("a")
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
        // The stored end is later than the database: its tail is missing.
        fixture.head.write(AuditHead(seq: 99, hash: Digest(words: SIMD4(repeating: 1))))
        #expect(try fixture.authority.checkAudit(by: .root).problem == .endMissing)
        try fixture.restart()
        #expect(fixture.actions.last == "audit.tailMissing")
        let after = try fixture.authority.checkAudit(by: .root)
        #expect(after.problem == .lossRecorded)
        try fixture.restart()
        #expect(fixture.actions.filter { $0 == "audit.tailMissing" }.count == 1)
    }

    @Test func anEndThatIsAnotherAtTheSamePlaceOrBeforeIsFoundAtStart() throws {
        for seq in [2, 3] as [Int64] {
            let fixture = try AuthorityFixture()
            try fixture.create("a")
            #expect(try fixture.head.read()?.seq == 3)
            fixture.head.write(AuditHead(seq: seq, hash: Digest(words: .zero)))
            try fixture.restart()
            #expect(fixture.actions.last == "audit.tailMissing")
        }
    }

    @Test func aKeptEndThatLagsIsNoLoss() throws {
        let fixture = try AuthorityFixture()
        let early = try fixture.head.read()
        try fixture.create("a")
        fixture.head.write(try #require(early))
        try fixture.restart()
        #expect(!fixture.actions.contains("audit.tailMissing"))
        #expect(try fixture.authority.checkAudit(by: .root).problem == nil)
    }
}

extension AuditProblem {
    /// The entry concerned.
    fileprivate var entry: Int64? {
        switch self {
        case .outOfOrder(let entry, _), .altered(let entry), .pepperMissing(let entry): entry
        default: nil
        }
    }
}
