import Glibc
import Testing

@testable import KeywardSystemd

struct InheritedSocketsTests {
    private let names: Set<String> = ["admin", "verify"]

    @Test(arguments: [[("admin", Int32(3)), ("verify", 4)], [("verify", 4), ("admin", 3)]])
    func namesDecideAndOrderDoesNot(sockets: [(String, Int32)]) throws {
        let found = try InheritedSockets.check(
            sockets.map { (name: $0.0, descriptor: $0.1) }, against: names, isListening: { _ in true })
        #expect(found == ["admin": 3, "verify": 4])
    }

    @Test func aStrangeNameIsRefused() {
        #expect(throws: InheritedSockets.Fault.unexpected(name: "http")) {
            try InheritedSockets.check([("http", 3)], against: names, isListening: { _ in true })
        }
    }

    @Test func aNameTwiceIsRefused() {
        #expect(throws: InheritedSockets.Fault.duplicate(name: "admin")) {
            try InheritedSockets.check([("admin", 3), ("admin", 4)], against: names, isListening: { _ in true })
        }
    }

    @Test func whatDoesNotListenIsRefused() {
        #expect(throws: InheritedSockets.Fault.notListening(name: "admin")) {
            try InheritedSockets.check([("admin", 3)], against: names, isListening: { _ in false })
        }
    }

    @Test func aHandedOverListenerIsTakenOnceAndCloseOnExec() async {
        await #expect(processExitsWith: .success) {
            guard handOver(listening: true) else { exit(0) }
            let sockets = try InheritedSockets.take(named: ["admin", "verify"])
            precondition(sockets == ["verify": 3])
            precondition(fcntl(3, F_GETFD) & FD_CLOEXEC != 0)
            let again = try InheritedSockets.take(named: ["verify"])
            precondition(again.isEmpty)
            exit(0)
        }
    }

    @Test func aHandedOverSocketThatDoesNotListenIsRefused() async {
        await #expect(processExitsWith: .exitCode(7)) {
            guard handOver(listening: false) else { exit(7) }
            do {
                _ = try InheritedSockets.take(named: ["verify"])
            } catch InheritedSockets.Fault.notListening(name: "verify") {
                exit(7)
            }
            exit(0)
        }
    }

    @Test func nothingHandedOverIsNoSockets() async {
        await #expect(processExitsWith: .success) {
            unsetenv("LISTEN_FDS")
            let sockets = try InheritedSockets.take(named: ["verify"])
            precondition(sockets.isEmpty)
        }
    }
}

/// Puts a Unix stream socket where the service manager would, descriptor 3, and sets the environment variables. False
/// in the one process of some fifty in which Dispatch has that descriptor already, and needs it.
private func handOver(listening: Bool) -> Bool {
    guard fcntl(3, F_GETFD) < 0 else { return false }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    // With an empty path the kernel chooses an abstract address.
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sa_family_t>.size))
        }
    }
    precondition(bound == 0)
    if listening { precondition(listen(descriptor, 1) == 0) }
    precondition(descriptor == 3 || dup2(descriptor, 3) == 3)
    setenv("LISTEN_PID", "\(getpid())", 1)
    setenv("LISTEN_FDS", "1", 1)
    setenv("LISTEN_FDNAMES", "verify", 1)
    return true
}
