import KeywardCore
import KeywardTesting
import Synchronization
import Testing

@testable import KeywardServer

/// Runs of sweeps: on the maintenance queue, batch after batch, one report each.
@Suite struct SweepRunTests {
    private func daemon(
        keys: Int, expiring days: Int = 1, whenAudited: @escaping @Sendable (AuditRecord) -> Void = { _ in }
    ) throws -> InMemoryDaemon {
        let daemon = try InMemoryDaemon(whenAudited: whenAudited)
        let end = JSON.time(daemon.clock.now + .days(days))
        for index in 0..<keys { _ = try daemon.secret("key-\(index)", #","expiresAt":"\#(end)""#) }
        return daemon
    }

    @Test func aTickNotesWhatIsDueAndTellsOnce() throws {
        let daemon = try daemon(keys: 3)
        daemon.clock.pass(.days(1))
        daemon.tick(.expiry)
        let found = try #require(daemon.events.reports.first)
        #expect(found.changed == [.keyExpired: 3] && found.examined == 3 && !found.isQuiet)
        daemon.tick(.expiry)
        #expect(daemon.events.reports.map(\.changed) == [[.keyExpired: 3], [:]])
        #expect(daemon.events.reports.map(\.isQuiet) == [false, true])
    }

    @Test func batchesAreMergedIntoOneReport() throws {
        let count = SweepScheduler.batchLimit * 2 + 1
        let daemon = try daemon(keys: count)
        daemon.clock.pass(.days(1))
        let commits = daemon.store.writes.commits
        let report = try daemon.call("sweeps.run", #"{"sweep":"expiry"}"#)["report"]
        #expect(report["changed"]["key.expired"].int == count && report["examined"].int == count)
        #expect(daemon.store.writes.commits == commits + 3)
        #expect(daemon.events.reports.count == 1)
    }

    @Test func aSweepRestsBetweenBatchesForAsLongAsTheirWorkDeserves() throws {
        let limit = SweepScheduler.batchLimit
        let ends = Mutex<[ContinuousClock.Instant]>([])
        // Each entry takes a millisecond of the maintenance queue's processor time.
        let daemon = try daemon(keys: limit * 2) { entry in
            guard entry.action == AuditNote.Action.keyExpired.rawValue else { return }
            let start = CPUClock.nanoseconds
            while CPUClock.nanoseconds - start < 1_000_000 {}
            ends.withLock { $0.append(.now) }
        }
        daemon.clock.pass(.days(1))
        daemon.tick(.expiry)
        let times = ends.withLock { $0 }
        try #require(times.count == limit * 2)
        #expect(times[limit] - times[limit - 1] >= .nanoseconds(SweepThrottle.rest(after: limit * 1_000_000)))
    }

    @Test func aChangeDoesNotWaitForTheEndOfARun() throws {
        let daemon = try daemon(keys: SweepScheduler.batchLimit * 3)
        daemon.clock.pass(.days(1))
        let gate = Gate()
        daemon.server.sweeps.tick(.expiry)
        daemon.server.queue.submit { gate.wait() }
        // The maintenance queue is after the first batch: the rest of the run comes later.
        let before = daemon.store.writes.commits
        _ = try daemon.secret("between")
        #expect(daemon.store.writes.commits >= before + 1)
        #expect(daemon.events.all.allSatisfy { if case .sweep = $0 { false } else { true } })
        gate.open()
        daemon.events.waitForReport(after: 0)
        #expect(daemon.events.reports.map(\.changed) == [[.keyExpired: SweepScheduler.batchLimit * 3]])
    }

    @Test func withNothingDueATickReadsAndWritesNothing() throws {
        let daemon = try daemon(keys: 5, expiring: 90)
        for sweep in [Sweep.expiry, .stale] {
            let (writes, looks) = (daemon.store.writes, daemon.store.looks)
            daemon.tick(sweep)
            #expect(daemon.store.writes == writes && daemon.store.looks == looks)
        }
        #expect(daemon.events.reports.map(\.examined) == [0, 0])
    }

    @Test func aDryRunTellsWhatARunWouldDoOfAllThatIsDue() throws {
        let count = SweepScheduler.batchLimit + 9
        let daemon = try daemon(keys: count)
        daemon.clock.pass(.days(1))
        let commits = daemon.store.writes.commits
        let dry = try daemon.call("sweeps.run", #"{"sweep":"expiry","dryRun":true}"#)["report"]
        #expect(dry["dryRun"] == .bool(true) && dry["changed"]["key.expired"].int == count)
        #expect(daemon.store.writes.commits == commits && daemon.events.reports.isEmpty)
        #expect(try daemon.call("sweeps.run", #"{"sweep":"expiry"}"#)["report"]["changed"] == dry["changed"])
        #expect(try daemon.call("sweeps.run", #"{"sweep":"expiry","dryRun":true}"#)["report"]["examined"].int == 0)
    }

    @Test func theStateTellsOfTheLastRunAndWhatIsNext() throws {
        let daemon = try daemon(keys: 1)
        func expiry(_ method: String = "sweeps.status") throws -> JSON { try daemon.call(method)["sweeps"][0] }
        #expect(try expiry()["lastRunAt"] == .null && expiry()["lastReport"] == .null)
        #expect(try expiry()["nextDueAt"].text == JSON.time(daemon.clock.now + .days(1)))
        daemon.clock.pass(.days(1))
        try daemon.call("sweeps.run", #"{"sweep":"expiry"}"#)
        #expect(try expiry()["lastRunAt"].text == JSON.time(daemon.clock.now))
        #expect(try expiry()["lastReport"]["changed"]["key.expired"].int == 1)
        #expect(try expiry()["nextDueAt"] == .null)
        #expect(try expiry("system.status") == expiry())
        #expect(
            try daemon.call("sweeps.status")["sweeps"].items.map(\.["sweep"].text) == ["expiry", "stale", "retention"])
    }

    @Test func onlyOperatorsSweep() throws {
        let daemon = try daemon(keys: 0)
        try daemon.call("members.grant", #"{"workspace":"default","principal":"user:anna","role":"admin"}"#)
        let talk = try daemon.talk(as: .anna)
        #expect(try talk.refusal("sweeps.run", #"{"sweep":"expiry"}"#) == "permissionDenied")
        #expect(try talk.refusal("sweeps.status", "{}") == "permissionDenied")
        #expect(try talk.refusal("system.status", "{}") == nil)
    }

    @Test(arguments: ["", "Expiry", "all", "expiry "])
    func anUnknownSweepIsRefused(name: String) throws {
        let daemon = try daemon(keys: 0)
        #expect(try daemon.talk().refusal("sweeps.run", #"{"sweep":"\#(name)"}"#) == "invalidParams")
    }

    @Test func aRunThatCannotBeStoredSaysSoAndIsDueAgain() throws {
        let daemon = try daemon(keys: 2)
        daemon.clock.pass(.days(1))
        daemon.store.fail(.commit, with: .cannotWrite("no room"))
        #expect(try daemon.talk().refusal("sweeps.run", #"{"sweep":"expiry"}"#) == "readOnly")
        #expect(daemon.events.reports.isEmpty)
        let report = try daemon.call("sweeps.run", #"{"sweep":"expiry"}"#)["report"]
        #expect(report["changed"]["key.expired"].int == 2)
    }

    @Test func afterTheEndNoRunIsBegunAndNobodyWaits() throws {
        let daemon = try daemon(keys: 1)
        daemon.server.finish()
        let writes = daemon.store.writes
        #expect(try daemon.talk().refusal("sweeps.run", #"{"sweep":"expiry"}"#) == "shuttingDown")
        daemon.server.sweeps.tick(.expiry)
        daemon.settle()
        #expect(daemon.events.reports.isEmpty && daemon.store.writes == writes)
    }

    @Test func retentionMovesTheLogIntoTheDatabase() throws {
        let daemon = try daemon(keys: 0)
        try daemon.call("sweeps.run", #"{"sweep":"retention","dryRun":true}"#)
        try daemon.call("sweeps.run", #"{"sweep":"stale"}"#)
        #expect(daemon.store.looks.checkpoints == 0)
        try daemon.call("sweeps.run", #"{"sweep":"retention"}"#)
        #expect(daemon.store.looks.checkpoints == 1)
    }
}
