/// The filter of a query, independent of its order.
final class KeyFilter {
    private let workspace: Int64?
    private let now: Instant
    private let statuses: KeyStatusSet?
    private let facts: KeyStatusSet?
    private let expiresBefore: Instant?
    private let start: [UInt8]
    private let search: KeySearch?

    /// - Parameter workspace: `nil` means all.
    init(for query: KeyQuery, inWorkspace workspace: Int64?, at now: Instant) {
        self.workspace = workspace
        self.now = now
        statuses = query.statuses.map { KeyStatusSet($0) }
        facts = query.facts.map { KeyStatusSet($0) }
        expiresBefore = query.expiresBefore
        start = query.start.map { Array($0.utf8) } ?? []
        search = query.search.map { KeySearch($0) }
    }

    /// Whether the filter may admit so few keys that a page never fills.
    var isNarrow: Bool { statuses != nil || facts != nil || expiresBefore != nil }

    /// Whether the last use and the creation of a key are compared.
    var looksAtUse: Bool { !(statuses?.isTerminal ?? true) || !(facts?.isTerminal ?? true) }

    /// Whether texts are compared.
    var looksAtTexts: Bool { search != nil || !start.isEmpty }

    @inline(__always)
    func isInWorkspace(_ key: UnsafePointer<HotKey>) -> Bool {
        workspace == nil || key.pointee.workspace == workspace
    }

    /// Whether a key of the workspace passes, apart from its texts.
    @inline(__always)
    func admits(_ key: UnsafePointer<HotKey>, _ state: borrowing RegistryState) -> Bool {
        if let expiresBefore, key.pointee.expiresAt >= expiresBefore { return false }
        guard statuses != nil || facts != nil else { return true }
        let context = state.context(ofWorkspace: key.pointee.workspace)
        if let statuses, !key.pointee.hasStatus(in: statuses, at: now, context) { return false }
        if let facts, !key.pointee.holds(anyOf: facts, at: now, in: context) { return false }
        return true
    }

    /// - Parameter work: the cost of the comparison is added, in the unit of ``HoldBudget``.
    @inline(__always)
    func matchesTexts(of key: UnsafePointer<HotKey>, _ work: inout Int) -> Bool {
        if !start.isEmpty, !begins(key) { return false }
        return search?.matches(key, &work) ?? true
    }

    private func begins(_ key: UnsafePointer<HotKey>) -> Bool {
        guard let texts = key.pointee.text else { return false }
        return texts.name.starts(with: start) || texts.prefix.starts(with: start)
    }
}
