/// Verifications from several connections, to be answered together, each as plain numbers.
///
/// Their keys are digested as they are added, before the registry's lock is taken.
package struct VerificationBatch: ~Copyable {
    private struct Item {
        /// Zero if the presented text is not a key.
        var digest = Digest(words: .zero)
        var isKey = false
        var workspace = Workspace.standard
        /// The range of the request's id in the bytes of the request.
        var id: Range<Int>
        /// The index of the key, plus one, if its digest was looked up in advance; 0 if not.
        var found: UInt32 = 0
        /// The index of its demand, plus one; 0 if it asks nothing of the key but its status.
        var demand: UInt32 = 0
        var furtherDigests = Places()
    }

    /// A range of another array.
    private struct Places {
        var start: UInt32 = 0
        var count: UInt32 = 0

        var range: Range<Int> { Int(start)..<Int(start + count) }
    }

    /// The workspace that a request names.
    package enum Workspace: Sendable {
        case standard
        case any
        /// The range of its name in the bytes of the request.
        case named(Range<Int>)
        /// Its name was written with escapes: the index of the decoded name.
        case decoded(Int)
    }

    private let pepper: Pepper
    private let retiredPeppers: [Pepper]
    private var items: [Item] = []
    // For some items only: demands, names of workspaces that were written with escapes, and further digests if there are
    // retired peppers.
    private var demands: [VerificationDemand] = []
    private var decodedNames: [[UInt8]] = []
    private var furtherDigests: [Digest] = []

    /// - Parameter peppers: the peppers of the keys, the current one first.
    package init(peppers: PepperSet) {
        pepper = peppers.current
        retiredPeppers = Array(peppers.all.dropFirst())
    }

    package var count: Int { items.count }

    /// Adds a verification of a well-formed key in the default workspace that asks nothing else.
    package mutating func add(wellFormed key: UnsafeRawBufferPointer, id: Range<Int>) {
        var item = Item(id: id)
        digest(key, for: &item)
        items.append(item)
    }

    /// Adds a verification of a text that may not be a key.
    package mutating func add(
        _ key: UnsafeRawBufferPointer, id: Range<Int>, in workspace: Workspace, _ demand: VerificationDemand
    ) {
        var item = Item(workspace: workspace, id: id)
        if !demand.isEmpty {
            demands.append(demand)
            item.demand = UInt32(demands.count)
        }
        if KeyFormat.isWellFormed(key) { digest(key, for: &item) }
        items.append(item)
    }

    /// Stores the decoded name of a workspace.
    package mutating func keep(workspace name: [UInt8]) -> Workspace {
        decodedNames.append(name)
        return .decoded(decodedNames.count - 1)
    }

    /// Removes all but the first `count`.
    package mutating func truncate(to count: Int) {
        items.removeSubrange(count...)
        if items.isEmpty { removeAll() }
    }

    package mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        if !demands.isEmpty { demands.removeAll(keepingCapacity: true) }
        if !decodedNames.isEmpty { decodedNames.removeAll(keepingCapacity: true) }
        if !furtherDigests.isEmpty { furtherDigests.removeAll(keepingCapacity: true) }
    }

    private mutating func digest(_ key: UnsafeRawBufferPointer, for item: inout Item) {
        item.isKey = true
        item.digest = pepper.digest(of: key)
        guard !retiredPeppers.isEmpty else { return }
        item.furtherDigests = Places(start: UInt32(furtherDigests.count), count: UInt32(retiredPeppers.count))
        for pepper in retiredPeppers { furtherDigests.append(pepper.digest(of: key)) }
    }

    // MARK: Under the registry's lock

    /// Prefetches the memory that the answers read, one step for all of them at a time.
    mutating func prefetch(from table: borrowing KeyTable, _ allowances: borrowing AllowanceTable) {
        var hasDetails = false
        for place in items.indices { table.prefetchSlot(for: items[place].digest) }
        for place in items.indices { table.prefetchRecord(for: items[place].digest) }
        for place in items.indices {
            guard let index = search(place, in: table) else { continue }
            items[place].found = UInt32(index + 1)
            table[index].prefetchReply()
            if table[index].hasDetails { hasDetails = true }
        }
        if hasDetails { prefetchAllowances(from: table, allowances) }
    }

    /// The same for what few keys have.
    @inline(never)
    private func prefetchAllowances(from table: borrowing KeyTable, _ allowances: borrowing AllowanceTable) {
        func forEach(_ body: (Int) -> Void) {
            for item in items where item.found > 0 {
                if let allowance = table[Int(item.found) - 1].allowance { body(allowance) }
            }
        }
        for item in items where item.found > 0 { table[Int(item.found) - 1].prefetchDetails() }
        forEach { allowances.prefetch($0) }
        forEach { allowances.prefetchCounts($0) }
    }

    /// The index of the key that a verification presents; `nil` if there is none.
    @inline(__always)
    func find(_ place: Int, in table: borrowing KeyTable) -> KeyTable.Index? {
        // The key may have been removed, and its index reused, since the look-up.
        let found = Int(items[place].found) - 1
        if found >= 0, table[found].isPresent, table[found].digest == items[place].digest { return found }
        return search(place, in: table)
    }

    private func search(_ place: Int, in table: borrowing KeyTable) -> KeyTable.Index? {
        guard items[place].isKey else { return nil }
        if let found = table.find(items[place].digest) { return found }
        for further in furtherDigests[items[place].furtherDigests.range] {
            if let found = table.find(further) { return found }
        }
        return nil
    }

    func isKey(_ place: Int) -> Bool { items[place].isKey }

    func id(_ place: Int) -> Range<Int> { items[place].id }

    /// What the verification asks of the key beside its status; `nil` if nothing.
    func demand(_ place: Int) -> VerificationDemand? {
        let number = Int(items[place].demand)
        return number == 0 ? nil : demands[number - 1]
    }

    /// - Parameters:
    ///   - bytes: the bytes of the request.
    ///   - standard: the workspace of a request that names none; `nil` is the default one.
    @inline(__always)
    func filter(
        _ place: Int, in bytes: Span<UInt8>, _ workspaces: borrowing RegisteredWorkspaces, _ standard: WorkspaceFilter?
    ) -> WorkspaceFilter {
        switch items[place].workspace {
        case .any: .any
        case .standard: standard ?? workspaces.standard
        case .named(let range): bytes.extracting(range).withUnsafeBytes { workspaces.filter(named: $0) }
        case .decoded(let name): decodedNames[name].withUnsafeBytes { workspaces.filter(named: $0) }
        }
    }
}
