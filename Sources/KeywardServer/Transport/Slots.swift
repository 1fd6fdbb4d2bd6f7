import KeywardBase
import KeywardCore

/// A connection, its socket, and its peer.
struct Slot: ~Copyable {
    let socket: Descriptor
    let peer: PeerCredentials
    /// Whether it exists only to be refused.
    let isRefused: Bool
    /// The poller's tag of the socket: the slot's index, and above it the slot's generation.
    let tag: UInt64
    var interest: Poller.Interest
    var connection: Connection
    /// The channel for notifications, if there is one.
    var channel: PushChannel?
    /// When this loop last received something, in milliseconds.
    var readAt = Int64.min

    consuming func releaseSocket() {
        socket.release()
    }
}

/// The connections of one loop, in place: access to one counts no reference and moves nothing.
struct Slots: ~Copyable {
    private(set) var capacity: Int
    private(set) var count = 0
    private var slots: UnsafeMutablePointer<Slot>
    /// How often each slot was filled and emptied: odd while it is filled.
    private var generations: [UInt32]
    private var free: [Int]

    init(capacity: Int) {
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        generations = Array(repeating: 0, count: capacity)
        free = Array((0..<capacity).reversed())
    }

    deinit {
        for index in 0..<capacity where isFilled(index) { (slots + index).deinitialize(count: 1) }
        slots.deallocate()
    }

    /// Grows to `capacity` slots and invalidates pointers to slots. It never shrinks.
    mutating func grow(to capacity: Int) {
        guard capacity > self.capacity else { return }
        let roomier = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        for index in 0..<self.capacity where isFilled(index) {
            (roomier + index).moveInitialize(from: slots + index, count: 1)
        }
        slots.deallocate()
        slots = roomier
        generations += Array(repeating: 0, count: capacity - self.capacity)
        free = (self.capacity..<capacity).reversed() + free
        self.capacity = capacity
    }

    /// The tag that the next slot must have; `nil` if all are filled.
    var nextTag: UInt64? {
        free.last.map { UInt64(generations[$0] &+ 1) << 32 | UInt64($0) }
    }

    /// Fills the slot of ``nextTag``. Returns its index.
    mutating func insert(_ slot: consuming Slot) -> Int {
        let index = free.removeLast()
        precondition(Int(UInt32(truncatingIfNeeded: slot.tag)) == index)
        (slots + index).initialize(to: slot)
        generations[index] &+= 1
        count += 1
        return index
    }

    /// Empties the slot, which closes its socket.
    mutating func remove(_ index: Int) {
        precondition(isFilled(index))
        (slots + index).deinitialize(count: 1)
        noteEmptied(index)
    }

    /// Empties the slot and leaves its socket open, for another owner.
    mutating func release(_ index: Int) {
        precondition(isFilled(index))
        (slots + index).move().releaseSocket()
        noteEmptied(index)
    }

    private mutating func noteEmptied(_ index: Int) {
        generations[index] &+= 1
        free.append(index)
        count -= 1
    }

    /// The slot with this tag, if it was not emptied since.
    func index(of tag: UInt64) -> Int? {
        let index = Int(UInt32(truncatingIfNeeded: tag))
        return index < capacity && generations[index] == UInt32(truncatingIfNeeded: tag >> 32) ? index : nil
    }

    func isFilled(_ index: Int) -> Bool { generations[index] & 1 == 1 }

    /// A filled slot; the pointer is valid until the slot is emptied.
    subscript(index: Int) -> UnsafeMutablePointer<Slot> { slots + index }
}
