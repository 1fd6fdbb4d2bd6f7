/// An action of a sweep on a key, and its due time.
package struct ForeseenStep: Sendable {
    package var at: Instant
    package var action: AuditNote.Action
    package var key: KeyRecord
}

extension Authority {
    /// The actions of a sweep from `now` to `end`, the earliest first, if nobody uses or changes a key until then: at
    /// most `limit`. Shares and clocks, which may hold a run, are not foreseen.
    ///
    /// Its cost depends on what is due by then.
    ///
    /// - Parameter goesOn: asked now and then; false ends it with `nil`.
    package func foresee(
        _ sweep: Sweep, until end: Instant, from now: Instant, limit: Int, while goesOn: () -> Bool
    ) -> [ForeseenStep]? {
        let due = DueIndex.inOrder(registry.read { $0.schedule.due(sweep, at: end) })
        var steps: [ForeseenStep] = []
        for slice in due.slices(of: Self.keysAtOnce) {
            guard goesOn() else { return nil }
            // Entries that are due later than the last of enough steps need not be examined.
            if steps.count >= limit, let first = slice.first, steps[limit - 1].at < first.at { break }
            registry.read { state in
                for entry in slice {
                    steps += state.foresee(sweep, at: entry.index, from: max(entry.at, now), until: end, by: daemon)
                }
            }
            steps.sort { ($0.at, $0.key.number) < ($1.at, $1.key.number) }
        }
        return Array(steps.prefix(limit))
    }
}

extension RegistryState {
    /// The most steps of a key: marked, warned, disabled, revoked, or three notices and its end.
    private static let mostSteps = 16

    fileprivate func foresee(
        _ sweep: Sweep, at index: KeyTable.Index, from start: Instant, until end: Instant, by daemon: Actor
    ) -> [ForeseenStep] {
        guard var key = records[index] else { return [] }
        var (at, steps) = (start, [ForeseenStep]())
        for _ in 0..<Self.mostSteps {
            let step = step(sweep, of: key, at: index, now: at, by: daemon)
            steps += step.notes.map { ForeseenStep(at: at, action: $0.action, key: key) }
            guard let record = step.record else { break }
            key = record
            let next = schedule.instant(sweep, key, table[index].facts)
            guard next > at, next <= end else { break }
            at = next
        }
        return steps
    }
}
