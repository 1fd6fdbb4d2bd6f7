import Dispatch
import Glibc
import Synchronization
import Testing

@testable import KeywardServer

struct WorkThreadTests {
    @Test func workIsDoneInOrderOnOneThread() {
        let thread = WorkThread("keyward.test", nice: 0)
        let done = Mutex<[(number: Int, thread: pthread_t)]>([])
        let all = DispatchSemaphore(value: 0)
        for number in 0..<1_000 {
            thread.async {
                done.withLock { $0.append((number, pthread_self())) }
                if number == 999 { all.signal() }
            }
        }
        all.wait()
        let (numbers, threads) = done.withLock { ($0.map(\.number), Set($0.map(\.thread))) }
        #expect(numbers == Array(0..<1_000))
        #expect(threads.count == 1 && !threads.contains(pthread_self()))
    }

    @Test func theThreadHasItsNiceValueAndNoOtherThreadHas() {
        let own = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        let thread = WorkThread("keyward.test", nice: 5)
        let nice = Mutex<Int32>(0)
        let read = DispatchSemaphore(value: 0)
        thread.async {
            nice.withLock { $0 = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
            read.signal()
        }
        read.wait()
        #expect(nice.withLock { $0 } == own + 5)
        #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) == own)
    }

    @Test func workThatWaitsIsDoneAfterItsOwnerHasGone() {
        let (started, release, done) =
            (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        do {
            let thread = WorkThread("keyward.test", nice: 0)
            thread.async {
                started.signal()
                release.wait()
            }
            started.wait()
            thread.async { done.signal() }
        }
        release.signal()
        done.wait()
    }
}
