// Measures the handler alone, in process, from the bytes of a read to the bytes of its replies: no socket, no other
// thread. Every reply is checked. See docs/performance.md.
import BenchmarkKeys
import Glibc
import KeywardBase
import KeywardCore
import KeywardProtocol
import KeywardServer

func option(_ name: String, _ standard: Int) -> Int {
    let words = CommandLine.arguments
    guard let place = words.firstIndex(of: "--" + name), place + 1 < words.count else { return standard }
    return Int(words[place + 1]) ?? standard
}

/// The CPU time of this thread: other processes disturb it less than the wall clock.
func nanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// The measured code: some reads are parsed, decided and answered, as in the event loop. Profilers filter by its
/// symbol.
@inline(never)
func answerReads(_ reads: ArraySlice<Work.Read>, by bench: Bench) {
    var isTaken = InlineArray<32, Bool>(repeating: false)
    for (place, read) in reads.enumerated() {
        isTaken[place] = read.lines.withUnsafeBytes { bytes in
            withBatch(of: bytes) { bench.handler.take($0, from: bench.peer) }
        }
    }
    for (place, read) in reads.enumerated() {
        if isTaken[place] {
            bench.handler.answerTaken(from: bench.peer, in: read.lines.span, into: &bench.output)
        } else {
            read.lines.withUnsafeBytes { bytes in
                withBatch(of: bytes) {
                    _ = bench.handler.answer($0, from: bench.peer, token: bench.token, into: &bench.output)
                }
            }
        }
    }
}

/// A read has fewer lines than a batch can hold.
func withBatch<R>(of bytes: UnsafeRawBufferPointer, _ body: (borrowing LineBatch) -> R) -> R {
    var framer = LineFramer(limit: 64 << 10)
    var batch = LineBatch(of: bytes)
    _ = batch.collect(with: &framer, atEnd: false)
    return body(batch)
}

final class Bench {
    let handler: RequestHandler
    let peer = PeerCredentials(uid: 998, gid: 998, pid: 1, groups: [])
    let token: ReplyToken
    var output = ByteBuffer(capacity: 1 << 20)

    init(_ daemon: Daemon) {
        handler = RequestService(daemon.server.services, on: .verify).makeHandler()
        token = daemon.token
    }

    /// The nanoseconds for some reads; a wrong reply ends the run.
    func run(_ reads: ArraySlice<Work.Read>) -> Int {
        let start = nanoseconds()
        for first in stride(from: reads.startIndex, to: reads.endIndex, by: 32) {
            answerReads(reads[first..<min(first + 32, reads.endIndex)], by: self)
        }
        let time = nanoseconds() - start
        for read in reads {
            guard !areLimited else {
                dropReplies(read.count)
                continue
            }
            let isGood = output.withUnsafeBytes { found in
                read.replies.withUnsafeBytes { expected in
                    found.count >= expected.count
                        && memcmp(found.baseAddress!, expected.baseAddress!, expected.count) == 0
                }
            }
            guard isGood else {
                print("A reply is not what it must be.")
                exit(1)
            }
            output.removeFirst(read.replies.count)
        }
        return time
    }

    /// Removes the replies to a read of limited keys; they have counts and times.
    private func dropReplies(_ count: Int) {
        for _ in 0..<count {
            let length = output.withUnsafeBytes { found in
                found.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            }
            let isGood = output.withUnsafeBytes { found in
                let line = String(decoding: found.prefix(length), as: UTF8.self)
                return line.contains(#""keyId":null"#) || line.contains(#""credits":{"remaining":9"#)
            }
            guard isGood else {
                print("A reply is not what it must be.")
                exit(1)
            }
            output.removeFirst(length)
        }
    }
}

// Each key with two automatic limits and credits.
let areLimited = option("limited", 0) == 1
let (keys, rounds, lines) = (option("keys", 10_000), option("rounds", 15), option("lines", 16))
let readsAtOnce = max(32, 256 / lines)
let limit = option("requests", 200_000)
var source = BenchmarkKeys(
    pepper: [UInt8](repeating: 7, count: 32), createdAt: Instant(milliseconds: 1_767_614_400_000))
let daemon = try Daemon(keys: keys, from: source, areLimited: areLimited)
let records = (0..<keys).map { _ in source.next().record }
let work = Work(for: daemon, records, linesPerRead: lines, limit: limit, unknownKeys: &source)
let bench = Bench(daemon)
let requests = work.reads.reduce(0) { $0 + $1.count }
var results: [Double] = []
for round in 0...rounds {
    var time = 0
    for start in stride(from: 0, to: work.reads.count, by: readsAtOnce) {
        time += bench.run(work.reads[start..<min(start + readsAtOnce, work.reads.count)])
    }
    try daemon.flush()
    // The first round warms up to the steady state: buffers, caches, earlier usage.
    if round > 0 { results.append(Double(time) / Double(requests)) }
}
results.sort()
if !results.isEmpty {
    let (low, middle, high) = (results[results.count / 4], results[results.count / 2], results[results.count * 3 / 4])
    print("| \(keys) | \(lines) | \(Int(middle.rounded())) (\(Int(low.rounded()))–\(Int(high.rounded()))) |")
}
