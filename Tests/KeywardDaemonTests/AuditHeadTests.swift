import KeywardCore
import Testing

@testable import keywardd

struct AuditHeadTests {
    private func head(_ seq: Int64) -> AuditHead {
        AuditHead(seq: seq, hash: Digest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: Int64($0) &+ seq) })!)
    }

    @Test func aFreshFileHasNoHead() throws {
        try withStateFolder { folder, files in
            let file = try AuditHeadFile(in: folder)
            defer { file.close() }
            #expect(try file.read() == nil)
            #expect(files.mode(of: "audit-head") == 0o600)
        }
    }

    @Test func theLatestHeadIsReadAfterEachWriteAndByTheNextStart() throws {
        try withStateFolder { folder, _ in
            let file = try AuditHeadFile(in: folder)
            for seq in [1, 2, 3, 9, Int64.max] as [Int64] {
                try file.write(head(seq))
                #expect(try file.read() == head(seq))
            }
            try file.synchronize()
            file.close()
            let again = try AuditHeadFile(in: folder)
            defer { again.close() }
            #expect(try again.read() == head(.max))
        }
    }

    @Test func aTornWriteAtAnyByteLeavesTheHeadBefore() throws {
        try withStateFolder { folder, files in
            let file = try AuditHeadFile(in: folder)
            for seq in [4, 5, 6] as [Int64] { try file.write(head(seq)) }
            file.close()
            let old = try #require(files.read("audit-head"))
            let place = AuditHead.lineLength
            let new = head(7).line
            for cut in 1..<90 {
                let torn = old.prefix(place) + new.prefix(cut) + old.dropFirst(place + cut)
                try files.write(Array(torn), to: "audit-head")
                let again = try AuditHeadFile(in: folder)
                #expect(try again.read() == head(6), "cut after byte \(cut)")
                again.close()
            }
        }
    }

    @Test func aFileOfSomethingElseIsRefused() throws {
        try withStateFolder { folder, files in
            try files.write([UInt8](repeating: 0x41, count: 1_024), to: "audit-head")
            let file = try AuditHeadFile(in: folder)
            defer { file.close() }
            let fault = #expect(throws: StartFault.self) { try file.read() }
            #expect(fault?.status == .configuration)
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
