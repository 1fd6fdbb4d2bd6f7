import KeywardCore
import Testing

@testable import keywardd

struct StateWatchTests {
    private let known = Dictionary(
        uniqueKeysWithValues: zip(
            StateFile.allCases, (1...9).map { FileIdentity(device: 1, inode: $0) }))

    @Test func nothingIsWrongWhileEachFileIsFoundAsItIsKnown() {
        #expect(StateWatch.verdict(known) { known[$0] } == nil)
    }

    @Test(arguments: StateFile.allCases)
    func aFileThatIsGoneOrAnotherIsNamed(file: StateFile) {
        let others = [nil, FileIdentity(device: 1, inode: 99), FileIdentity(device: 2, inode: known[file]!.inode)]
        for other in others {
            #expect(StateWatch.verdict(known) { $0 == file ? other : known[$0] } == .moved(file))
        }
    }

    @Test func aFileThatWasNeverThereIsNotMissed() {
        var known = known
        known[.auditHead] = nil
        #expect(StateWatch.verdict(known) { known[$0] } == nil)
        #expect(StateWatch.verdict(known) { _ in nil } == .moved(.folder))
    }
}

struct JournalGapTests {
    private func head(_ seq: Int64) -> AuditHead { AuditHead(seq: seq, hash: Digest(words: .zero)) }

    @Test(arguments: [(1, 4, 3, 3, 0), (0, 2, 2, 2, 0), (5, 1_005, 1_000, 1_000, 0), (5, 1_006, 1_001, 1_000, 1)])
    func whatFollowsTheMarkIsMissing(mark: Int64, end: Int64, count: Int64, written: Int64, leftOut: Int64) {
        let gap = JournalGap.between(.kept(head(mark)), and: head(end), isInChain: true)
        #expect(gap == JournalGap(after: mark, count: count))
        #expect(gap?.written == written && gap?.leftOut == leftOut)
    }

    @Test func withoutAMarkOfThisChainNothingIsKnownToBeMissing() {
        #expect(JournalGap.between(.kept(head(4)), and: head(4), isInChain: true) == nil)
        #expect(JournalGap.between(.kept(head(9)), and: head(4), isInChain: false) == nil)
        #expect(JournalGap.between(.kept(head(2)), and: head(4), isInChain: false) == nil)
        #expect(JournalGap.between(.none, and: head(4), isInChain: false) == nil)
        #expect(JournalGap.between(.damaged, and: head(4), isInChain: false) == nil)
    }
}
