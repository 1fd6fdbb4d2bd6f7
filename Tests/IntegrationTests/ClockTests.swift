import Glibc
import KeywardProtocol
import KeywardTesting
import Testing

/// The real daemon with a wall clock that is wrong at the start, and then corrected.
struct ClockTests {
    /// An error of the wall clock, in seconds relative to the time of the test.
    enum Fault: String, CaseIterable, Sendable {
        case year1970, year2040, twoHoursAhead, threeDaysAhead, yearBehind

        var shift: Int64 {
            get throws {
                switch self {
                case .year1970: try ShiftedDaemon.seconds(to: "1970-01-02T00:00:00Z")
                case .year2040: try ShiftedDaemon.seconds(to: "2040-06-01T00:00:00Z")
                case .twoHoursAhead: 7_200
                case .threeDaysAhead: 3 * 86_400
                case .yearBehind: -365 * 86_400
                }
            }
        }
    }

    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400

    /// Keys that are due at every wrong time ahead, and one that is not.
    private func keys(in daemon: ShiftedDaemon) throws -> [String] {
        try [
            daemon.create("hour", expiresIn: Self.hour), daemon.create("two-days", expiresIn: 2 * Self.day),
            daemon.create("ninety-days", expiresIn: 90 * Self.day), daemon.create("never"),
        ]
    }

