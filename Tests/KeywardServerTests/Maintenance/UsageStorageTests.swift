import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// What the flush stores each second, and what a copy of the database has.
struct UsageStorageTests {
    /// Uses keys once each.
    private func use(_ secrets: some Collection<String>, of daemon: InMemoryDaemon) throws {
        let lines = secrets.map { #"{"jsonrpc":"2.0","id":1,"method":"keys.verify","params":{"key":"\#($0)"}}"# + "\n" }
        _ = try daemon.talk(on: .verify).say(lines.joined())
    }

    /// A daemon with this many keys, and their secrets.
    private func daemon(withKeys count: Int) throws -> (InMemoryDaemon, [String]) {
        let daemon = try InMemoryDaemon()
        return (daemon, try (0..<count).map { try daemon.secret("k-\($0)") })
    }

    private func unstored(_ daemon: InMemoryDaemon) -> Int { daemon.server.authority.registry.unstoredCount }

    @Test func aThousandKeysAreStoredASecondInSmallTransactions() throws {
        let (daemon, secrets) = try daemon(withKeys: 1_300)
        try use(secrets, of: daemon)
        let start = daemon.clock.now
        let before = daemon.store.writes.flushes
        daemon.server.everySecond.runOnce()
        #expect(unstored(daemon) == 300)
        #expect(daemon.store.writes.flushes == before + 4)
        daemon.clock.pass(.seconds(1))
        try use(secrets.prefix(200), of: daemon)
        #expect(daemon.server.counters.counts.flushedAt == nil)
        daemon.server.everySecond.runOnce()
        #expect(unstored(daemon) == 0)
        #expect(daemon.server.counters.counts.flushedAt == start + .seconds(1))
    }

    @Test func aFlushThatFailsIsNotTriedTwiceInASecond() throws {
        let (daemon, secrets) = try daemon(withKeys: 600)
        try use(secrets, of: daemon)
        daemon.store.fail(.flush, with: .cannotWrite("full"))
        daemon.server.everySecond.runOnce()
        #expect(unstored(daemon) == 600 && daemon.store.writes.flushes == 0)
        #expect(daemon.server.counters.counts.flushedAt == nil)
        daemon.server.everySecond.runOnce()
        #expect(unstored(daemon) == 0)
    }

    /// Including counts from the millisecond in which a cycle ended.
    @Test(arguments: [1, 900, 1_300]) func allThatWasCountedIsStoredBeforeACopyIsMade(count: Int) throws {
        let (daemon, secrets) = try daemon(withKeys: count)
        for round in 1...3 {
            try use(secrets, of: daemon)
            daemon.server.everySecond.runOnce()
            try use(secrets, of: daemon)
            daemon.server.flusher.storeSoFar()
            #expect(daemon.store.contents.validUses.allSatisfy { $0 == Int64(round) * 2 })
        }
    }

    @Test func whereNothingCanBeStoredACopyIsMadeNevertheless() throws {
        let (daemon, secrets) = try daemon(withKeys: 1)
        try use(secrets, of: daemon)
        daemon.store.fail(.flush, with: .cannotWrite("full"), times: .max)
        daemon.server.flusher.storeSoFar()
        #expect(unstored(daemon) == 1)
        #expect(daemon.events.others == ["storeReadOnly"])
    }
}
