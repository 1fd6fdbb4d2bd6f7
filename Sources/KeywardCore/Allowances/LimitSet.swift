/// Limits as verifications read them, in one block of memory: the terms, then the texts of replies.
///
/// Allowances with equal limits share one, so it is mostly in the processor's cache. For use under the registry's lock
/// only. ``LimitSets`` creates and frees it.
struct LimitSet {
    /// One limit.
    struct Limit {
        /// The window that was current last: when it started, and its number.
        private var start: Int64 = 0
        private var window: Int64 = 0
        /// In milliseconds.
        let length: Int64
        /// What may be spent in a window.
        let most: Int64
        /// In UTF-8.
        let name: UnsafeRawBufferPointer
        /// The start of its text in a reply, up to what remains.
        let text: UnsafeRawBufferPointer
        let isAutomatic: Bool

        init(_ terms: RateLimit, name: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer) {
            (most, length) = (terms.limit, terms.window.milliseconds)
            (self.name, self.text) = (name, text)
            isAutomatic = terms.isAutomatic
        }

        /// The window of a time. Divides only once for each window, however many allowances have the limit.
        ///
        /// - Parameter bootTime: milliseconds on the boot-time clock, 0 or more.
        @inline(__always)
        mutating func moment(_ bootTime: Int64) -> WindowCounts.Moment {
            // Times before the start are far after it as numbers without a sign.
            if UInt64(bitPattern: bootTime &- start) >= UInt64(bitPattern: length) {
                window = bootTime / length
                start = window * length
            }
            return WindowCounts.Moment(window: window, left: start &+ length &- bootTime, length: length)
        }
    }

    private struct Head {
        var users = 0
        let number: UInt32
        let count: UInt32
    }

    private let base: UnsafeMutableRawPointer

    /// - Parameters:
    ///   - number: differs from that of every other set, also of earlier ones.
    ///   - text: the start of a limit's text in a reply.
    init(_ limits: [RateLimit], number: UInt32, text: (RateLimit) -> [UInt8]) {
        let texts = limits.map { (name: Array($0.name.utf8), text: text($0)) }
        let start = MemoryLayout<Head>.stride + limits.count * MemoryLayout<Limit>.stride
        let size = texts.reduce(start) { $0 + $1.name.count + $1.text.count } + LimitReply.readableBytes
        base = .allocate(byteCount: size, alignment: cacheLine)
        base.initializeMemory(as: Head.self, to: Head(number: number, count: UInt32(limits.count)))
        var end = base + start
        func copy(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
            let copy = UnsafeMutableRawBufferPointer(start: end, count: bytes.count)
            copy.copyBytes(from: bytes)
            end += bytes.count
            return UnsafeRawBufferPointer(copy)
        }
        for (place, terms) in limits.enumerated() {
            let limit = Limit(terms, name: copy(texts[place].name), text: copy(texts[place].text))
            self[place].initialize(to: limit)
        }
    }

    var number: UInt32 { base.load(fromByteOffset: MemoryLayout<Head>.offset(of: \.number)!, as: UInt32.self) }

    var count: Int { Int(base.assumingMemoryBound(to: Head.self).pointee.count) }

    /// How many allowances and workspaces have it.
    var users: Int {
        get { base.assumingMemoryBound(to: Head.self).pointee.users }
        nonmutating set { base.assumingMemoryBound(to: Head.self).pointee.users = newValue }
    }

    subscript(place: Int) -> UnsafeMutablePointer<Limit> {
        @inline(__always) get {
            (base + MemoryLayout<Head>.stride).assumingMemoryBound(to: Limit.self) + place
        }
    }

    /// Prefetches the terms of the first limits.
    func prefetch() {
        for line in 0..<3 { KeywardCore.prefetch(base + line * cacheLine) }
    }

    func deallocate() { base.deallocate() }
}

/// Every set of limits that an allowance or a plan has, each once.
struct LimitSets: ~Copyable {
    /// The start of a limit's text in a reply.
    typealias Text = @Sendable (RateLimit) -> [UInt8]

    /// The set without limits; always there.
    let none: LimitSet
    private var sets: [[RateLimit]: LimitSet] = [:]
    private var lastNumber: UInt32 = 0
    private let text: Text

    init(_ text: @escaping Text) {
        self.text = text
        none = LimitSet([], number: 0, text: text)
    }

    deinit {
        none.deallocate()
        sets.values.forEach { $0.deallocate() }
    }

    /// The set of these limits, for one more user.
    mutating func acquire(_ limits: [RateLimit]) -> LimitSet {
        guard !limits.isEmpty else { return none }
        let set = sets[limits] ?? make(limits)
        set.users += 1
        return set
    }

    private mutating func make(_ limits: [RateLimit]) -> LimitSet {
        lastNumber += 1
        let set = LimitSet(limits, number: lastNumber, text: text)
        sets[limits] = set
        return set
    }

    /// Frees the set of these limits with its last user.
    mutating func release(_ limits: [RateLimit]) {
        guard let set = sets[limits] else { return }
        set.users -= 1
        guard set.users == 0 else { return }
        sets[limits] = nil
        set.deallocate()
    }
}
