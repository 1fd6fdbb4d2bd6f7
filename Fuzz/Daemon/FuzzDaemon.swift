import Glibc
package import KeywardCore
import KeywardProtocol
package import KeywardServer
package import KeywardTesting
import Synchronization

/// A daemon in memory that answers any bytes, as if a connection had sent them and shut down its side.
package struct FuzzDaemon: Sendable {
    package let store: InMemoryStore
    package let clock = FuzzClock()
    package let authority: Authority
    private let server: Server
    private let mailbox: Mailbox
    private static let adminRefusals = TransportRefusals(.admin)
    private static let verifyRefusals = TransportRefusals(.verify)

    package init(keepsChanges: Bool = true) {
        let clock = clock
        store = InMemoryStore(keepsChanges: keepsChanges)
        let parts = AuthorityParts(
            store: store, peppers: PepperSet(current: Pepper(bytes: Array(repeating: 1, count: 32))), policy: Policy(),
            accounts: FixedAccounts(), headStorage: HeldAuditHead(), daemon: Actor(uid: 1, user: nil),
            renderer: VerdictText.renderer, renderDetails: AuditDetails.render,
            bootTime: { clock.now.milliseconds }, onAudit: { _ in })
        guard let state = try? store.loadState(), let mailbox = try? Mailbox(),
            let authority = try? Authority.start(parts, state: state, at: clock.now)
        else { preconditionFailure("the daemon does not start") }
        (self.mailbox, self.authority) = (mailbox, authority)
        server = Server(
            authority: authority, version: "0", startedAt: clock.now, pid: 1, ownUser: 1, backups: NoBackups(),
            generator: SharedGenerator(seed: 2), events: EventHub(), now: { clock.now },
            clock: ClockGuard(check: { .agrees }, accept: {}, believed: { clock.now }), report: { _ in })
    }

    /// The replies to some lines from an account; on the admin socket from root.
    package func answer(_ bytes: [UInt8], on socket: ServedSocket) -> [UInt8] {
        let uid: UInt32 = socket == .admin ? 0 : 9
        let refusals = socket == .admin ? Self.adminRefusals : Self.verifyRefusals
        let peer = PeerCredentials(uid: uid, gid: uid, pid: 9, groups: [])
        var connection = Connection(bounds: ConnectionBounds(socket == .admin ? .admin : .verify), now: 0)
        var handler = RequestService(server.services, on: socket).makeHandler()
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
                refusals: refusals, now: 0)
            handler.iterationEnded()
            let sent = connection.withOutput { Array($0) }
            replies += sent
            connection.sent(sent.count, now: 0)
        } while connection.isPending || connection.canAnswer && !connection.wants.contains(.close)
        return replies
    }

    private func takeMail(for connection: inout Connection) {
        var waiting = pollfd(fd: mailbox.wake.descriptor, events: Int16(POLLIN), revents: 0)
        // The fuzzer's timer interrupts the wait.
        var count: Int32
        repeat { count = poll(&waiting, 1, 5_000) } while count < 0 && errno == EINTR
        precondition(count == 1, "a deferred reply did not come")
        for case .completed(_, let call, let reply) in mailbox.take() {
            connection.complete(call: call, with: reply, now: 0)
        }
    }
}

/// Both the wall clock and the boot-time clock.
package final class FuzzClock: Sendable {
    private let instant = Mutex(Instant(milliseconds: 1_767_614_400_000))

    package var now: Instant { instant.withLock { $0 } }

    package func pass(_ milliseconds: Int64) {
        instant.withLock { $0 = $0 + Instant.Span(milliseconds: milliseconds) }
    }
}

private struct NoBackups: BackupFolder {
    func write(
        _ name: String, while goesOn: () -> Bool, _ copy: (String) throws(Refusal) -> Void
    ) throws(Refusal) -> (path: String, bytes: Int, sha256: String) {
        throw .readOnly(.backupFolder("none"))
    }
}
