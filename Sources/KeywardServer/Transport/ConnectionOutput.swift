import KeywardBase

/// What a connection has to send, and since when nothing of it could be sent.
struct ConnectionOutput: ~Copyable {
    static var never: Int64 { .max }

    private(set) var stalledSince = Self.never
    /// Where handlers add replies.
    var bytes: ByteBuffer
    /// Whoever reads it.
    let requester: Requester
    /// How many of the bytes the requester counts.
    private var counted = 0

    init(for requester: Requester, capacity: Int) {
        self.requester = requester
        bytes = ByteBuffer(capacity: capacity)
    }

    deinit {
        requester.leave()
    }

    var isEmpty: Bool { bytes.isEmpty }
    var count: Int { bytes.count }

    /// Whether more may be added to it. One that is empty takes a reply in any case.
    func hasCapacity(within bounds: ConnectionBounds) -> Bool {
        isEmpty || count < bounds.heldOutput && !requester.isShareUsedUp
    }

    /// Whether so many unread bytes are too many for lines that answer no request.
    func isTooMuch(_ unread: Int, within bounds: ConnectionBounds) -> Bool {
        unread > bounds.unreadPushes || unread > bounds.heldOutput && requester.isShareUsedUp
    }

    mutating func append(_ line: [UInt8]) {
        line.span.withUnsafeBytes { bytes.append($0) }
    }

    /// Adds what the requester has counted already.
    mutating func appendCounted(_ part: [UInt8]) {
        counted += part.count
        append(part)
    }

    /// The socket took `count` bytes; fewer than all, none perhaps, if it is full.
    mutating func sent(_ count: Int, now: Int64) {
        bytes.removeFirst(count)
        if isEmpty {
            stalledSince = Self.never
            bytes.shrink(to: 64 << 10)
            if counted > 0 { countAgain() }
            return
        }
        countAgain()
        if count > 0 || stalledSince == Self.never { stalledSince = now }
    }

    private mutating func countAgain() {
        requester.hold(count - counted)
        counted = count
    }
}
