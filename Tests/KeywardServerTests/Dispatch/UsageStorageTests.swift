import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// What the flush stores each second, and what a copy of the database has.
struct UsageStorageTests {
    /// The first keys that were made are used once each.
    private func use(_ count: Int, of daemon: InMemoryDaemon) {
        daemon.application.authority.registry.withState { state in
            for index in 0..<count { _ = state.verify(index, by: 7, at: daemon.clock.now, in: .any) }
        }
    }

    private func daemon(withKeys count: Int) throws -> InMemoryDaemon {
        let daemon = try InMemoryDaemon()
        for start in stride(from: 0, to: count, by: 100) {
            let calls = (start..<min(start + 100, count)).map { number in
                #"{"jsonrpc":"2.0","id":\#(number),"method":"keys.create","params":{"name":"k-\#(number)"}}"#
            }
            _ = try daemon.talk().say("[\(calls.joined(separator: ","))]\n")
        }
        #expect(daemon.application.authority.registry.withState { $0.table.count } == count)
        return daemon
    }

    private func unstored(_ daemon: InMemoryDaemon) -> Int {
        daemon.application.authority.registry.withState { $0.dirtyCount }
    }

    @Test func aThousandKeysAreStoredASecondInSmallTransactions() throws {
        let daemon = try daemon(withKeys: 1_300)
        use(1_300, of: daemon)
        let start = daemon.clock.now
        let before = daemon.store.writes.flushes
        daemon.application.flush()
        #expect(unstored(daemon) == 300)
        #expect(daemon.store.writes.flushes == before + 4)
        daemon.clock.pass(.seconds(1))
        use(200, of: daemon)
        #expect(daemon.application.counters.counts.flushedAt == nil)
        daemon.application.flush()
        #expect(unstored(daemon) == 0)
        #expect(daemon.application.counters.counts.flushedAt == start + .seconds(1))
    }

    @Test func aFlushThatFailsIsNotTriedTwiceInASecond() throws {
        let daemon = try daemon(withKeys: 600)
        use(600, of: daemon)
        daemon.store.fail(.flush, with: .cannotWrite("full"))
        daemon.application.flush()
        #expect(unstored(daemon) == 600 && daemon.store.writes.flushes == 0)
        #expect(daemon.application.counters.counts.flushedAt == nil)
        daemon.application.flush()
        #expect(unstored(daemon) == 0)
    }

    /// Also what was counted in the millisecond in which a round has ended.
    @Test(arguments: [1, 900, 1_300]) func allThatWasCountedIsStoredBeforeACopyIsMade(count: Int) throws {
        let daemon = try daemon(withKeys: count)
        for round in 1...3 {
            use(count, of: daemon)
            daemon.application.flush()
            use(count, of: daemon)
            daemon.application.storeUsageSoFar()
            #expect(daemon.store.contents.validUses.allSatisfy { $0 == Int64(round) * 2 })
        }
    }

    @Test func whereNothingCanBeStoredACopyIsMadeNevertheless() throws {
        let daemon = try daemon(withKeys: 1)
        use(1, of: daemon)
        daemon.store.fail(.flush, with: .cannotWrite("full"), times: .max)
        daemon.application.storeUsageSoFar()
        #expect(unstored(daemon) == 1)
        #expect(daemon.events.others == ["storeReadOnly"])
    }
}
