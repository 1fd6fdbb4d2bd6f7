import KeywardCore
import KeywardTesting
import Testing

@testable import KeywardServer

/// The settings of the timers. The clock does not advance here, so the instants are exact.
@Suite struct SweepTimerTests {
    private func firesAt(_ daemon: InMemoryDaemon, _ sweep: Sweep) -> Instant {
        daemon.settle()
        return daemon.server.sweeps.state(of: sweep).firesAt
    }

    private func running() throws -> InMemoryDaemon {
        let daemon = try InMemoryDaemon()
        daemon.server.run { (SocketCounters(), SocketCounters()) }
        // The first run starts by itself.
        daemon.events.waitForReport(after: 0)
        daemon.settle()
        return daemon
    }

    @Test func everySweepRunsSoonAfterTheStart() throws {
        let daemon = try running()
        defer { daemon.server.finish() }
        #expect(firesAt(daemon, .stale) == daemon.clock.now + .seconds(10))
        #expect(firesAt(daemon, .retention) == daemon.clock.now + .seconds(60))
        #expect(firesAt(daemon, .expiry) == daemon.clock.now + .seconds(60))
    }

    @Test func aChangeThatBringsAnEndNearerSetsTheTimerAnew() throws {
        let daemon = try running()
        defer { daemon.server.finish() }
        func end(in seconds: Int) -> String { JSON.time(daemon.clock.now + .seconds(seconds)) }
        _ = try daemon.secret("a", #","expiresAt":"\#(end(in: 50))""#)
        #expect(firesAt(daemon, .expiry) == daemon.clock.now + Instant.Span(milliseconds: 50_001))
        _ = try daemon.secret("b", #","expiresAt":"\#(end(in: 55))""#)
        #expect(firesAt(daemon, .expiry) == daemon.clock.now + Instant.Span(milliseconds: 50_001))
        try daemon.call("keys.update", #"{"key":"b","expiresAt":"\#(end(in: 20))"}"#)
        #expect(firesAt(daemon, .expiry) == daemon.clock.now + Instant.Span(milliseconds: 20_001))
    }

    @Test func aFirstUseThatStartsAGraceSetsTheTimerAnew() throws {
        let daemon = try running()
        defer { daemon.server.finish() }
        _ = try daemon.secret("a")
        let successor = try daemon.call("keys.rotate", #"{"key":"a","graceSeconds":30}"#)["secret"].text
        #expect(firesAt(daemon, .expiry) == daemon.clock.now + .seconds(60))
        _ = try daemon.talk(on: .verify).call("keys.verify", #"{"key":"\#(successor)"}"#)
        #expect(firesAt(daemon, .expiry) == daemon.clock.now + Instant.Span(milliseconds: 30_001))
    }

    @Test func anotherPolicySetsEveryTimerAnew() throws {
        let daemon = try running()
        defer { daemon.server.finish() }
        for sweep in Sweep.allCases { try daemon.call("sweeps.run", #"{"sweep":"\#(sweep)"}"#) }
        #expect(firesAt(daemon, .stale) == daemon.clock.now + .hours(1))
        #expect(firesAt(daemon, .retention) == daemon.clock.now + .days(1))
        var policy = daemon.server.authority.directory.policy
        policy.defaultPlan = "free"
        #expect(daemon.server.configuration.adopt(policy).isEmpty)
        #expect(firesAt(daemon, .stale) == daemon.clock.now + .hours(1))
        policy.sweeps.staleAfterDays = 7
        #expect(daemon.server.configuration.adopt(policy).isEmpty)
        #expect(firesAt(daemon, .stale) == daemon.clock.now + .seconds(10))
        #expect(firesAt(daemon, .retention) == daemon.clock.now + .seconds(60))
    }

    @Test func whileTheClockIsOffChangesDoNotHurryTheSweep() throws {
        let daemon = try running()
        defer { daemon.server.finish() }
        let end = JSON.time(daemon.clock.now + .seconds(1))
        _ = try daemon.secret("a", #","expiresAt":"\#(end)""#)
        daemon.clock.pass(.seconds(1))
        daemon.jump.state.withLock { $0 = .leads(by: .hours(1)) }
        try daemon.call("sweeps.run", #"{"sweep":"expiry"}"#)
        let fires = firesAt(daemon, .expiry)
        #expect(fires == daemon.clock.now + .seconds(60))
        _ = try daemon.secret("b")
        #expect(firesAt(daemon, .expiry) == fires)
    }
}
