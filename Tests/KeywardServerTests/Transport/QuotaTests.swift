import Testing

@testable import KeywardServer

@Suite struct QuotaTests {
    private func limits(_ connections: Int, _ perUser: Int, reserved: Int = 2) -> SocketLimits {
        var limits = SocketLimits(lineBytes: 65_536, connections: connections, connectionsPerUser: perUser)
        limits.reserved = reserved
        return limits
    }

    @Test func countsPerUser() {
        let quota = ConnectionQuota(limits(10, 2), ownUser: 900)
        #expect((0..<3).map { _ in quota.admit(1_000) } == [.admitted, .admitted, .userFull])
        #expect(quota.admit(1_001) == .admitted)
        quota.release(1_000)
        #expect(quota.admit(1_000) == .admitted)
        #expect(quota.connections == 3)
    }

    @Test(arguments: [0, 900] as [UInt32]) func keepsRoomForRootAndTheDaemonsOwnUser(user: UInt32) {
        let quota = ConnectionQuota(limits(5, 10), ownUser: 900)
        #expect((0..<4).map { _ in quota.admit(1_000) } == [.admitted, .admitted, .admitted, .socketFull])
        #expect((0..<3).map { _ in quota.admit(user) } == [.admitted, .admitted, .socketFull])
    }

    @Test func refusalsAreBoundedThemselves() {
        let quota = ConnectionQuota(limits(10, 1), ownUser: 900)
        _ = quota.admit(1_000)
        let answers = (0...ConnectionQuota.refusals).map { _ in quota.admit(1_000) }
        #expect(answers.dropLast().allSatisfy { $0 == .userFull })
        #expect(answers.last == .dropped)
        quota.releaseRefused()
        #expect(quota.admit(1_000) == .userFull)
    }

    @Test func aConnectionOverTheUsersQuotaIsToldSoInGoodOrder() throws {
        let server = try EchoServer(limits(10, 2))
        let (one, two) = (try SocketClient(server.path), try SocketClient(server.path))
        server.waitForConnections(2)
        let three = try SocketClient(server.path)
        three.write("a\n")
        #expect(three.readAll() == "!user\n")
        one.endWriting()
        #expect(one.readAll() == "")
        server.waitForConnections(1)
        let four = try SocketClient(server.path)
        four.write("a\n")
        #expect(four.readLines(1) == "a\n")
        two.write("b\n")
        #expect(two.readLines(1) == "b\n")
    }

    @Test func aConnectionOverTheSocketsQuotaIsToldSo() throws {
        let server = try EchoServer(limits(1, 10, reserved: 0))
        let one = try SocketClient(server.path)
        server.waitForConnections(1)
        #expect(try SocketClient(server.path).readAll() == "!full\n")
        one.write("a\n")
        #expect(one.readLines(1) == "a\n")
    }
}
