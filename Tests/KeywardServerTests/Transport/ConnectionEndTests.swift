import Testing

@testable import KeywardServer

/// How connections end.
@Suite struct ConnectionEndTests {
    @Test func aHalfClosedClientGetsAllRepliesAlsoToALastLineWithoutALineFeed() throws {
        let driven = try DrivenConnection()
        driven.buffer = 0
        driven.feed("a\nlater\nb\nlater")
        driven.end()
        #expect(!driven.reads)
        driven.complete("1\n")
        driven.complete("2\n")
        #expect(!driven.isClosed)
        driven.accept(100)
        #expect(driven.text == "a\n1\nb\n2\n")
        #expect(driven.isClosed)
    }

    @Test func closesAtOnceWhenAnIdleClientGoes() throws {
        let driven = try DrivenConnection()
        driven.feed("a\n")
        driven.end()
        #expect(driven.isClosed)
    }

    @Test func aLineOverTheLimitGetsOneErrorBehindTheRepliesBeforeIt() throws {
        let driven = try DrivenConnection()
        driven.feedAll("a\nlater\n" + String(repeating: "x", count: 65_537) + "\nb\n")
        #expect(driven.text == "a\n")
        driven.complete("1\n")
        driven.feedAll(String(repeating: "y", count: 100_000))
        #expect(driven.text == "a\n1\n!long\n")
        #expect(driven.isShutDown)
        #expect(driven.reads)
        driven.end()
        #expect(driven.isClosed)
    }

    @Test(arguments: [true, false]) func takesALineOfExactlyTheLimit(isEnded: Bool) throws {
        let driven = try DrivenConnection()
        let line = String(repeating: "x", count: 65_536)
        driven.feedAll(line + (isEnded ? "\n" : ""))
        driven.end()
        #expect(driven.text == line + "\n")
    }

    @Test func whatTheClientStillSendsAfterARefusalIsThrownAwayForASecond() throws {
        let driven = try DrivenConnection()
        driven.refuse("!full\n")
        #expect(driven.text == "!full\n")
        driven.feed("a\nb\n")
        driven.pass(999)
        #expect(!driven.isClosed)
        driven.pass(1)
        #expect(driven.isClosed)
        #expect(driven.text == "!full\n")
    }

    @Test func whatTheClientStillSendsAfterARefusalIsThrownAwayUpTo8MiB() throws {
        let driven = try DrivenConnection()
        driven.refuse("!full\n")
        let piece = [UInt8](repeating: 10, count: 4_096)
        var taken = 0
        while taken < 8 << 20 { taken += driven.feed(piece[...]) }
        #expect(!driven.isClosed)
        driven.feed([10])
        #expect(driven.isClosed)
    }

    @Test func readsOnWhileTheRefusalCannotBeSent() throws {
        let driven = try DrivenConnection()
        driven.buffer = 0
        driven.refuse("!full\n")
        #expect(driven.reads)
        #expect(!driven.isShutDown)
        driven.pass(4_999)
        #expect(!driven.isClosed)
        driven.pass(1)
        #expect(driven.isClosed)
    }

    @Test func aDrainAnswersWhatHasComeAndReadsNoMore() throws {
        let driven = try DrivenConnection()
        driven.feed("a\nlater\nb\n")
        driven.drain()
        #expect(!driven.reads)
        #expect(!driven.isShutDown)
        driven.complete("1\n")
        #expect(driven.text == "a\n1\nb\n")
        #expect(driven.isShutDown)
        driven.end()
        #expect(driven.isClosed)
    }

    @Test func aDrainTellsAClientInTheMiddleOfALineWhy() throws {
        let driven = try DrivenConnection()
        driven.feed("a\npart")
        driven.drain()
        #expect(driven.text == "a\n!down\n")
        #expect(driven.isShutDown)
    }

    @Test(arguments: 0..<300) func everyInterleavingGivesTheRepliesInOrder(seed: Int) throws {
        var random = Seeded(seed)
        let kinds = ["plain", "later", "silent", "", " \r", String(repeating: "z", count: 3_000)]
        let lines = (0..<Int.random(in: 0...80, using: &random)).map { number -> String in
            let kind = kinds.randomElement(using: &random) ?? ""
            return kind.contains(where: { $0 != " " && $0 != "\r" }) ? "\(kind) \(number)" : kind
        }
        let isTooLong = Bool.random(using: &random)
        let last = isTooLong ? String(repeating: "q", count: 70_000) : "last"
        let replies = lines.filter { $0.contains(" ") && !$0.hasPrefix("silent") && !$0.hasPrefix(" ") }
        let expected = (replies + [isTooLong ? "!long" : "last"]).map { $0 + "\n" }.joined()

        let driven = try DrivenConnection()
        driven.buffer = 0
        var pending = lines.filter { $0.hasPrefix("later") }[...]
        var rest = Array((lines + [last]).joined(separator: "\n").utf8)[...]
        var (isEnded, idle) = (false, 0)
        while !driven.isClosed, idle < 1_000 {
            idle += 1
            switch Int.random(in: 0...3, using: &random) {
            case 0 where driven.reads:
                let taken = driven.feed(rest.prefix(Int.random(in: 1...9_000, using: &random)))
                rest = rest.dropFirst(taken)
                if taken > 0 { idle = 0 }
                if rest.isEmpty, !isEnded {
                    isEnded = true
                    driven.end()
                }
            case 1: driven.accept(Int.random(in: 0...9_000, using: &random))
            case 2 where driven.connection.isPending:
                driven.complete((pending.popFirst() ?? "?") + "\n")
                idle = 0
            default: driven.pass(1)
            }
        }
        #expect(driven.isClosed)
        #expect(driven.text == expected)
    }
}
