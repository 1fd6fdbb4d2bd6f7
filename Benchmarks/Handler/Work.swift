import BenchmarkKeys
import KeywardCore
import KeywardProtocol
import KeywardServer

/// Requests in sending order, and the expected replies.
struct Work {
    /// The bytes of one read, its line feeds, and the expected replies.
    struct Read {
        var lines: [UInt8]
        var replies: [UInt8]
        var count: Int
    }

    let reads: [Read]

    /// Every key of `daemon` in turn, in an order drawn from a seed; one request in fifty presents a bad one.
    init(for daemon: Daemon, _ keys: [KeyRecord], linesPerRead: Int, limit: Int, unknownKeys: inout BenchmarkKeys) {
        var order = Array(keys.indices)
        var numbers = Numbers(state: 7)
        order.shuffle(using: &numbers)
        var reads: [Read] = []
        for (place, key) in order.prefix(limit).enumerated() {
            if place % linesPerRead == 0 { reads.append(Read(lines: [], replies: [], count: 0)) }
            var (secret, code) = (daemon.secrets[key], "valid")
            var part = VerdictText.fixedPart(of: keys[key], workspace: "default")
            if place % 50 == 49 {
                part = Array(BenchmarkKeys.noKey.utf8)
                if place % 100 == 49 {
                    (secret, code) = (unknownKeys.unknown(), "notFound")
                } else {
                    (secret, code) = (BenchmarkKeys.mistyped(secret), "malformed")
                }
            }
            let request = #"{"jsonrpc":"2.0","id":\#(place + 1),"method":"keys.verify","params":{"key":"\#(secret)"}}"#
            let head = #"{"jsonrpc":"2.0","id":\#(place + 1),"result":{"valid":\#(code == "valid"),"code":"\#(code)","#
            reads[reads.count - 1].lines += Array((request + "\n").utf8)
            reads[reads.count - 1].replies += Array(head.utf8) + part + Array((#","warnings":[]}}"# + "\n").utf8)
            reads[reads.count - 1].count += 1
        }
        self.reads = reads
    }
}
