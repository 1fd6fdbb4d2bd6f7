import Testing

@testable import KeywardServer

/// Notifications: their position among the replies, and a client that does not read them.
@Suite struct PushTests {
    /// A connection that has subscribed with its first line.
    private func subscriber(_ bounds: ConnectionBounds = ConnectionBounds(.admin)) throws -> DrivenConnection {
        let driven = try DrivenConnection(bounds)
        driven.feed("later\n")
        driven.subscribe()
        driven.complete("subscribed\n")
        return driven
    }

    /// One that reads nothing, and may have a thousand bytes of unread events.
    private func slowSubscriber() throws -> DrivenConnection {
        var bounds = ConnectionBounds(.admin)
        bounds.unreadPushes = 1_000
        let driven = try subscriber(bounds)
        driven.buffer = 0
        return driven
    }

    @Test func aLineWaitsForTheReplyOfTheCallThatAskedForIt() throws {
        let driven = try DrivenConnection(ConnectionBounds(.admin))
        driven.feed("a\nlater\nb\n")
        driven.subscribe()
        driven.push("1")
        driven.push("2")
        #expect(driven.text == "a\n")
        driven.complete("subscribed\n")
        #expect(driven.text == "a\nsubscribed\n<1>\n<2>\nb\n")
    }

    @Test func aLineIsSentAtOnceBesideAnotherPendingCall() throws {
        let driven = try subscriber()
        driven.feed("b\nlater\nc\n")
        driven.push("1")
        #expect(driven.text == "subscribed\nb\n<1>\n")
        driven.complete("2\n")
        #expect(driven.text == "subscribed\nb\n<1>\n2\nc\n")
    }

    @Test func aSecondSubscriptionsLinesWaitForItsReplyToo() throws {
        let driven = try subscriber()
        driven.feed("later\n")
        driven.subscribe()
        driven.push("1")
        #expect(driven.text == "subscribed\n")
        driven.complete("again\n")
        driven.push("2")
        #expect(driven.text == "subscribed\nagain\n<1>\n<2>\n")
    }

    /// Requests byte by byte or at once, and a socket that accepts random amounts: no line is ever broken, and replies
    /// and notifications each keep their order.
    @Test(arguments: 0..<200) func linesAreNeverMixed(seed: Int) throws {
        var random = Seeded(seed)
        let driven = try DrivenConnection(ConnectionBounds(.admin))
        driven.buffer = 0
        let requests = (0..<40).map {
            ($0 == 3 || Int.random(in: 0..<3, using: &random) == 0 ? "later" : "r") + "\($0)\n"
        }
        var rest = Array(requests.joined().utf8)[...]
        var (pushes, calls) = (0, 0)
        while calls < 1_000, !rest.isEmpty || driven.connection.isPending || driven.text.utf8.isEmpty {
            calls += 1
            switch Int.random(in: 0..<4, using: &random) {
            case 0: rest = rest.dropFirst(driven.feed(rest.prefix(Int.random(in: 1...30, using: &random))))
            case 1 where driven.connection.isPending:
                driven.subscribe()
                driven.complete("done\n")
            case 2:
                driven.push("\(pushes)")
                pushes += 1
            default: driven.accept(Int.random(in: 1...50, using: &random))
            }
        }
        driven.accept(1 << 20)
        let lines = driven.text.split(separator: "\n").map(String.init)
        #expect(lines.filter { $0.hasPrefix("<") } == (0..<pushes).map { "<\($0)>" })
        let replies = lines.filter { !$0.hasPrefix("<") }
        #expect(replies == requests.map { $0.hasPrefix("later") ? "done" : String($0.dropLast()) })
        #expect(driven.text.hasSuffix("\n"))
    }

    @Test func aSubscriberIsNeverIdle() throws {
        let driven = try subscriber()
        #expect(driven.connection.deadline == nil)
        driven.pass(1_000_000)
        driven.push("1")
        #expect(driven.text.hasSuffix("<1>\n") && !driven.isClosed && !driven.isShutDown)
    }

    @Test func aSubscriberThatSaysNoMoreStillListens() throws {
        let driven = try subscriber()
        driven.feed("last ")
        driven.end()
        driven.push("1")
        driven.pass(1_000_000)
        driven.push("2")
        #expect(driven.text == "subscribed\nlast \n<1>\n<2>\n")
        #expect(!driven.isShutDown && !driven.isClosed && !driven.reads)
    }

    @Test func oneThatSubscribesWithItsLastWordsListensToo() throws {
        let driven = try DrivenConnection(ConnectionBounds(.admin))
        driven.feed("later")
        driven.end()
        driven.subscribe()
        driven.push("1")
        driven.complete("subscribed\n")
        driven.push("2")
        #expect(driven.text == "subscribed\n<1>\n<2>\n" && !driven.isShutDown)
    }

