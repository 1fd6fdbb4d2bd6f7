import Dispatch
import Glibc
import KeywardBase
import KeywardCore
import KeywardServer

/// Answers each line with itself. A line that starts with `later` is answered from another thread, one with `never` not
/// at all, one with `big` with a million bytes, one with `thread` with its thread, and one with `silent` needs no
/// answer.
struct EchoService: LineService {
    var whenDeferred: @Sendable (String, ReplyToken) -> Void = { line, token in
        if line.hasPrefix("never") { return }
        DispatchQueue.global().async { token.complete(Array((line + "\n").utf8)) }
    }

    func makeHandler() -> EchoHandler { EchoHandler(whenDeferred: whenDeferred) }
}

struct EchoHandler: LineHandler {
    static let bigReply = 1_000_000

    var whenDeferred: @Sendable (String, ReplyToken) -> Void
    var batches: [Int] = []

    mutating func answer(
        _ lines: borrowing LineBatch, from peer: PeerCredentials, token: ReplyToken, into output: inout ByteBuffer
    ) -> Progress {
        batches.append(lines.count)
        for index in 0..<lines.count {
            let line = lines.text(index)
            if line.hasPrefix("later") || line.hasPrefix("never") {
                whenDeferred(line, token)
                return .deferred(consumed: index + 1)
            }
            if line.hasPrefix("whoami") {
                output.append(utf8: "\(peer.uid) \(peer.gid) \(peer.pid) \(peer.groups.sorted())\n")
            } else if line == "thread" {
                output.append(utf8: "\(pthread_self())\n")
            } else if line.hasPrefix("big") {
                output.append(utf8: String(repeating: "x", count: Self.bigReply - 1) + "\n")
            } else if !line.hasPrefix("silent") {
                output.append(utf8: line + "\n")
            }
        }
        return .all
    }
}

extension LineBatch {
    func text(_ index: Int) -> String {
        let range = range(index)
        return withBytes { bytes in
            bytes.extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
    }
}

extension TransportRefusals {
    static let test = TransportRefusals(
        lineTooLong: Array("!long\n".utf8), tooManyConnections: Array("!full\n".utf8),
        tooManyConnectionsOfUser: Array("!user\n".utf8), shuttingDown: Array("!down\n".utf8))
}
