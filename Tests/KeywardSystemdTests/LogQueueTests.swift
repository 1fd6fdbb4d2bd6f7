import Dispatch
import Glibc
import Logging
import Synchronization
import Testing

@testable import KeywardSystemd

struct LogQueueTests {
    /// A log that takes entries only while it is open, and a clock that a test sets.
    private final class Log: Sendable {
        let written = Mutex<[String]>([])
        let time = Mutex(Duration.zero)
        private let isHeld = Mutex(false)
        private let wasWritten = DispatchSemaphore(value: 0)

        func hold() { isHeld.withLock { $0 = true } }

        func open() { isHeld.withLock { $0 = false } }

        func write(_ entry: LogEntry) {
            while isHeld.withLock({ $0 }) { sched_yield() }
            written.withLock { $0.append(entry.message) }
            wasWritten.signal()
        }

        func waitForEntry() { wasWritten.wait() }

        func queue() -> LogQueue {
            LogQueue(
                now: { [self] in time.withLock { $0 } },
                describe: { LogEntry(message: "lost \($0.throttled) \($0.dropped)", level: .warning, metadata: [:]) },
                write: write)
        }
    }

    private func entry(_ message: String, _ importance: LogEntry.Importance = .mirror) -> LogEntry {
        LogEntry(
            message: message, level: .notice, metadata: [LogEntry.importanceKey: .string(importance.rawValue)])
    }

    @Test func entriesAreWrittenInTheirOrder() {
        let log = Log()
        let queue = log.queue()
        for number in 0..<100 { queue.add(entry("\(number)")) }
        queue.flush(within: .seconds(60))
        #expect(log.written.withLock { $0 } == (0..<100).map { "\($0)" })
    }

    /// Adding an entry returns at once in any case: otherwise this test would hang.
    @Test func aLogThatTakesNothingDropsTheMirrorFirstAndTellsHowMuch() {
        let log = Log()
        log.hold()
        let queue = log.queue()
        for number in 0..<5_000 { queue.add(entry("m\(number)")) }
        for number in 0..<3_000 { queue.add(entry("o\(number)", .ordinary)) }
        queue.add(entry("stopped", .essential))
        // 4,096 of the one, 2,048 more of the other.
        #expect(queue.loss == LogQueue.Loss(throttled: 0, dropped: 904 + 952))
        log.open()
        queue.flush(within: .seconds(60))
        let written = log.written.withLock { $0 }
        #expect(written.count == 4_096 + 2_048 + 2)
        #expect(written.suffix(3) == ["o2047", "stopped", "lost 0 1856"])
        queue.add(entry("again"))
        queue.flush(within: .seconds(60))
        #expect(log.written.withLock { $0.last } == "again")
    }

    @Test func anEndDoesNotWaitForALogThatTakesNothing() {
        let log = Log()
        log.hold()
        let queue = log.queue()
        queue.add(entry("a"))
        queue.flush(within: .milliseconds(1))
        #expect(log.written.withLock { $0.isEmpty })
        log.open()
    }

    @Test func whatComesTooFastIsLeftOutAndCountedButNotTheDaemonsOwnLife() {
        let log = Log()
        let queue = log.queue()
        for batch in 0..<11 {
            for number in 0..<1_000 { queue.add(entry("\(batch) \(number)")) }
            if batch < 10 { queue.flush(within: .seconds(60)) }
        }
        queue.add(entry("ready", .essential))
        queue.flush(within: .seconds(60))
        #expect(queue.loss == LogQueue.Loss(throttled: 1_000, dropped: 0))
        let written = log.written.withLock { $0 }
        #expect(written.contains("ready") && written.contains("9 999") && !written.contains("10 0"))
        let sweepMarks = written.filter { $0.hasPrefix("lost ") }.map { Int($0.split(separator: " ")[1]) ?? 0 }
        #expect(sweepMarks.reduce(0, +) == 1_000)
    }

    @Test func aSecondLossWithinThirtySecondsIsToldLater() {
        let log = Log()
        let queue = log.queue()
        func overflow() {
            log.hold()
            for number in 0..<4_100 { queue.add(entry("\(number)")) }
            log.open()
        }
        func drained() -> [String] {
            let written = log.written.withLock { $0 }
            return written.filter { $0.hasPrefix("lost") }
        }
        overflow()
        while drained().isEmpty { log.waitForEntry() }
        #expect(drained() == ["lost 0 4"])
        overflow()
        log.time.withLock { $0 = .seconds(29) }
        // After everything that waits, including the report of the loss.
        queue.add(entry("last", .essential))
        while !log.written.withLock({ $0.contains("last") }) { log.waitForEntry() }
        #expect(drained().count == 1)
        queue.flush(within: .seconds(60))
        #expect(drained() == ["lost 0 4", "lost 0 4"])
    }

    @Test func thePaceIsThatOfJournald() {
        var pace = LogThrottle()
        func admitted(of count: Int, after seconds: Int) -> Int {
            (0..<count).count { _ in pace.admits(at: .seconds(1_000 + seconds)) }
        }
        #expect(admitted(of: 10_001, after: 0) == 10_000)
        #expect(admitted(of: 1_000, after: 1) == 333)
        // It saves up no more than that.
        #expect(admitted(of: 20_000, after: 3_600) == 10_000)
    }
}
