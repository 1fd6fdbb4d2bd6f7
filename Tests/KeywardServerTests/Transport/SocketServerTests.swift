import Glibc
import Synchronization
import Testing

@testable import KeywardServer

/// The loop on real sockets: partial lines, full buffers, and errors.
@Suite struct SocketServerTests {
    @Test func answersALineThatComesInPieces() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        for piece in ["he", "l", "lo\nwo", "rld\n"] { client.write(piece) }
        #expect(client.readLines(2) == "hello\nworld\n")
    }

    @Test func answersManyLinesThatComeTogether() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        let lines = (0..<1_000).map { "\($0)\n" }.joined()
        client.write(lines)
        #expect(client.readLines(1_000) == lines)
    }

    @Test func answersInOrderAroundDeferredCalls() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("a\nlater b\nc\nlater d\nlater e\nf\n")
        #expect(client.readLines(6) == "a\nlater b\nc\nlater d\nlater e\nf\n")
    }

    @Test func aPendingCallHoldsBackItsOwnConnectionOnly() throws {
        let held = Mutex<ReplyToken?>(nil)
        let server = try EchoServer(
            loops: 1, service: EchoService(whenDeferred: { _, token in held.withLock { $0 = token } }))
        let (slow, quick) = (try SocketClient(server.path), try SocketClient(server.path))
        slow.write("a\nlater\nb\n")
        #expect(slow.readLines(1) == "a\n")
        quick.write("c\n")
        #expect(quick.readLines(1) == "c\n")
        held.withLock { $0 }?.complete(Array("1\n".utf8))
        held.withLock { $0 }?.complete(Array("again\n".utf8))
        #expect(slow.readLines(2) == "1\nb\n")
        slow.endWriting()
        #expect(slow.readAll() == "")
    }

    @Test func aReplyToAConnectionThatIsGoneReachesNobodyElse() throws {
        let held = Mutex<[ReplyToken]>([])
        let server = try EchoServer(
            loops: 1, service: EchoService(whenDeferred: { _, token in held.withLock { $0.append(token) } }))
        func waitForCalls(_ count: Int) {
            while held.withLock({ $0.count }) < count { sched_yield() }
        }
        do {
            let gone = try SocketClient(server.path)
            gone.write("later\n")
            waitForCalls(1)
        }
        server.waitForConnections(0)
        let next = try SocketClient(server.path)
        next.write("later\n")
        waitForCalls(2)
        let tokens = held.withLock { $0 }
        tokens[0].complete(Array("stale\n".utf8))
        tokens[1].complete(Array("1\n".utf8))
        next.endWriting()
        #expect(next.readAll() == "1\n")
    }

    @Test func aHalfClosedClientGetsAllReplies() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("later a\nb\n\nbig\nlast")
        client.endWriting()
        let all = try #require(client.readAll())
        #expect(all.hasPrefix("later a\nb\nx"))
        #expect(all.hasSuffix("x\nlast\n"))
        #expect(all.utf8.count == 15 + EchoHandler.bigReply)
    }

    @Test func sendsALargeReplyThroughAFullSocket() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("big\nbig\nbig\na\n")
        let all = try #require(client.readLines(4))
        #expect(all.utf8.count == 3 * EchoHandler.bigReply + 2)
        #expect(all.hasSuffix("x\na\n"))
    }

    @Test func aSlowReaderDoesNotHoldUpAnother() throws {
        let server = try EchoServer(loops: 1)
        let (slow, quick) = (try SocketClient(server.path), try SocketClient(server.path))
        slow.write(String(repeating: "big\n", count: 20))
        quick.write("a\n")
        #expect(quick.readLines(1) == "a\n")
        #expect(slow.readLines(20)?.utf8.count == 20 * EchoHandler.bigReply)
    }

    @Test func takesALineOfTheLimitAndRefusesALongerOneSoThatTheErrorArrives() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        let line = String(repeating: "x", count: 65_536)
        client.write(line + "\n")
        #expect(client.readLines(1) == line + "\n")
        client.write("a\n" + line + line + line + line + "\nb\n")
        #expect(client.readAll() == "a\n!long\n")
    }

    @Test func aResetConnectionIsForgotten() throws {
        let server = try EchoServer(loops: 1)
        do {
            let client = try SocketClient(server.path)
            client.write("big\n")
            #expect(client.readSome(1)?.count == 1)
        }
        server.waitForConnections(0)
        let next = try SocketClient(server.path)
        next.write("a\n")
        #expect(next.readLines(1) == "a\n")
    }

    @Test func knowsWhoIsAtTheOtherEnd() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("whoami\n")
        var groups = [gid_t](repeating: 0, count: 65_536)
        let count = getgroups(Int32(groups.count), &groups)
        let own = groups.prefix(Int(max(0, count))).sorted()
        #expect(client.readLines(1) == "\(geteuid()) \(getegid()) \(getpid()) \(own)\n")
    }

    @Test func dealsConnectionsToTheLoopWithTheFewest() throws {
        let mailboxes = try (0..<3).map { _ in try Mailbox() }
        for _ in 0..<9 { LoopGroup.emptiest(of: mailboxes)?.load.add(1, ordering: .relaxed) }
        #expect(mailboxes.map { $0.load.load(ordering: .relaxed) } == [3, 3, 3])
        mailboxes[1].load.subtract(1, ordering: .relaxed)
        #expect(LoopGroup.emptiest(of: mailboxes) === mailboxes[1])
    }

    @Test func acceptsSomeOfManyThatConnectAtOnce() throws {
        let folder = ShortFolder()
        let listener = try Listener(path: folder.path + "/s")
        let clients = try (0..<40).map { _ in try SocketClient(folder.path + "/s") }
        let quota = ConnectionQuota(.verify, ownUser: geteuid())
        let acceptor = Acceptor(
            socket: listener.socket.number, takesLast: true, orders: try AcceptorOrders(.test), quota: quota,
            group: LoopGroup([try Mailbox()], spread: EveryLoop(serving: 1)))
        var counts: [Int] = []
        repeat { counts.append(quota.connections) } while acceptor.acceptSome() == .some
        #expect(counts == [0, 16, 32] && quota.connections == clients.count)
        for case .accepted(let descriptor, _, _) in acceptor.group.mailboxes[0].take() { close(descriptor) }
    }
}
