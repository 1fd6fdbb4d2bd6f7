/// The counts of an allowance, in four cache lines of the ledger of allowances.
///
/// The first line starts like a usage slot: with the owner and its generation, by which ``UsageSlots`` recognizes it.
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
    }

    init(_ base: UnsafeMutablePointer<UsageSlot>) {
        self.base = UnsafeMutableRawPointer(base)
    }

    /// The revision of the credits; 0 in a new block.
    var revision: UInt32 {
        get { base.load(fromByteOffset: Offset.revision, as: UInt32.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: Offset.revision, as: UInt32.self) }
    }

    var granted: Int64 {
        get { base.load(fromByteOffset: Offset.granted, as: Int64.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: Offset.granted, as: Int64.self) }
    }

    var spent: Int64 {
        get { base.load(fromByteOffset: Offset.spent, as: Int64.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: Offset.spent, as: Int64.self) }
    }

    var full: Int64 {
        get { base.load(fromByteOffset: Offset.full, as: Int64.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: Offset.full, as: Int64.self) }
    }

    var refilledOn: Int64 {
        get { base.load(fromByteOffset: Offset.refilledOn, as: Int64.self) }
        nonmutating set { base.storeBytes(of: newValue, toByteOffset: Offset.refilledOn, as: Int64.self) }
    }

    /// The counts of the limit at `place`, 0 to 7.
    func windows(_ place: Int) -> UnsafeMutablePointer<WindowCounts> {
        let offset = Offset.windows + place * MemoryLayout<WindowCounts>.stride
        return (base + offset).assumingMemoryBound(to: WindowCounts.self)
    }

    /// Prefetches the lines of the credits and the first limits.
    func prefetchCounts() {
        prefetch(base)
        prefetch(base + Offset.windows)
    }
}
