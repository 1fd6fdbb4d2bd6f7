import Glibc
import KeywardBase
import Testing

@testable import KeywardServer

@Suite struct ListenerTests {
    @Test func takesAPathOf107BytesAndSaysClearlyWhenItIsLonger() throws {
        let folder = ShortFolder()
        let path = folder.path + "/" + String(repeating: "x", count: 107 - folder.path.utf8.count - 1)
        let listener = try Listener(path: path)
        listener.withdraw()
        #expect(access(path, F_OK) != 0)
        let error = #expect(throws: SocketError.pathTooLong(path + "x")) { _ = try Listener(path: path + "x") }
        #expect(error?.description.contains("at most 107") == true)
    }

    @Test func isForItsOwnerAloneUnlessToldOtherwise() throws {
        let folder = ShortFolder()
        let own = try Listener(path: folder.path + "/s")
        let shared = try Listener(path: folder.path + "/t", mode: 0o660)
        #expect(permissions(folder.path + "/s") == 0o600)
        #expect(permissions(folder.path + "/t") == 0o660)
        own.withdraw()
        shared.withdraw()
    }

    @Test func replacesADeadSocket() throws {
        let folder = ShortFolder()
        let path = folder.path + "/s"
        do { _ = try Listener(path: path) }
        #expect(access(path, F_OK) == 0)
        let listener = try Listener(path: path)
        _ = try SocketClient(path)
        listener.withdraw()
    }

    @Test func refusesAPathThatALiveDaemonAnswersOn() throws {
        let server = try EchoServer()
        #expect(throws: SocketError.inUse(server.path)) { _ = try Listener(path: server.path) }
        let client = try SocketClient(server.path)
        client.write("a\n")
        #expect(client.readLines(1) == "a\n")
    }

    @Test func leavesAFileThatIsNoSocketAlone() throws {
        let folder = ShortFolder()
        let path = folder.path + "/s"
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: SocketError.occupied(path)) { _ = try Listener(path: path) }
        #expect(access(path, F_OK) == 0)
    }

    @Test func removesOnlyTheVerySocketThatItMade() throws {
        let folder = ShortFolder()
        let path = folder.path + "/s"
        let first = try Listener(path: path)
        rename(path, folder.path + "/t")
        let second = try Listener(path: path)
        first.withdraw()
        _ = try SocketClient(path)
        second.withdraw()
        #expect(access(path, F_OK) != 0)
    }

    @Test func servesAnInheritedSocketAndNeverRemovesIt() throws {
        let folder = ShortFolder()
        let path = folder.path + "/s"
        let made = try Listener(path: path, mode: 0o640)
        let server = try SocketServer(
            listener: Listener(inherited: dup(made.socket.number)), name: "echo", loops: 1, limits: .verify,
            refusals: .test, service: EchoService())
        do {
            let client = try SocketClient(path)
            client.write("a\n")
            #expect(client.readLines(1) == "a\n")
        }
        server.beginDrain(within: 3_000)
        server.waitUntilDrained()
        #expect(permissions(path) == 0o640)
        made.withdraw()
    }

    @Test func refusesADescriptorThatIsNoListener() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (reading, _) = (ends[0], close(ends[1]))
        #expect(throws: SocketError.notAListener(reading)) { _ = try Listener(inherited: reading) }
        close(reading)
        let unbound = Descriptor(owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        let number = unbound.number
        #expect(throws: SocketError.notAListener(number)) { _ = try Listener(inherited: number) }
    }

    private func permissions(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
