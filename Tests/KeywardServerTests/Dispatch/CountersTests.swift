import KeywardCore
import Testing

@testable import KeywardServer

/// What the daemon reports besides its replies: the status line, the log's facts, its counters.
@Suite struct FiguresTests {
    @Test func theStatusLineHasTheFigures() throws {
        let daemon = try InMemoryDaemon()
        daemon.server.run { (SocketCounters(connections: 3), SocketCounters(connections: 4_000)) }
        let secret = try daemon.secret("a")
        for key in [secret, "x"] { _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(key)"}"#) }
        #expect(
            daemon.server.monitor.statusLine
                == "Ready: 1 live keys, 4,003 connections, 2 verifications since the start")
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")])
    func numbersAreGrouped(number: Int, text: String) {
        #expect(StatusLine.grouped(number) == text)
    }

    @Test func ofAnEntryTheLogTellsNamesAndFixedWordsAndNothingThatWasWrittenFreely() throws {
        let daemon = try InMemoryDaemon()
        _ = try daemon.secret("a", #","purpose":"the shop","owner":{"name":"Ada Lovelace"}"#)
        try daemon.call("keys.revoke", #"{"key":"a","reason":"compromised","note":"by mail"}"#)
        let entries = daemon.events.all.compactMap { event -> AuditRecord? in
            if case .audit(let record) = event { record } else { nil }
        }
        let created = try #require(entries.first { $0.action == "key.created" })
        let facts = AuditFacts(of: created)
        #expect(facts.keyName == "a" && facts.prefix?.hasPrefix("kw_") == true)
        #expect(facts.members.map(\.name) == ["keyName", "prefix"])
        let revoked = try #require(entries.first { $0.action == "key.revoked" })
        #expect(AuditFacts(of: revoked).members.map(\.name) == ["keyName", "prefix", "reason"])
        #expect(AuditFacts(of: revoked).members.map(\.value) == ["a", facts.prefix, "compromised"])
    }

    @Test func entriesAreCountedByAction() {
        let counters = DaemonCounters()
        for action in ["key.created", "key.created", "key.stale"] {
            counters.count(
                AuditRecord(
                    seq: 1, at: Instant(milliseconds: 0), actor: Actor(uid: 0, user: nil), action: action,
                    workspace: nil, keyID: nil, details: "{}", pepper: PepperID(rawValue: 0), hash: Digest(words: .zero)
                ))
        }
        #expect(counters.counts.entries == ["key.created": 2, "key.stale": 1])
    }
}
