import KeywardCore
import Logging
import Testing

@testable import keywardd

/// The log entries of sweeps, which monitors read.
@Suite struct SweepEntryTests {
    private let now = Instant(milliseconds: 1_767_614_400_000)

    private func report(
        _ sweep: Sweep, changed: [AuditNote.Action: Int] = [:], held: SweepReport.Held? = nil
    ) -> SweepReport {
        var report = SweepReport(sweep, at: now, dryRun: false)
        report.examined = 9
        report.changed = changed
        (report.keys, report.entries) = changed.isEmpty ? (0, 0) : (8, 30)
        report.held = held
        return report
    }

    @Test func whatWasDoneHasAFieldForEachKind() {
        let all: [AuditNote.Action: Int] = [
            .keyExpired: 1, .rotationGraceEnded: 2, .keyExpiring: 3, .keyStale: 4, .keyDisabled: 5, .keyRevoked: 6,
            .keyPurged: 7,
        ]
        let entry = SweepEntry(report(.expiry, changed: all))
        #expect(
            entry.fields == [
                "sweep": "expiry", "examined": "9", "keys": "8", "entries": "30", "expired": "1", "graceEnded": "2",
                "notices": "3", "stale": "4", "disabled": "5", "revoked": "6", "purged": "7",
            ])
        #expect(entry.level == .notice && entry.kind == .own(.sweepFinished))
        #expect(SweepEntry(report(.stale, changed: [.keyStale: 4])).message == "Sweep stale: 4 stale.")
    }

    @Test func withNothingFoundItIsQuiet() {
        #expect(SweepEntry(report(.expiry)).level == .debug)
        #expect(SweepEntry(report(.expiry)).kind == .own(.sweepIdle))
        #expect(SweepEntry(report(.stale)).level == .info)
        #expect(SweepEntry(report(.retention)).message == "Sweep retention: nothing to do.")
        var repeated = report(.stale, held: SweepReport.Held(.tooManyKeys, count: 12))
        repeated.isRepeated = true
        #expect(SweepEntry(repeated).level == .info)
    }

    @Test func whatIsHeldIsAWarningWithItsRemedy() {
        let entry = SweepEntry(report(.stale, held: SweepReport.Held(.tooManyKeys, count: 12)))
        #expect(entry.level == .warning && entry.kind == .own(.sweepHeld))
        #expect(
            entry.fields == [
                "sweep": "stale", "examined": "9", "keys": "0", "entries": "0", "held": "12",
                "heldReason": "tooManyKeys",
            ])
        #expect(entry.message.hasSuffix("run: keyward sweep stale --force"))
        let clock = SweepEntry(report(.expiry, held: SweepReport.Held(.clockLeads, count: 1)))
        #expect(clock.message.contains("1 key is not changed") && clock.message.contains("keyward clock accept"))
        // `force` does not apply these: their owners must act.
        let used = SweepEntry(report(.expiry, held: SweepReport.Held(.predecessorInUse, count: 1, keys: ["key_01"])))
        #expect(used.message.contains("key_01") && !used.message.contains("--force"))
    }

    @Test func aClockThatJumpedIsToldOfWithTheRemedy() {
        let leads = SweepEntry(ClockState.leads(by: .hours(2)))
        #expect(leads.level == .warning && leads.kind == .own(.clockJumped) && leads.fields == ["clockLead": "7200"])
        #expect(leads.message.hasSuffix("keyward clock accept"))
        #expect(SweepEntry(ClockState.lags(by: .hours(2))).fields["clockLead"] == "-7200")
        #expect(SweepEntry(ClockState.agrees).kind == .audit(.clockAccepted))
    }
}
