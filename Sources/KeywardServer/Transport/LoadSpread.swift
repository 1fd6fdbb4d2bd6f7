/// As many loops serve as the load needs, starting with one.
///
/// A client pays about as much for a request that is alone on its way as a loop does: two system calls. So for such
/// clients half of the cores are loops', or one loop for each client process if these are more. Where a read brings
/// several lines, the loop has more to do than the client, and more loops may serve.
/// See docs/decisions/0050-loops-follow-the-load.md.
struct LoadSpread: ConnectionSpread {
    /// One more loop serves when those that do have so much of a core each.
    static let busy = 0.6
    /// One fewer serves when those that are left would have less than this.
    static let idle = 0.4
    /// Lines a read at which more loops may serve, and below which they no longer may.
    static let (manyLines, fewLines) = (4.0, 2.0)
    /// How long it must be so before one fewer serves, in milliseconds.
    static let patience: Int64 = 100
    /// How long loops are left to settle before one gives connections to another, in milliseconds.
    static let settling: Int64 = 100

    private let most: Int
    private let cores: Int
    private(set) var serving = 1
    private var samples: [LoopSample?]
    /// Since when fewer loops would do.
    private var lowSince: Int64?
    /// When connections or the number of loops last changed.
    private var changedAt = Int64.min

    var window: Int64? { most > 1 ? 10 : nil }

    /// At most `most` loops serve, on a host with so many cores.
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

    /// How many loops may serve what came lately.
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

    /// Gives the loop that has the fewest active connections half of what this one has more.
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

    /// The serving loop that had the fewest active connections.
    private func emptiest(but loop: Int) -> Int {
        (0..<serving).filter { $0 != loop }.min { (samples[$0]?.active ?? 0) < (samples[$1]?.active ?? 0) } ?? 0
    }
}
