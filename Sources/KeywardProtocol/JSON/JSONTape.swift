/// One JSON text, taken apart: its values as a flat run of nodes that point into the text.
///
/// Made for reuse: after the first few lines nothing is allocated. It keeps no bytes; whoever asks about a node
/// hands in the text that was scanned. An object's children are its names and values in turn.
package struct JSONTape: ~Copyable {
    package enum Kind: UInt8, Sendable { case object, array, string, number, `true`, `false`, null }

    package struct Node: Sendable {
        package var kind: Kind
        /// Of a string: whether it has escapes. Of a number: whether it has a fraction or an exponent.
        @usableFromInline var flag: Bool
        /// The first byte of the value, the quote of a string included.
        @usableFromInline var start: UInt32
        /// The first byte behind the value.
        @usableFromInline var end: UInt32
        /// The index of the node behind this value and all that is in it.
        @usableFromInline var following: UInt32

        @inlinable init(kind: Kind, flag: Bool, start: Int, end: Int, following: Int) {
            self.kind = kind
            self.flag = flag
            self.start = UInt32(truncatingIfNeeded: start)
            self.end = UInt32(truncatingIfNeeded: end)
            self.following = UInt32(truncatingIfNeeded: following)
        }

        /// The bytes of the value as it was written.
        @inlinable package var range: Range<Int> {
            Range(uncheckedBounds: (Int(start), Int(end)))
        }

        /// The bytes between the quotes of a string, escapes as they were written.
        @inlinable package var contents: Range<Int> {
            Range(uncheckedBounds: (Int(start) + 1, Int(end) - 1))
        }

        /// Of a string: whether it has escapes.
        @inlinable package var hasEscapes: Bool { kind == .string && flag }

        /// Whether it is a number without fraction and exponent.
        @inlinable package var isInteger: Bool { kind == .number && !flag }
    }

    /// The bounds that keep a text cheap to check.
    package struct Limits: Hashable, Sendable {
        /// How many objects and arrays may be open at once, 1 or more.
        package var depth: Int
        /// How many members an object may have.
        package var members: Int

        package init(depth: Int, members: Int) {
            self.depth = depth
            self.members = members
        }

        /// What a client may send.
        package static let request = Limits(depth: 32, members: 256)
        /// What a client takes: metadata lies deeper in a reply than in the request that set it.
        package static let reply = Limits(depth: 64, members: 256)
    }

    /// An object or array that is not closed yet.
    struct Open {
        var node: Int
        var members: Int
    }

    package let limits: Limits
    @usableFromInline var nodes: UnsafeMutablePointer<Node>
    var capacity = 64
    let open: UnsafeMutablePointer<Open>
    /// How many nodes there are. After a fault: those that were read before it.
    package internal(set) var count = 0

    package init(limits: Limits = .request) {
        self.limits = limits
        nodes = .allocate(capacity: capacity)
        open = .allocate(capacity: limits.depth)
    }

    deinit {
        nodes.deallocate()
        open.deallocate()
    }

    /// The node at `index`; the text's own value is at 0.
    @inlinable package subscript(index: Int) -> Node {
        precondition(index >= 0 && index < count)
        return nodes[index]
    }

    /// The index of the node behind the value at `index` and all that is in it.
    @inlinable package func next(_ index: Int) -> Int {
        Int(self[index].following)
    }

    /// Reads one JSON text that fills `bytes`, in one pass, strictly after RFC 8259.
    package mutating func scan(_ bytes: Span<UInt8>) throws(JSONFault) {
        count = 0
        guard bytes.count < Int(UInt32.max) else { throw JSONFault(.tooLong, at: 0) }
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONFault) in
            guard let base = buffer.baseAddress else { throw JSONFault(.unexpectedEnd, at: 0) }
            var scanner = JSONScanner(base: UnsafeRawPointer(base), end: buffer.count, tape: self)
            defer { (nodes, capacity, count) = (scanner.nodes, scanner.capacity, scanner.count) }
            try scanner.scan()
        }
    }

    /// Gives room back to the allocator when the last text was an unusually large one.
    package mutating func shrink(to limit: Int = 4_096) {
        guard capacity > max(limit, 64) else { return }
        nodes.deallocate()
        (capacity, count) = (max(limit, 64), 0)
        nodes = .allocate(capacity: capacity)
    }
}
