import Glibc
import KeywardSystemd
import Testing

@testable import keywardd

struct ReadySignalTests {
    @Test func theReaderGetsALineAndThenTheEnd() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        try ReadySignal.prepare(ends[1])
        #expect(fcntl(ends[1], F_GETFD) & FD_CLOEXEC != 0)
        ReadySignal.send(ends[1])
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(read(ends[0], &bytes, bytes.count) == 1)
        #expect(bytes[0] == UInt8(ascii: "\n"))
        #expect(read(ends[0], &bytes, bytes.count) == 0)
    }

    @Test func aDescriptorThatIsNotOpenIsRefused() {
        let fault = #expect(throws: StartFault.self) { try ReadySignal.prepare(1_000_000) }
        #expect(fault?.status == .usage)
    }
}