    @Test(arguments: [false, true]) func aDrainSendsWhatIsPushedUntilTheLastAndThenTheEnd(hasEndedInput: Bool) throws {
        let driven = try subscriber()
        if hasEndedInput { driven.end() }
        driven.buffer = 0
        driven.push("1")
        driven.drain()
        driven.push("2")
        driven.accept(1_000)
        #expect(driven.isAnswered && !driven.isShutDown && !driven.isClosed && !driven.reads)
        driven.push("3")
        driven.buffer = 0
        driven.push("4")
        driven.endPushes()
        driven.push("too late")
        #expect(!driven.isShutDown && !driven.isClosed)
        driven.accept(1_000)
        #expect(driven.text == "subscribed\n<1>\n<2>\n<3>\n<4>\n")
        #expect(hasEndedInput ? driven.isClosed : driven.isShutDown)
    }

    @Test func aDrainedSubscriberHasItsReplyBeforeTheLastLines() throws {
        let driven = try subscriber()
        driven.feed("later\n")
        driven.subscribe()
        driven.drain()
        driven.push("1")
        #expect(!driven.isAnswered)
        driven.complete("again\n")
        #expect(driven.isAnswered && !driven.isShutDown)
        driven.push("2")
        driven.endPushes()
        #expect(driven.text == "subscribed\nagain\n<1>\n<2>\n" && driven.isShutDown)
    }

    @Test func aReplyThatComesBehindTheLastLineIsWaitedFor() throws {
        let driven = try subscriber()
        driven.feed("later\n")
        driven.drain()
        driven.endPushes()
        #expect(!driven.isShutDown)
        driven.complete("done\n")
        #expect(driven.text == "subscribed\ndone\n" && driven.isShutDown)
    }

    @Test func aSubscriberInTheMiddleOfALineIsToldWhyAfterTheLastLines() throws {
        let driven = try subscriber()
        driven.feed("part")
        driven.drain()
        driven.push("1")
        driven.endPushes()
        #expect(driven.text == "subscribed\n<1>\n!down\n" && driven.isShutDown)
    }

    @Test func theEndOfPushesEndsNobodyWhoIsNotDrained() throws {
        let driven = try subscriber()
        driven.endPushes()
        driven.push("1")
        driven.drain()
        driven.push("2")
        #expect(driven.text == "subscribed\n<1>\n<2>\n" && !driven.isShutDown)
    }

    @Test func aDrainedSubscriberThatDoesNotReadIsCutOff() throws {
        let driven = try slowSubscriber()
        driven.drain()
        let line = String(repeating: "x", count: 97)
        for _ in 0..<10 { #expect(driven.push(line)) }
        #expect(!driven.push(line) && driven.isClosed)
        let stalled = try slowSubscriber()
        stalled.drain()
        stalled.push("1")
        #expect(!stalled.pass(ConnectionBounds(.admin).stalledWrite) && stalled.isClosed)
    }

    @Test func whoDoesNotReadIsCutOffAtTheBound() throws {
        let driven = try slowSubscriber()
        let line = String(repeating: "x", count: 97)
        for _ in 0..<10 { #expect(driven.push(line)) }
        #expect(!driven.isClosed)
        #expect(!driven.push(line))
        #expect(driven.isClosed)
    }

    @Test func whoTakesNoByteForTooLongIsCutOff() throws {
        var bounds = ConnectionBounds(.admin)
        bounds.stalledWrite = 5_000
        let driven = try subscriber(bounds)
        driven.buffer = 0
        driven.push("1")
        #expect(driven.pass(4_999))
        #expect(!driven.pass(1) && driven.isClosed)
    }

    @Test func whoIsBehindButReadsIsNotCutOff() throws {
        let driven = try slowSubscriber()
        let line = String(repeating: "x", count: 97)
        for _ in 0..<5 { driven.push(line) }
        for _ in 0..<100 {
            driven.push(line)
            driven.accept(100)
        }
        #expect(!driven.isClosed)
    }

    @Test func aLongReplyThatIsStillBeingReadIsNoReasonToCutOff() throws {
        let driven = try slowSubscriber()
        driven.feed("big\n")
        driven.push("1")
        #expect(!driven.isClosed)
    }

    @Test func linesThatAreHeldAreBoundedToo() throws {
        var bounds = ConnectionBounds(.admin)
        bounds.unreadPushes = 1_000
        let driven = try DrivenConnection(bounds)
        driven.feed("later\n")
        driven.subscribe()
        for _ in 0..<11 { driven.push(String(repeating: "x", count: 97)) }
        #expect(driven.isClosed)
    }

    @Test func nothingIsPushedBehindALastWord() throws {
        let driven = try subscriber()
        driven.refuse("!down\n")
        driven.push("1")
        #expect(driven.text == "subscribed\n!down\n")
    }
}
