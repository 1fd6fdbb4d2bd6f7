import Testing

@testable import KeywardServer

@Suite struct ConnectionTests {
    @Test func answersEveryLineOfWhatCameAtOnceInOneBatch() throws {
        let driven = try DrivenConnection()
        driven.feed("a\nb\n\n \r\nc\npart")
        #expect(driven.text == "a\nb\nc\n")
        #expect(driven.batches == [3])
        driven.feed("ial\n")
        #expect(driven.text == "a\nb\nc\npartial\n")
    }

    @Test func answersALineThatArrivesByteByByte() throws {
        let driven = try DrivenConnection()
        for byte in Array("one\n\r\ntwo\n".utf8) { driven.feed([byte]) }
        #expect(driven.text == "one\ntwo\n")
    }

    @Test func answersMoreLinesThanABatchHolds() throws {
        let driven = try DrivenConnection()
        let lines = (0..<200).map { "\($0)\n" }.joined()
        driven.feed(lines)
        #expect(driven.text == lines)
        #expect(driven.batches == [64, 64, 64, 8])
    }

    @Test func linesBehindADeferredCallWait() throws {
        let driven = try DrivenConnection()
        driven.feed("a\nlater\nb\nlater\nc\n")
        #expect(driven.text == "a\n")
        driven.complete("1\n")
        #expect(driven.text == "a\n1\nb\n")
        driven.complete("2\n")
        #expect(driven.text == "a\n1\nb\n2\nc\n")
    }

    @Test func aCallIsAnsweredOnce() throws {
        let driven = try DrivenConnection()
        driven.feed("later\n")
        let call = driven.connection.call
        driven.complete("1\n", call: call)
        driven.complete("again\n", call: call)
        driven.feed("later\n")
        driven.complete("late\n", call: call)
        #expect(driven.text == "1\n")
        driven.complete("2\n")
        #expect(driven.text == "1\n2\n")
    }

    @Test func readsToABoundWhileACallIsPending() throws {
        let driven = try DrivenConnection()
        driven.feed("later\n")
        #expect(driven.reads)
        var fed = 0
        while driven.reads, fed < 1 << 20 { fed += driven.feed(Array("0123456789abcde\n".utf8)[...]) }
        #expect(fed == driven.connectionBounds.heldInput)
        driven.complete("1\n")
        #expect(driven.reads)
        #expect(driven.text.utf8.count == 2 + fed)
    }

    @Test func doesNotReadFromAClientThatDoesNotRead() throws {
        let driven = try DrivenConnection()
        driven.buffer = 0
        driven.feed("big\nbig\na\n")
        #expect(!driven.reads)
        driven.feedAll(String(repeating: "later\n", count: 10))
        driven.accept(10)
        #expect(!driven.reads)
        driven.accept(2 * EchoHandler.bigReply)
        #expect(driven.reads)
        #expect(driven.sent.count == 2 * EchoHandler.bigReply + 2)
    }

    @Test func isCutOffFiveSecondsAfterTheLastByteThatTheClientRead() throws {
        let driven = try DrivenConnection()
        driven.buffer = 10
        driven.feed("big\n")
        driven.pass(4_999)
        #expect(!driven.isClosed)
        driven.accept(1)
        driven.pass(4_999)
        #expect(!driven.isClosed)
        driven.pass(1)
        #expect(driven.isClosed)
    }

    @Test func aPartialLineMayTakeTenSecondsHoweverItDrips() throws {
        let driven = try DrivenConnection()
        for _ in 0..<10 {
            driven.feed("x")
            driven.pass(999)
        }
        #expect(!driven.isShutDown)
        driven.pass(10)
        #expect(driven.isShutDown)
        #expect(driven.text == "")
        driven.end()
        #expect(driven.isClosed)
    }

    @Test func everyLineHasItsOwnTenSeconds() throws {
        let driven = try DrivenConnection()
        driven.feed("a")
        driven.pass(9_000)
        driven.feed("\nb")
        driven.pass(9_000)
        driven.feed("\n")
        driven.pass(100_000)
        #expect(driven.text == "a\nb\n")
        #expect(!driven.isShutDown)
    }

    @Test func aPartialLineBehindADeferredCallIsNotTimed() throws {
        let driven = try DrivenConnection()
        driven.feed("later\npart")
        driven.pass(60_000)
        driven.complete("1\n")
        #expect(!driven.isShutDown)
        driven.pass(10_000)
        #expect(driven.isShutDown)
    }

    @Test func anIdleConnectionEndsOnAdminOnly() throws {
        let (admin, verify) = (try DrivenConnection(ConnectionBounds(.admin)), try DrivenConnection())
        admin.feed("a\n")
        verify.feed("a\n")
        admin.pass(299_999)
        #expect(!admin.isShutDown)
        admin.pass(1)
        verify.pass(1_000_000)
        #expect(admin.isShutDown)
        #expect(!verify.isShutDown)
        #expect(verify.connection.deadline == nil)
    }

    @Test func aConnectionWithAPendingCallIsNotIdle() throws {
        let driven = try DrivenConnection(ConnectionBounds(.admin))
        driven.feed("later\n")
        driven.pass(1_000_000)
        driven.complete("1\n")
        #expect(driven.text == "1\n")
        driven.pass(299_999)
        #expect(!driven.isShutDown)
        driven.pass(1)
        #expect(driven.isShutDown)
    }

    @Test func aLateReplyToAConnectionThatIsEndingIsDropped() throws {
        let driven = try DrivenConnection()
        driven.feed("later\n")
        let call = driven.connection.call
        driven.refuse("!down\n")
        driven.complete("1\n", call: call)
        #expect(driven.text == "!down\n")
    }
}

extension DrivenConnection {
    var connectionBounds: ConnectionBounds { ConnectionBounds(.verify) }
}
