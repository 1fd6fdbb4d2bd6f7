import Glibc
import KeywardBase
import Testing

@testable import KeywardSystemd

struct NotifyTests {
    @Test func aStatusIsOneLine() {
        #expect(Notify.statusField("Ready.\nREADY=1") == "STATUS=Ready.\\nREADY=1")
    }

    @Test func theManagerReceivesEachNoticeAsOneDatagram() async {
        await #expect(processExitsWith: .success) {
            let manager = DatagramSocket()
            setenv("NOTIFY_SOCKET", manager.path, 1)
            Notify.ready(status: "Serving 3 keys.")
            Notify.watchdog()
            Notify.extendTimeout(by: .milliseconds(1_500))
            Notify.stopping(status: "Bye.")
            Notify.reloading()
            let received = (0..<5).map { _ in manager.receive() }
            manager.remove()
            precondition(received[0] == "READY=1\nSTATUS=Serving 3 keys.")
            precondition(received[1] == "WATCHDOG=1")
            precondition(received[2] == "EXTEND_TIMEOUT_USEC=1500000")
            precondition(received[3] == "STOPPING=1\nSTATUS=Bye.")
            precondition(received[4].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        }
    }

    @Test func withoutAManagerNothingHappens() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            Notify.ready(status: "Ready.")
            precondition(Notify.watchdogInterval == nil)
        }
    }

    @Test func theWatchdogIntervalIsTheManagers() async {
        await #expect(processExitsWith: .success) {
            setenv("WATCHDOG_USEC", "30000000", 1)
            setenv("WATCHDOG_PID", "\(getpid())", 1)
            precondition(Notify.watchdogInterval == .seconds(30))
        }
    }
}

/// A bound Unix datagram socket, as a service manager listens on.
private struct DatagramSocket {
    let path: String
    private let descriptor: Int32

    init() {
        path = "/tmp/keyward-notify-\(getpid())"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let bound = UnixSocketAddress(path)?.withPointer { bind(descriptor, $0, $1) }
        precondition(bound == 0)
    }

    func receive() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    func remove() {
        close(descriptor)
        unlink(path)
    }
}
