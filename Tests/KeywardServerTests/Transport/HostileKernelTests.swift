import Dispatch
import Glibc
import KeywardBase
import Testing

@testable import KeywardServer

/// Failures that the kernel may cause. Each runs in its own process, because limits and signals belong to the process.
@Suite struct HostileKernelTests {
    @Test func withoutADescriptorItWaitsServesTheOthersAndDoesNotSpin() async {
        await #expect(processExitsWith: .success) {
            let server = try EchoServer(loops: 1)
            let one = try SocketClient(server.path)
            one.write("a\n")
            try #require(one.readLines(1) == "a\n")
            let two = Descriptor(owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
            let number = two.number

            // Not the lowest free number: that of a file which another thread has open for a moment is free later.
            try #require((0..<3).allSatisfy { fcntl($0, F_GETFD) >= 0 })
            let before = try setOpenFiles(to: 3)
            try #require(UnixSocketAddress(server.path)?.withPointer { connect(number, $0, $1) } == 0)
            send(number, "b\n", 2, 0)
            let start = processorMilliseconds()
            var waits = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            try #require(poll(&waits, 1, 500) == 0)
            try #require(processorMilliseconds() - start < 100)
            one.write("c\n")
            try #require(one.readLines(1) == "c\n")

            _ = try setOpenFiles(to: before)
            try #require(poll(&waits, 1, 20_000) == 1)
            var reply: [UInt8] = [0, 0, 0]
            try #require(recv(number, &reply, 3, 0) == 2)
        }
    }

    @Test func interruptedCallsAreTakenUpAgain() async {
        await #expect(processExitsWith: .success) {
            let server = try EchoServer(loops: 1)
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in }
            sigaction(SIGUSR1, &action, nil)
            var mask = sigset_t()
            sigemptyset(&mask)
            sigaddset(&mask, SIGUSR1)
            pthread_sigmask(SIG_BLOCK, &mask, nil)
            let client = try SocketClient(server.path)
            for number in 0..<1_000 {
                kill(getpid(), SIGUSR1)
                client.write("later \(number)\n")
                try #require(client.readLines(1) == "later \(number)\n")
            }
            let next = try SocketClient(server.path)
            kill(getpid(), SIGUSR1)
            next.write("a\n")
            try #require(next.readLines(1) == "a\n")
        }
    }

    @Test func writingToAClientThatIsGoneRaisesNoSignal() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let isGone = DispatchSemaphore(value: 0)
            let server = try EchoServer(
                loops: 1,
                service: EchoService(whenDeferred: { _, token in
                    isGone.wait()
                    token.complete(Array("1\n".utf8))
                }))
            let blocker = try SocketClient(server.path)
            blocker.write("later\n")
            do {
                let client = try SocketClient(server.path)
                client.write("a\n")
            }
            isGone.signal()
            try #require(blocker.readLines(1) == "1\n")
            server.waitForConnections(1)
        }
    }
}

/// Limits the process to descriptors below `count`; returns the former limit.
private func setOpenFiles(to count: rlim_t) throws -> rlim_t {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let before = limit.rlim_cur
    limit.rlim_cur = count
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    return before
}

private func processorMilliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
}
