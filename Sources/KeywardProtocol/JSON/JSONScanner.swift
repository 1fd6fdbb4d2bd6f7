/// The pass over a text that fills a tape.
///
/// Every verification runs it. So it uses raw pointers, compares each access with `end`, does not recurse, and
/// allocates only if the tape must grow.
struct JSONScanner {
    let base: UnsafeRawPointer
    let end: Int
    let limits: JSONTape.Limits
    let open: UnsafeMutablePointer<JSONTape.Open>
    var nodes: UnsafeMutablePointer<JSONTape.Node>
    var capacity: Int
    var count = 0
    var depth = 0

    /// Takes ownership of the tape's memory; the caller returns `nodes` to it.
    init(base: UnsafeRawPointer, end: Int, tape: borrowing JSONTape) {
        self.base = base
        self.end = end
        limits = tape.limits
        open = tape.open
        nodes = tape.nodes
        capacity = tape.capacity
    }

    mutating func scan() throws(JSONFault) {
        var position = try significant(0)
        while true {
            if try value(&position), try !following(&position) { break }
        }
        while position < end {
            guard Self.isSpace(byte(position)) else { throw JSONFault(.trailingBytes, at: position) }
            position += 1
        }
    }

    // MARK: - Values

    /// Reads a complete value (`true`, `position` is after it) or opens an object or array (`false`, `position` is at
    /// its first value).
    @inline(__always)
    private mutating func value(_ position: inout Int) throws(JSONFault) -> Bool {
        switch byte(position) {
        case UInt8(ascii: "\""):
            position = try string(at: position)
        case UInt8(ascii: "{"):
            return try opened(.object, closer: UInt8(ascii: "}"), &position)
        case UInt8(ascii: "["):
            return try opened(.array, closer: UInt8(ascii: "]"), &position)
        case UInt8(ascii: "t"):
            position = try literal(.true, 0x6575_7274, 4, at: position)
        case UInt8(ascii: "f"):
            position = try literal(.false, 0x6573_6C61, 5, at: position)
        case UInt8(ascii: "n"):
            position = try literal(.null, 0x6C6C_756E, 4, at: position)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try JSONNumber.scan(base, position, end)
            append(.number, flag: !number.isInteger, position, number.end)
            position = number.end
        default:
            throw JSONFault(.unexpectedByte, at: position)
        }
        return true
    }

    /// After a value: closes all containers that end here. Returns whether another value follows, at `position`.
    @inline(__always)
    private mutating func following(_ position: inout Int) throws(JSONFault) -> Bool {
        while depth > 0 {
            position = try significant(position)
            let isObject = nodes[open[depth - 1].node].kind == .object
            switch byte(position) {
            case UInt8(ascii: ","):
                position = try significant(position + 1)
                if isObject { position = try name(at: position) }
                return true
            case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                position = close(at: position)
            default:
                throw JSONFault(.unexpectedByte, at: position)
            }
        }
        return false
    }

    @inline(__always)
    private mutating func string(at start: Int) throws(JSONFault) -> Int {
        let string = try JSONString.scan(base, start, end)
        append(.string, flag: string.hasEscapes, start, string.end)
        return string.end
    }

    /// `word` is the last four letters, in memory order.
    @inline(__always)
    private mutating func literal(
        _ kind: JSONTape.Kind, _ word: UInt32, _ length: Int, at start: Int
    ) throws(JSONFault) -> Int {
        guard end - start >= length else { throw JSONFault(.unexpectedEnd, at: end) }
        let found = base.loadUnaligned(fromByteOffset: start + length - 4, as: UInt32.self)
        guard UInt32(littleEndian: found) == word else { throw JSONFault(.unexpectedByte, at: start) }
        append(kind, flag: false, start, start + length)
        return start + length
    }

    // MARK: - Objects and arrays

    /// Opens an object or array up to its first value; `true` if it is empty and therefore closed again.
    @inline(__always)
    private mutating func opened(
        _ kind: JSONTape.Kind, closer: UInt8, _ position: inout Int
    ) throws(JSONFault) -> Bool {
        guard depth < limits.depth else { throw JSONFault(.tooDeep, at: position) }
        open[depth] = JSONTape.Open(node: count, members: 0)
        depth += 1
        append(kind, flag: false, position, position + 1)
        position = try significant(position + 1)
        if byte(position) == closer {
            position = close(at: position)
            return true
        }
        if kind == .object { position = try name(at: position) }
        return false
    }

    /// Closes the innermost object or array. Returns the position after it.
    @inline(__always)
    private mutating func close(at position: Int) -> Int {
        depth -= 1
        let node = open[depth].node
        nodes[node].end = UInt32(truncatingIfNeeded: position + 1)
        nodes[node].following = UInt32(truncatingIfNeeded: count)
        return position + 1
    }

    /// Reads a member's name and its colon. Returns the position of its value.
    @inline(__always)
    private mutating func name(at start: Int) throws(JSONFault) -> Int {
        guard byte(start) == UInt8(ascii: "\"") else { throw JSONFault(.unexpectedByte, at: start) }
        guard open[depth - 1].members < limits.members else { throw JSONFault(.tooManyMembers, at: start) }
        open[depth - 1].members += 1
        let behind = try string(at: start)
        if isRepeated(count - 1, in: open[depth - 1].node) { throw JSONFault(.duplicateName, at: start) }
        let colon = try significant(behind)
        guard byte(colon) == UInt8(ascii: ":") else { throw JSONFault(.unexpectedByte, at: colon) }
        return try significant(colon + 1)
    }

    /// Whether an earlier member of `object` has the same name as the one at `name`.
    @inline(__always)
    private func isRepeated(_ name: Int, in object: Int) -> Bool {
        let node = nodes[name]
        var other = object + 1
        while other < name {
            if JSONString.equal(base, node, nodes[other]) { return true }
            other = Int(nodes[other + 1].following)
        }
        return false
    }

    // MARK: - Bytes and nodes

    @inline(__always)
    private func byte(_ position: Int) -> UInt8 {
        base.load(fromByteOffset: position, as: UInt8.self)
    }

    /// The position of the first byte at or after `start` that is not white space.
    @inline(__always)
    private func significant(_ start: Int) throws(JSONFault) -> Int {
        var position = start
        while position < end {
            if !Self.isSpace(byte(position)) { return position }
            position += 1
        }
        throw JSONFault(.unexpectedEnd, at: end)
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte <= 0x20 && (byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09)
    }

    @inline(__always)
    private mutating func append(_ kind: JSONTape.Kind, flag: Bool, _ start: Int, _ end: Int) {
        if count == capacity { grow() }
        nodes[count] = JSONTape.Node(kind: kind, flag: flag, start: start, end: end, following: count + 1)
        count += 1
    }

    @inline(never)
    private mutating func grow() {
        let grown = UnsafeMutablePointer<JSONTape.Node>.allocate(capacity: capacity * 2)
        grown.initialize(from: nodes, count: count)
        nodes.deallocate()
        (nodes, capacity) = (grown, capacity * 2)
    }
}
