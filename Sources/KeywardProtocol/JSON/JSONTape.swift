/// A parsed JSON text: its values as a flat array of nodes that refer to the text.
///
/// The tape is reused, so after the first few lines nothing is allocated. It holds no bytes: its methods take the
/// scanned text. The children of an object alternate between names and values.
package struct JSONTape: ~Copyable {
    package enum Kind: UInt8, Sendable { case object, array, string, number, `true`, `false`, null }

    package struct Node: Sendable {
        package var kind: Kind
        /// For a string: whether it has escapes. For a number: whether it has a fraction or an exponent.
        @usableFromInline var flag: Bool
        /// The offset of the value's first byte; for a string, of its opening quote.
        @usableFromInline var start: UInt32
        /// The offset after the value's last byte.
        @usableFromInline var end: UInt32
        /// The index of the node after this value and its descendants.
        @usableFromInline var following: UInt32

        @inlinable init(kind: Kind, flag: Bool, start: Int, end: Int, following: Int) {
            self.kind = kind
            self.flag = flag
            self.start = UInt32(truncatingIfNeeded: start)
            self.end = UInt32(truncatingIfNeeded: end)
            self.following = UInt32(truncatingIfNeeded: following)
        }

        /// The bytes of the value in the text.
        @inlinable package var range: Range<Int> {
            Range(uncheckedBounds: (Int(start), Int(end)))
        }

        /// The bytes between the quotes of a string, with escapes not decoded.
        @inlinable package var contents: Range<Int> {
            Range(uncheckedBounds: (Int(start) + 1, Int(end) - 1))
        }

        /// For a string: whether it has escapes.
        @inlinable package var hasEscapes: Bool { kind == .string && flag }

        /// Whether the node is a number without fraction and exponent.
        @inlinable package var isInteger: Bool { kind == .number && !flag }
    }

    /// The limits that bound the cost of a text.
    package struct Limits: Hashable, Sendable {
        /// The largest number of open objects and arrays, 1 or more.
        package var depth: Int
        /// The largest number of members of an object.
        package var members: Int

        package init(depth: Int, members: Int) {
            self.depth = depth
            self.members = members
        }

        /// The limits for a client's request.
        package static let request = Limits(depth: 32, members: 256)
        /// The limits for a daemon's reply. Metadata is nested deeper in a reply than in the request that set it.
        package static let reply = Limits(depth: 64, members: 256)
    }

    /// An object or array that is still open.
    struct Open {
        var node: Int
        var members: Int
    }

    package let limits: Limits
    @usableFromInline var nodes: UnsafeMutablePointer<Node>
    var capacity = 64
    let open: UnsafeMutablePointer<Open>
    /// The number of nodes. After a fault: those read before it.
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

    /// The node at `index`; index 0 is the whole text's value.
    @inlinable package subscript(index: Int) -> Node {
        precondition(index >= 0 && index < count)
        return nodes[index]
    }

    /// The index of the node after the value at `index` and its descendants.
    @inlinable package func next(_ index: Int) -> Int {
        Int(self[index].following)
    }

    /// Parses one JSON text that fills `bytes`, in one pass, strictly by RFC 8259.
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

    /// Frees memory when the last text was unusually large.
    package mutating func shrink(to limit: Int = 4_096) {
        guard capacity > max(limit, 64) else { return }
        nodes.deallocate()
        (capacity, count) = (max(limit, 64), 0)
        nodes = .allocate(capacity: capacity)
    }
}
