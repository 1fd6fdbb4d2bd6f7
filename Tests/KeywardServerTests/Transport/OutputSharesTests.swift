import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

@Suite struct OutputSharesTests {
    private static let mebibyte = 1 << 20

    @Test func anAccountThatHoldsItsShareGetsNoMore() {
        let shares = OutputShares(ownUser: 990)
        shares.add(OutputShares.mostOfUser - 1, of: 7)
        #expect(!shares.isUsedUp(by: 7))
        shares.add(1, of: 7)
        #expect(shares.isUsedUp(by: 7) && !shares.isUsedUp(by: 8))
        shares.add(-1, of: 7)
        #expect(!shares.isUsedUp(by: 7))
    }

    @Test(arguments: [0, 990] as [UInt32]) func rootAndTheDaemonsOwnAccountHaveTheWhole(user: UInt32) {
        let shares = OutputShares(ownUser: 990)
        for other: UInt32 in 1...3 { shares.add(OutputShares.mostOfUser, of: other) }
        shares.add(1, of: 4)
        shares.add(8 * Self.mebibyte, of: user)
        #expect(shares.isUsedUp(by: 4) && !shares.isUsedUp(by: user))
        shares.add(8 * Self.mebibyte, of: user)
        #expect(shares.isUsedUp(by: user))
    }

    @Test func anAccountThatHoldsNothingGetsItsReplyInAnyCase() {
        let shares = OutputShares(ownUser: 990)
        for other: UInt32 in 1...4 { shares.add(OutputShares.mostOfUser, of: other) }
        #expect(!shares.isUsedUp(by: 5))
    }

    @Test func whoeverWaitsIsToldWhenThereIsRoomAgain() {
        let sweepMarks = Atomic(0)
        let shares = OutputShares(ownUser: 990) { sweepMarks.add(1, ordering: .relaxed) }
        shares.add(OutputShares.mostOfUser + 1, of: 7)
        shares.add(-1, of: 7)
        #expect(sweepMarks.load(ordering: .relaxed) == 0)
        shares.add(-1, of: 7)
        #expect(sweepMarks.load(ordering: .relaxed) == 1)
    }

    @Test func aRequesterIsCountedUntilItHasReadOrIsGone() {
        let shares = OutputShares(ownUser: 990)
        let requester = Requester(user: 7, sharing: shares)
        requester.hold(100)
        requester.hold(-40)
        #expect(requester.held == 60 && shares.held(by: 7) == 60 && shares.total == 60)
        requester.leave()
        requester.hold(100)
        #expect(requester.held == 0 && shares.total == 0)
    }

    @Test func workWaitsUntilEnoughIsRead() {
        let requester = Requester(user: 7)
        let resumed = Resumed()
        requester.hold(ConnectionBounds.mostHeldOutput - 1)
        requester.whenThereIsCapacity { resumed.count.add(1, ordering: .relaxed) }
        #expect(resumed.value == 1)
        requester.hold(1)
        requester.whenThereIsCapacity { resumed.count.add(1, ordering: .relaxed) }
        #expect(resumed.value == 1)
        requester.hold(-1)
        #expect(resumed.value == 2)
        requester.hold(-1)
        #expect(resumed.value == 2)
    }

    @Test func workForOneThatIsGoneIsNotResumed() {
        let requester = Requester(user: 7)
        let resumed = Resumed()
        requester.hold(ConnectionBounds.mostHeldOutput)
        requester.whenThereIsCapacity { resumed.count.add(1, ordering: .relaxed) }
        requester.leave()
        requester.whenThereIsCapacity { resumed.count.add(1, ordering: .relaxed) }
        #expect(resumed.value == 0)
    }

    private final class Resumed: Sendable {
        let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
    }
}
