import Glibc
import KeywardServer
import Testing

@Suite struct SocketServerTests {
    @Test func answersALine() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("hello\n")
        #expect(client.readLines(1) == "hello\n")
    }

    @Test func answersInOrderAroundADeferredCall() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("a\nlater b\nc\nlater d\nlater e\nf\n")
        #expect(client.readLines(6) == "a\nlater b\nc\nlater d\nlater e\nf\n")
    }

    @Test func aHalfClosedClientGetsAllReplies() throws {
        let server = try EchoServer()
        let client = try SocketClient(server.path)
        client.write("later a\nb\n\nlast")
        client.endWriting()
        #expect(client.readAll() == "later a\nb\nlast\n")
    }
}
