import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// What is held, how it is reported, and how it is applied.
@Suite struct SweepHoldTests {
    private func clocks(_ daemon: InMemoryDaemon) -> [ClockState] {
        daemon.settle()
        return daemon.events.all.compactMap { event in
            if case .clock(let state) = event { state } else { nil }
        }
    }

    private func jump(_ daemon: InMemoryDaemon, _ state: ClockState) {
        daemon.jump.state.withLock { $0 = state }
    }

    @Test func aClockThatHasJumpedHoldsUntilForced() throws {
        let daemon = try InMemoryDaemon()
        let end = JSON.time(daemon.clock.now + .days(1))
        _ = try daemon.secret("a", #","expiresAt":"\#(end)""#)
        daemon.clock.pass(.days(1))
        jump(daemon, .leads(by: .hours(2)))
        daemon.tick(.expiry)
        daemon.tick(.expiry)
        #expect(daemon.events.reports.map(\.changed) == [[:], [:]])
        #expect(daemon.events.reports[0].held == SweepReport.Held(.clockLeads, count: 1))
        #expect(daemon.events.reports.map(\.isQuiet) == [false, true])
        #expect(clocks(daemon) == [.leads(by: .hours(2))])
        let held = try daemon.call("sweeps.run", #"{"sweep":"expiry"}"#)["report"]["held"]
        #expect(held["reason"] == "clockLeads" && held["n"].int == 1)
        let dry = try daemon.call("sweeps.run", #"{"sweep":"expiry","dryRun":true,"force":true}"#)["report"]
        #expect(dry["changed"]["key.expired"].int == 1 && clocks(daemon).count == 1)
        let forced = try daemon.call("sweeps.run", #"{"sweep":"expiry","force":true}"#)["report"]
        #expect(forced["changed"]["key.expired"].int == 1 && forced["held"] == .null)
        #expect(clocks(daemon) == [.leads(by: .hours(2)), .agrees])
    }

    @Test func aClockThatIsOffIsToldOfOnceADayAndWhenItIsRightAgain() throws {
        let daemon = try InMemoryDaemon()
        for hour in 0..<50 {
            jump(daemon, .leads(by: .hours(3 + hour)))
            daemon.tick(.expiry)
            daemon.clock.pass(.hours(1))
        }
        #expect(clocks(daemon) == [.leads(by: .hours(3)), .leads(by: .hours(27)), .leads(by: .hours(51))])
        jump(daemon, .lags(by: .hours(1)))
        daemon.tick(.stale)
        jump(daemon, .agrees)
        daemon.tick(.stale)
        daemon.tick(.expiry)
        #expect(Array(clocks(daemon).dropFirst(3)) == [.lags(by: .hours(1)), .agrees])
    }

    @Test func tooManyEndsAreToldOfAtOnceThenDailyAndWhenTheyChange() throws {
        var policy = Policy()
        policy.sweeps.disableAfterDays = 100
        let daemon = try InMemoryDaemon(policy: policy)
        for index in 0..<12 { _ = try daemon.secret("key-\(index)") }
        daemon.clock.pass(.days(90))
        try daemon.call("sweeps.run", #"{"sweep":"stale"}"#)
        daemon.clock.pass(.days(20))
        let before = daemon.events.reports.count
        for _ in 0..<50 {
            daemon.tick(.stale)
            daemon.clock.pass(.hours(1))
        }
        let sweepMarks = daemon.events.reports.dropFirst(before).filter { !$0.isQuiet }
        #expect(sweepMarks.map { $0.held?.reason } == [.tooManyKeys, .tooManyKeys, .tooManyKeys])
        #expect(sweepMarks.allSatisfy { $0.held?.count == 12 && $0.changed.isEmpty })
        try daemon.call("keys.revoke", #"{"key":"key-0","reason":"unused","confirm":true}"#)
        daemon.tick(.stale)
        #expect(daemon.events.reports.last?.isQuiet == false && daemon.events.reports.last?.held?.count == 11)
        #expect(try daemon.call("keys.get", #"{"key":"key-1"}"#)["key"]["status"] == "stale")
        let forced = try daemon.call("sweeps.run", #"{"sweep":"stale","force":true}"#)["report"]
        #expect(forced["changed"]["key.disabled"].int == 11)
        #expect(try daemon.call("keys.get", #"{"key":"key-1"}"#)["key"]["status"] == "disabled")
    }
}
