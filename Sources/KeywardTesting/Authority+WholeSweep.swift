package import KeywardCore

extension Authority {
    /// Runs all batches of a sweep at one instant.
    package func sweep(
        _ sweep: Sweep, at now: Instant, limit: Int, dryRun: Bool = false, force: Bool = false,
        clock: ClockState = .agrees, unproven: Instant.Span = Instant.Span(milliseconds: 0)
    ) throws(Refusal) -> SweepReport {
        var run = beginSweep(sweep, at: now, dryRun: dryRun, force: force, clock: clock, unproven: unproven)
        while !run.isOver { try continueSweep(&run, at: now, limit: limit) }
        return run.report
    }
}