    /// The state is as if the clock had always been right.
    private func expectAllIsWell(_ daemon: ShiftedDaemon, _ secrets: [String]) throws {
        #expect(try daemon.notices() == [])
        #expect(try secrets.map { try daemon.verdict($0) } == secrets.map { _ in "valid" })
        for report in try daemon.sweepAll() { #expect(report["held"].isNull, "\(report)") }
        #expect(try secrets.map { try daemon.verdict($0) } == secrets.map { _ in "valid" })
        for action in ["key.purged", "key.stale", "key.disabled", "key.revoked"] {
            #expect(try daemon.entries(action) == 0, "\(action)")
        }
        let latest = Timestamp(milliseconds: Instant.milliseconds + 310_000)
        for key in try daemon.done("keys.list")["keys"].elements {
            #expect(key["facts"].elements.allSatisfy { $0.string != "expired" })
            for member in ["createdAt", "lastUsedAt"] {
                #expect(key[member].string.flatMap { Timestamp($0) } ?? latest <= latest, "\(member): \(key)")
            }
        }
        _ = try daemon.create("fresh-\(try daemon.entries("key.created"))", expiresIn: Self.hour)
        #expect(try daemon.done("audit.check")["ok"].bool == true)
    }

    @Test func aReloadedBoundIsInForceAtOnce() throws {
        let daemon = try ShiftedDaemon()
        try daemon.configure("clock: {boundSeconds: 100}")
        try daemon.start(at: 0)
        try daemon.shift(by: 200)
        #expect(try daemon.notices() == ["clockLeads"])
        try daemon.configure("clock: {boundSeconds: 300}")
        try daemon.done("system.reload")
        #expect(try daemon.notices() == [])
        try daemon.stop()
    }

    @Test(arguments: Fault.allCases) func aStartOnAWrongClockLeavesNothing(fault: Fault) throws {
        let daemon = try ShiftedDaemon()
        try daemon.start(at: 0)
        let secrets = try keys(in: daemon)
        try daemon.stop()
        // A restart with the wrong clock does not make it trusted either.
        for _ in 0..<2 {
            try daemon.start(at: fault.shift)
            #expect(try daemon.verdict(secrets[3]) == "valid")
            #expect(try daemon.sweepAll().allSatisfy { $0["changed"].names.isEmpty })
            #expect(try daemon.notices() == [fault.shift > 0 ? "clockLeads" : "clockLags"])
            try daemon.stop()
        }
        try daemon.start(at: 0)
        try expectAllIsWell(daemon, secrets)
        #expect(try daemon.entries("key.expired") == 0)
        try daemon.stop()
    }

    /// After a reboot it is unknown how long the host was off. A clock that is two hours ahead is then trusted.
    @Test(arguments: Fault.allCases) func aBootWithAWrongClockIsMendedByOneCommandAtMost(fault: Fault) throws {
        let daemon = try ShiftedDaemon()
        try daemon.start(at: 0, boot: "1")
        let secrets = try keys(in: daemon)
        try daemon.stop()
        try daemon.start(at: fault.shift, boot: "2")
        _ = try daemon.sweepAll()
        _ = try daemon.verdict(secrets[3])
        try daemon.stop()
        try daemon.start(at: 0, boot: "3")
        if fault == .twoHoursAhead || fault == .threeDaysAhead {
            #expect(try daemon.notices() == ["clockLags"])
            #expect(try daemon.verdict(secrets[0]) == "expired")
            let refused = try daemon.keyward("clock", "accept")
            #expect(refused.exit == 6 && refused.errors.contains("would verify again: hour"))
            #expect(refused.errors.contains("verified while the clock was ahead: never"))
            #expect(try daemon.keyward("clock", "accept", "--yes").exit == 0)
            #expect(try daemon.entries("clock.accepted") == 1)
        }
        try expectAllIsWell(daemon, secrets)
        try daemon.stop()
        try daemon.start(at: 0, boot: "3")
        try expectAllIsWell(daemon, secrets)
        try daemon.stop()
    }

    @Test func aFirstStartOnAClockThatIsAheadIsMendedByTheCommandThatPingPrints() throws {
        let daemon = try ShiftedDaemon()
        let shift = try Fault.year2040.shift
        try daemon.start(at: shift)
        let secrets = try [
            daemon.create("never"), daemon.create("ninety-days", expiresIn: shift + 90 * Self.day),
        ]
        for _ in 0..<3 { #expect(try secrets.map { try daemon.verdict($0) } == ["valid", "valid"]) }
        // A restart and --force do not help, and do no harm.
        try daemon.stop()
        try daemon.start(at: 0)
        #expect(try daemon.notices() == ["clockLags"])
        #expect(try daemon.keyward("sweep", "--force").exit == 0)
        #expect(try daemon.notices() == ["clockLags"])
        let ping = try daemon.keyward("ping")
        let remedy = try #require(ping.errors.split(separator: "\n").first { $0.contains("keyward clock accept") })
        #expect(remedy.contains("ahead of the wall clock"))
        #expect(try daemon.keyward("list").errors.contains("keyward clock accept"))
        #expect(try daemon.keyward("status").errors.contains("keyward clock accept"))
        let metrics = try #require(try daemon.done("system.metrics")["text"].string)
        #expect(metrics.contains("\nkeyward_clock_believed 0\n"))
        #expect(metrics.contains("\nkeyward_clock_mark_ahead_seconds 4"))
        let accepted = try daemon.done("clock.accept", #"{"confirm":true}"#)["change"]
        #expect(accepted["verifiedMeanwhile"]["n"].int == 2 && accepted["changedMeanwhile"]["n"].int == 2)
        try expectAllIsWell(daemon, secrets)
        let key = try daemon.done("keys.get", #"{"key":"ninety-days"}"#)["key"]
        let end = try #require(key["expiresAt"].string.flatMap { Timestamp($0) })
        #expect(end.milliseconds <= Instant.milliseconds + 90 * Self.day * 1_000)
        let usage = try daemon.done("keys.usage", #"{"key":"never","bucket":"hour"}"#)["buckets"].elements
        #expect(usage.reduce(0) { $0 + ($1["valid"].int ?? 0) } == 5)
        try daemon.stop()
        try daemon.start(at: 0)
        try expectAllIsWell(daemon, secrets)
        try daemon.stop()
    }

    /// A program cannot be newer than the time at which it runs.
    @Test(arguments: [Fault.year1970, .yearBehind])
    func aFirstStartOnAClockThatIsBehindGoesOnByItselfWhenItIsRight(fault: Fault) throws {
        let daemon = try ShiftedDaemon()
        try daemon.start(at: fault.shift)
        #expect(try daemon.notices() == ["clockLags"])
        let secret = try daemon.create("never")
        #expect(try daemon.keyward("clock", "accept", "--yes").exit == 1)
        try daemon.shift(by: 0)
        try expectAllIsWell(daemon, [secret])
        try daemon.stop()
        try daemon.start(at: 0)
        try expectAllIsWell(daemon, [secret])
        try daemon.stop()
    }

    @Test func aLeapWhileItRunsIsAcceptedByAnOperator() throws {
        let daemon = try ShiftedDaemon()
        try daemon.start(at: 0)
        let secrets = try keys(in: daemon)
        try daemon.shift(by: 3 * Self.day)
        #expect(try daemon.notices() == ["clockLeads"])
        #expect(try daemon.verdict(secrets[1]) == "valid")
        let refused = try daemon.keyward("clock", "accept")
        #expect(refused.exit == 6 && refused.errors.contains("2 keys would stop verifying: hour"))
        #expect(try daemon.keyward("clock", "accept", "--yes").exit == 0)
        #expect(try daemon.notices() == [] && daemon.verdict(secrets[1]) == "expired")
        _ = try daemon.sweepAll()
        #expect(try daemon.entries("key.expired") == 2)
        // The clock is set back, and everything recorded while it was ahead is undone.
        try daemon.shift(by: 0)
        #expect(try daemon.notices() == ["clockLags"])
        #expect(try daemon.keyward("clock", "accept", "--yes").exit == 0)
        try expectAllIsWell(daemon, secrets)
        try daemon.stop()
    }
}
