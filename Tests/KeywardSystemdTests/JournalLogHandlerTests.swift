import Glibc
import Logging
import Testing

@testable import KeywardSystemd

struct JournalLogHandlerTests {
    @Test func aLineOnStderrCarriesTheMetadataOfHandlerAndEvent() async {
        await #expect(processExitsWith: .success) {
            let stderr = CapturedStderr()
            var logger = Logger(label: "keyward") { _ in
                JournalLogHandler(take: JournalLogHandler.Destination.prefixedLines.write)
            }
            logger[metadataKey: "pid"] = "1"
            logger[metadataKey: "event"] = "start"
            logger.notice("Ready.", metadata: ["event": "ready"])
            logger.debug("Not at this level.")
            precondition(stderr.text() == "<5>keywardd: Ready. event=ready pid=1\n")
        }
    }

    @Test func onATerminalThereIsNoPriorityPrefix() async {
        await #expect(processExitsWith: .success) {
            let stderr = CapturedStderr()
            let logger = Logger(label: "keyward") { _ in
                JournalLogHandler(take: JournalLogHandler.Destination.plainLines.write)
            }
            logger.warning("Slow.\n<0>kernel: forged")
            precondition(stderr.text() == "keywardd: Slow.\\n<0>kernel: forged\n")
        }
    }

    @Test func theJournalIsSpokenToOnlyIfStderrIsItsOwnStream() async {
        await #expect(processExitsWith: .success) {
            _ = CapturedStderr()
            var status = stat()
            fstat(STDERR_FILENO, &status)
            unsetenv("INVOCATION_ID")
            setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1)
            precondition(JournalLogHandler.Destination.current() == .journal)
            setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino + 1)", 1)
            precondition(JournalLogHandler.Destination.current() == .plainLines)
            setenv("INVOCATION_ID", "0123456789abcdef0123456789abcdef", 1)
            precondition(JournalLogHandler.Destination.current() == .prefixedLines)
        }
    }
}

/// Redirects stderr to a pipe, for a separate process.
private struct CapturedStderr {
    private let readEnd: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        dup2(ends[1], STDERR_FILENO)
        close(ends[1])
        readEnd = ends[0]
    }

    /// The text written so far, at least one byte.
    func text() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(readEnd, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
