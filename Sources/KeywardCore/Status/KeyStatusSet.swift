/// Statuses as bits, because a look-up in a `Set` hashes.
package struct KeyStatusSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt16 = 0

    package init(_ statuses: some Sequence<KeyStatus>) {
        for status in statuses { bits |= 1 << UInt16(status.place) }
    }

    package init(arrayLiteral statuses: KeyStatus...) {
        self.init(statuses)
    }

    /// Whether it has only statuses of keys that have ended.
    @inline(__always)
    package var isTerminal: Bool { bits & ~Self.terminal.bits == 0 }

    private static let terminal = KeyStatusSet(KeyStatus.allCases.filter(\.isTerminal))

    @inline(__always)
    package func contains(_ status: KeyStatus) -> Bool { bits & 1 << UInt16(status.place) != 0 }
}

/// The number of keys by status.
struct StatusCounts {
    private var counts = [Int](repeating: 0, count: KeyStatus.allCases.count)

    mutating func add(_ status: KeyStatus) { counts[status.place] += 1 }

    /// Only statuses that a key has.
    var byStatus: [KeyStatus: Int] {
        var found: [KeyStatus: Int] = [:]
        for status in KeyStatus.allCases where counts[status.place] > 0 { found[status] = counts[status.place] }
        return found
    }
}

extension KeyStatus {
    /// Its index in `allCases`.
    fileprivate var place: Int {
        switch self {
        case .revoked: 0
        case .canary: 1
        case .superseded: 2
        case .expired: 3
        case .disabled: 4
        case .suspended: 5
        case .retiring: 6
        case .expiring: 7
        case .stale: 8
        case .unused: 9
        case .active: 10
        }
    }
}
