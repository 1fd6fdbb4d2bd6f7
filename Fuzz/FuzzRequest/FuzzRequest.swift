import Glibc
import KeywardCore
import KeywardProtocol
import KeywardServer
import KeywardTesting

/// Sends any lines to the verify socket of a daemon in memory. Each request is answered by one line of JSON, and only
/// verifications change anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let replies = daemon.answer(bytes)
    var tape = JSONTape(limits: .reply)
    var lines = 0
    for line in replies.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
        let line = Array(line)
        do { try tape.scan(line.span) } catch { preconditionFailure("a reply that is no JSON: \(error)") }
        lines += 1
    }
    precondition(replies.isEmpty || replies.last == UInt8(ascii: "\n"))
    precondition(lines == owed(bytes), "\(lines) replies")
    precondition(daemon.store.writes.commits == daemon.commits)
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
private let daemon = Daemon()

private struct Daemon: Sendable {
    let store = InMemoryStore()
    let commits: Int
    private let server: Server
    private let mailbox: Mailbox

    init() {
        let parts = AuthorityParts(
            store: store, peppers: PepperSet(current: Pepper(bytes: Array(repeating: 1, count: 32))), policy: Policy(),
            accounts: Accounts(), headStorage: Head(), daemon: Actor(uid: 1, user: nil),
            renderer: VerdictText.renderer, renderDetails: AuditDetails.render,
            onAudit: { _ in })
        let now = Instant(milliseconds: 1_767_614_400_000)
        guard let state = try? store.loadState(), let mailbox = try? Mailbox(),
            let authority = try? Authority.start(parts, state: state, at: now)
        else { preconditionFailure("the daemon does not start") }
        var random = SeededGenerator(seed: 1)
        let root = Caller(
            peer: PeerCredentials(uid: 0, gid: 0, pid: 1, groups: []), user: "root", isOperator: true)
        for name in ["plain", "scoped"] {
            let attributes = KeyAttributes(scopes: name == "scoped" ? ["read:*"] : [], metadata: #"{"a":1}"#)
            let key = NewKey(name: name, attributes: attributes)
            // The corpus contains these two, which the seed generates again in every run; they unlock nothing.
            _ = try? authority.createKey(key, by: root, at: now, using: &random)
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
        _ = try? authority.committer.perform(
            Operations.ImportKeys(rows, workspace: nil, using: random), by: root, at: now)
        commits = store.writes.commits
        self.mailbox = mailbox
        server = Server(
            authority: authority, version: "0", startedAt: now, pid: 1, ownUser: 1, backups: NoBackups(),
            generator: random, events: EventHub(), now: { now },
            clock: ClockGuard(check: { .agrees }, accept: {}, believed: { now }), report: { _ in })
    }

    func answer(_ bytes: [UInt8]) -> [UInt8] {
        var connection = Connection(bounds: ConnectionBounds(.verify), now: 0)
        var handler = RequestService(server.services, on: .verify).makeHandler()
        let peer = PeerCredentials(uid: 9, gid: 9, pid: 9, groups: [])
        connection.receive(now: 0) { buffer in
            buffer.copyBytes(from: bytes)
            return bytes.count
        }
        connection.endInput()
        if connection.take(by: &handler, from: peer) > 0 { connection.answerTaken(by: &handler, from: peer) }
        var replies: [UInt8] = []
        repeat {
            if connection.isPending { takeMail(for: &connection) }
            connection.answer(
                by: &handler, from: peer,
                token: ReplyToken(mailbox: mailbox, tag: 0, call: connection.call),
                refusals: TransportRefusals(.verify), now: 0)
            handler.iterationEnded()
            let sent = connection.withOutput { Array($0) }
            replies += sent
            connection.sent(sent.count, now: 0)
        } while connection.isPending || connection.canAnswer && !connection.wants.contains(.close)
        return replies
    }

    private func takeMail(for connection: inout Connection) {
        var waiting = pollfd(fd: mailbox.wake.descriptor, events: Int16(POLLIN), revents: 0)
        precondition(poll(&waiting, 1, 5_000) == 1, "a deferred reply did not come")
        for case .completed(_, let call, let reply) in mailbox.take() {
            connection.complete(call: call, with: reply, now: 0)
        }
    }
}

private struct Accounts: AccountDirectory {
    func userName(of uid: UInt32) -> String? { nil }
    func currentUserName(of uid: UInt32) -> String? { userName(of: uid) }
    func hasGroup(_ gid: UInt32) -> Bool { false }
    func userID(named name: String) -> UInt32? { nil }
    func groupID(named name: String) -> UInt32? { nil }
    func humanNames() -> [String] { [] }
}

private struct Head: AuditHeadStorage {
    func read() -> AuditHead? { nil }
    func write(_ head: AuditHead) {}
}

private struct NoBackups: BackupFolder {
    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String) {
        throw .readOnly(.backupFolder("none"))
    }
}
