/// The counts of an allowance, in four cache lines of the ledger of allowances.
///
/// The first line starts like a usage slot: with the owner and its generation, by which ``UsageSlots`` recognizes it. It
/// has the credits. Two lines have the counts of eight limits, and the last one which limits these are: a limit keeps
/// its place while it exists, so no change moves counts.
///
/// Every change is an ordered series of single stores. A kill between two of them may leave something spent that was
/// not answered, never the reverse.
struct AllowanceBlock {
    /// The number of usage slots that it takes.
    static let width = 4

    private let base: UnsafeMutableRawPointer

    private enum Offset {
        static let revision = 12
        static let granted = 16
        static let spent = 24
        static let full = 32
        static let refilledOn = 40
        static let windows = 64
        static let tags = 192
        static let lengths = 224
        static let end = 256
    }

    init(_ base: UnsafeMutablePointer<UsageSlot>) {
        self.base = UnsafeMutableRawPointer(base)
    }

    private subscript<Value: BitwiseCopyable>(offset: Int) -> Value {
        get { base.load(fromByteOffset: offset, as: Value.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: offset, as: Value.self) }
    }

    /// The number of its allowance, or the negative number of a key that follows a plan.
    var owner: Int64 {
        get { self[0] }
        nonmutating set { self[0] = newValue }
    }

    /// Where it is in the ledger.
    var ledgerSlot: LedgerSlot {
        let slot = base.assumingMemoryBound(to: UsageSlot.self).pointee
        return LedgerSlot(slot: slot.number, generation: slot.generation)
    }

    /// The revision of the credits; 0 in a new block.
    var revision: UInt32 {
        get { self[Offset.revision] }
        nonmutating set { self[Offset.revision] = newValue }
    }

    var granted: Int64 {
        get { self[Offset.granted] }
        nonmutating set { self[Offset.granted] = newValue }
    }

    var spent: Int64 {
        get { self[Offset.spent] }
        nonmutating set { self[Offset.spent] = newValue }
    }

    var full: Int64 {
        get { self[Offset.full] }
        nonmutating set { self[Offset.full] = newValue }
    }

    var refilledOn: Int64 {
        get { self[Offset.refilledOn] }
        nonmutating set { self[Offset.refilledOn] = newValue }
    }

    /// Prefetches the credits and the counts of the first limits.
    func prefetchCounts() {
        prefetch(base)
        prefetch(base + Offset.windows)
    }

    // MARK: Limits

    /// The counts of the limit at `place`, 0 to 7.
    @inline(__always)
    func windows(_ place: Int) -> UnsafeMutablePointer<WindowCounts> {
        let offset = Offset.windows &+ place &* MemoryLayout<WindowCounts>.stride
        return (base + offset).assumingMemoryBound(to: WindowCounts.self)
    }

    /// Finds the places of limits. Counts follow the names of limits; those of other limits are forgotten.
    ///
    /// - Parameter bootTime: milliseconds on the boot-time clock.
    /// - Returns: a place for each limit.
    func places(for limits: [RateLimit], bootTime: Int64) -> [Int] {
        let tags = limits.map { Self.tag(of: $0.name) }
        var places: [Int?] = []
        for tag in tags {
            places.append((0..<RateLimit.most).first { self.tag($0) == tag && !places.contains($0) })
        }
        for place in 0..<RateLimit.most where !places.contains(place) { setTag(0, place) }
        for (index, limit) in limits.enumerated() {
            let seconds = UInt32(limit.window.milliseconds / 1_000)
            if let place = places[index] {
                change(place, toSeconds: seconds, bootTime)
            } else if let place = (0..<RateLimit.most).first(where: { !places.contains($0) }) {
                windows(place).pointee = WindowCounts()
                self[Offset.lengths + 4 * place] = seconds
                setTag(tags[index], place)
                places[index] = place
            }
        }
        return places.map { $0 ?? 0 }
    }

    /// Takes the limits and counts of another block.
    func copyLimits(of other: AllowanceBlock) {
        (base + Offset.windows).copyMemory(
            from: other.base + Offset.windows, byteCount: Offset.end - Offset.windows)
    }

    private func change(_ place: Int, toSeconds seconds: UInt32, _ bootTime: Int64) {
        let former: UInt32 = self[Offset.lengths + 4 * place]
        guard former != seconds, former > 0 else { return }
        windows(place).pointee.change(
            from: WindowCounts.Moment(bootTime, length: Int64(former) * 1_000),
            to: WindowCounts.Moment(bootTime, length: Int64(seconds) * 1_000))
        self[Offset.lengths + 4 * place] = seconds
    }

    private func tag(_ place: Int) -> UInt32 { self[Offset.tags + 4 * place] }

    private func setTag(_ tag: UInt32, _ place: Int) { self[Offset.tags + 4 * place] = tag }

    /// A number for a name, never 0 (FNV-1a, 32 bits).
    private static func tag(of name: String) -> UInt32 {
        max(1, name.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 })
    }
}
