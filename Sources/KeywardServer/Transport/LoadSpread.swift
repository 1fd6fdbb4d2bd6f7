/// The number of serving loops follows the load, starting with one.
///
/// For a single request in flight, a client spends about as much as a loop: two system calls. So for such clients half
/// of the cores are for loops, or one loop per client process if these are more. If a read brings several lines, the
/// loop has more to do than the client, and more loops may serve. See docs/decisions/0050-loops-follow-the-load.md.
struct LoadSpread: ConnectionSpread {
    /// One more loop serves when the serving ones use this share of a core on average.
    static let busy = 0.6
    /// One fewer serves when the remaining loops would use less than this on average.
    static let idle = 0.4
    /// Lines per read from which more loops may serve, and below which they may not.
    static let (manyLines, fewLines) = (4.0, 2.0)
    /// How long this must last before one fewer serves, in milliseconds.
    static let patience: Int64 = 100
    /// How long loops settle before one gives connections to another, in milliseconds.
    static let settling: Int64 = 100

    private let most: Int
    private let cores: Int
    private(set) var serving = 1
    private var samples: [LoopSample?]
    /// Since when fewer loops are enough.
    private var lowSince: Int64?
    /// When connections or the number of loops last changed.
    private var changedAt = Int64.min

    var window: Int64? { most > 1 ? 10 : nil }

    /// At most `most` loops serve, on a host with `cores` cores.
    init(most: Int, cores: Int) {
        self.most = max(1, most)
        self.cores = cores
        samples = Array(repeating: nil, count: self.most)
    }

    mutating func note(_ sample: LoopSample, of loop: Int) -> Move? {
        samples[loop] = sample
        let now = sample.until
        for index in samples.indices where now - (samples[index]?.until ?? now) > Self.patience { samples[index] = nil }
        changeServing(at: now, since: sample.from)
        return loop >= serving ? Move(which: .all, to: emptiest(but: loop)) : balance(loop, at: now)
    }

    private mutating func changeServing(at now: Int64, since start: Int64) {
        let busy = samples.reduce(0) { $0 + ($1?.share ?? 0) }
        let limit = limit
        if serving < limit, busy >= Self.busy * Double(serving), isSettled(at: now) {
            serving += 1
            (changedAt, lowSince) = (.min, nil)
        } else if serving > 1, serving > limit || busy < Self.idle * Double(serving - 1) {
            let since = lowSince ?? start
            lowSince = since
            guard now - since >= Self.patience else { return }
            serving -= 1
            (changedAt, lowSince) = (now, nil)
        } else {
            lowSince = nil
        }
    }

    /// The largest number of serving loops for the recent load.
    private var limit: Int {
        var (reads, lines, active) = (0, 0, 0)
        var clients: Set<Int32> = []
        for case let sample? in samples {
            reads += sample.reads
            lines += sample.lines
            active += sample.active
            clients.formUnion(sample.clients)
        }
        let enough = Double(reads) * (serving > 1 ? Self.fewLines : Self.manyLines)
        let wanted = reads > 0 && Double(lines) >= enough ? most : max(clients.count, cores / 2)
        return max(1, min(wanted, active, most))
    }

    /// Gives the loop with the fewest active connections half of this loop's surplus.
    private mutating func balance(_ loop: Int, at now: Int64) -> Move? {
        guard serving > 1, isSettled(at: now), let active = samples[loop]?.active else { return nil }
        let target = emptiest(but: loop)
        let surplus = active - (samples[target]?.active ?? 0)
        guard surplus >= max(2, active / 4) else { return nil }
        changedAt = now
        return Move(which: .active(surplus / 2), to: target)
    }

    private func isSettled(at now: Int64) -> Bool {
        changedAt == .min || now - changedAt >= Self.settling
    }

    /// The serving loop with the fewest active connections.
    private func emptiest(but loop: Int) -> Int {
        (0..<serving).filter { $0 != loop }.min { (samples[$0]?.active ?? 0) < (samples[$1]?.active ?? 0) } ?? 0
    }
}
