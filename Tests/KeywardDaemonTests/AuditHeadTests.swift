import KeywardCore
import Testing

@testable import keywardd

struct AuditHeadTests {
    private func head(_ seq: Int64) -> AuditHead {
        AuditHead(seq: seq, hash: Digest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: Int64($0) &+ seq) })!)
    }

    @Test func theFileOfANewChainHoldsItsStartAndHasItsLength() throws {
        try withStateFolder { folder, files in
            let file = try AuditHeadFile(in: folder, chainIsNew: true)
            defer { file.close() }
            #expect(try file.read() == .start)
            #expect(files.mode(of: "audit-head") == 0o600)
            #expect(files.read("audit-head")?.count == 2 * AuditHead.lineLength)
        }
    }

    @Test func aFileThatIsMissingBesideEntriesIsMadeWithTheFirstHeadThatIsWritten() throws {
        try withStateFolder { folder, files in
            let file = try AuditHeadFile(in: folder, chainIsNew: false)
            defer { file.close() }
            #expect(try file.read() == nil)
            #expect(files.read("audit-head") == nil)
            for seq in [8, 9] as [Int64] {
                try file.write(head(seq))
                #expect(try file.read() == head(seq))
            }
            #expect(files.read("audit-head")?.count == 2 * AuditHead.lineLength)
        }
    }

    @Test(arguments: [[], [0], [UInt8](repeating: 0, count: 1_024), [UInt8](repeating: 65, count: 2_000)] as [[UInt8]])
    func aFileIsEmptyOrDamagedButNeverTakenForWhole(bytes: [UInt8]) throws {
        try withStateFolder { folder, files in
            try files.write(bytes, to: "audit-head")
            let found = try AuditHeadFile.look(in: folder, for: AuditHeadFile.name)
            #expect(found == (bytes.isEmpty ? .none : .damaged))
            #expect(files.read("audit-head") == bytes)
        }
    }

    @Test func theLatestHeadIsReadAfterEachWriteAndByTheNextStart() throws {
        try withStateFolder { folder, _ in
            let file = try AuditHeadFile(in: folder, chainIsNew: true)
            for seq in [1, 2, 3, 9, Int64.max] as [Int64] {
                try file.write(head(seq))
                #expect(try file.read() == head(seq))
            }
            try file.synchronize()
            file.close()
            let again = try AuditHeadFile(in: folder, chainIsNew: true)
            defer { again.close() }
            #expect(try again.read() == head(.max))
        }
    }

    @Test func aTornWriteAtAnyByteLeavesTheHeadBefore() throws {
        try withStateFolder { folder, files in
            let file = try AuditHeadFile(in: folder, chainIsNew: true)
            for seq in [4, 5, 6] as [Int64] { try file.write(head(seq)) }
            file.close()
            let old = try #require(files.read("audit-head"))
            // 4 and 6 are in the first slot, 5 in the second.
            let place = AuditHead.lineLength
            let new = head(7).line
            for cut in 1..<90 {
                let torn = old.prefix(place) + new.prefix(cut) + old.dropFirst(place + cut)
                try files.write(Array(torn), to: "audit-head")
                let again = try AuditHeadFile(in: folder, chainIsNew: true)
                #expect(try again.read() == head(6), "cut after byte \(cut)")
                again.close()
            }
        }
    }

    /// Changes that share a transaction advance the head by several entries.
    @Test(arguments: [[2, 4, 6], [1, 3, 5, 7], [10, 20, 22]] as [[Int64]])
    func thePlacesTakeTurnsHoweverFarTheHeadGoesOn(seqs: [Int64]) throws {
        try withStateFolder { folder, files in
            let file = try AuditHeadFile(in: folder, chainIsNew: true)
            defer { file.close() }
            for seq in seqs { try file.write(head(seq)) }
            let bytes = try #require(files.read("audit-head"))
            let lines = [bytes.prefix(AuditHead.lineLength), bytes.dropFirst(AuditHead.lineLength)]
            #expect(Set(lines.map { AuditHead(line: $0[...])?.seq }) == Set(seqs.suffix(2)))
        }
    }

    @Test(arguments: [51, 52, 100] as [Int64]) func aChainThatWasCutShortIsToldOfButOnce(seq: Int64) throws {
        try withStateFolder { folder, _ in
            let file = try AuditHeadFile(in: folder, chainIsNew: true)
            for seq in [100, 101] as [Int64] { try file.write(head(seq)) }
            file.close()
            let again = try AuditHeadFile(in: folder, chainIsNew: true)
            defer { again.close() }
            #expect(try again.read() == head(101))
            try again.write(head(seq))
            #expect(try again.read() == head(seq))
        }
    }

    @Test func aFileOfSomethingElseIsReplacedWithTheFirstHeadOnly() throws {
        try withStateFolder { folder, files in
            try files.write([UInt8](repeating: 0x41, count: 1_024), to: "audit-head")
            let file = try AuditHeadFile(in: folder, chainIsNew: false)
            defer { file.close() }
            #expect(throws: AuditHeadDamaged.self) { try file.read() }
            try file.write(head(5))
            #expect(try file.read() == head(5))
        }
    }

    @Test func aLineSurvivesOnlyAsItWasWritten() {
        let line = head(42).line
        #expect(line.count == AuditHead.lineLength)
        #expect(AuditHead(line: line[...]) == head(42))
        for index in 0..<102 {
            var changed = line
            changed[index] ^= 1
            #expect(AuditHead(line: changed[...]) == nil, "byte \(index)")
        }
    }
}
