import KeywardBase

/// The output of a connection, and since when the socket accepts none of it.
struct ConnectionOutput: ~Copyable {
    static var never: Int64 { .max }

    private(set) var stalledSince = Self.never
    /// The buffer for handlers' replies.
    var bytes: ByteBuffer
    /// The reader.
    let requester: Requester
    /// The number of bytes that the requester counts.
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

    /// Whether more can be added. An empty output always accepts a reply.
    func hasCapacity(within bounds: ConnectionBounds) -> Bool {
        isEmpty || count < bounds.heldOutput && !requester.isShareUsedUp
    }

    /// Whether the number of unread bytes exceeds the limit for notifications.
    func isTooMuch(_ unread: Int, within bounds: ConnectionBounds) -> Bool {
        unread > bounds.unreadPushes || unread > bounds.heldOutput && requester.isShareUsedUp
    }

    mutating func append(_ line: [UInt8]) {
        line.span.withUnsafeBytes { bytes.append($0) }
    }

    /// Adds bytes that the requester has already counted.
    mutating func appendCounted(_ part: [UInt8]) {
        counted += part.count
        append(part)
    }

    /// The socket accepted `count` bytes; fewer than all, possibly none, if it is full.
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
