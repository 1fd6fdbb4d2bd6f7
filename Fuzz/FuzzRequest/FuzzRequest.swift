import FuzzDaemon
import KeywardCore
import KeywardProtocol
import KeywardServer
import KeywardTesting

/// Sends any lines to the verify socket of a daemon in memory. Each request is answered by one line of JSON, and only
/// verifications change anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let replies = daemon.answer(bytes, on: .verify)
    var tape = JSONTape(limits: .reply)
    var lines = 0
    for line in replies.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
        let line = Array(line)
        do { try tape.scan(line.span) } catch { preconditionFailure("a reply that is no JSON: \(error)") }
        lines += 1
    }
    precondition(replies.isEmpty || replies.last == UInt8(ascii: "\n"))
    precondition(lines == owed(bytes), "\(lines) replies")
    precondition(daemon.store.writes.commits == commits)
    return 0
}

/// The number of reply lines for `bytes`.
private func owed(_ bytes: [UInt8]) -> Int {
    var tape = JSONTape()
    return bytes.split(separator: UInt8(ascii: "\n")).count { line in
        guard !line.allSatisfy({ " \t\r".utf8.contains($0) }) else { return false }
        let line = Array(line)
        switch tape.read(line: line.span) {
        case .refused: return true
        case .request(let request): return request.id != nil
        case .batch(let array):
            var isOwed = false
            tape.forEachElement(of: array) { element in
                let request = try? tape.request(at: element, in: line.span)
                // An invalid request is answered too.
                isOwed = isOwed || request.map { $0.id != nil } ?? true
            }
            return isOwed
        }
    }
}

/// One for all inputs: creating one costs more than a request.
private let daemon = prepared()
private let commits = daemon.store.writes.commits

/// A daemon with the keys of the corpus, which the seed generates again in every run; they unlock nothing.
private func prepared() -> FuzzDaemon {
    let daemon = FuzzDaemon()
    var random = SeededGenerator(seed: 1)
    let root = Caller(peer: PeerCredentials(uid: 0, gid: 0, pid: 1, groups: []), user: "root", isOperator: true)
    for name in ["plain", "scoped", "limited"] {
        var key = NewKey(
            name: name, attributes: KeyAttributes(scopes: name == "scoped" ? ["read:*"] : [], metadata: #"{"a":1}"#))
        if name == "limited" {
            key.attributes.addresses = "10.0.0.0/8 2001:db8::/32"
            key.allowance.limits = [
                RateLimit(name: "r", limit: 1_000_000_000, window: .seconds(60)),
                RateLimit(name: "n", limit: 3, window: .seconds(1), isAutomatic: false),
            ]
            key.allowance.credits = .set(remaining: 1_000_000_000_000, adding: 0, refill: nil)
        }
        _ = try? daemon.authority.createKey(key, by: root, at: daemon.clock.now, using: &random)
    }
    // Two more that another issuer made, so that every text is looked up as an imported key.
    let foreign = [
        (ImportFormat.sha256, "sk_live_4eC39HqLyjWDarjtT1zdp7dc"),
        (.seam, "mycompany_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG"),
    ]
    let rows = foreign.compactMap { format, secret in
        Array(secret.utf8).withUnsafeBytes { ForeignDigest(format, ofSecret: $0) }.map {
            ImportRow(name: "\(format.word)", digest: $0)
        }
    }
    _ = try? daemon.authority.committer.perform(
        Operations.ImportKeys(rows, workspace: nil, using: random), by: root, at: daemon.clock.now)
    return daemon
}
