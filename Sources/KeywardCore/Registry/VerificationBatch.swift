/// Verifications from several connections, to be answered together, each as plain numbers.
///
/// Their keys are digested as they are added, before the registry's lock is taken.
package struct VerificationBatch: ~Copyable {
    private struct Item {
        /// Zero if the presented text is not a key.
        var digest = Digest(words: .zero)
        var isKey = false
        /// Whether its digests are looked up.
        var isSought = false
        /// The number of its text, kept in case that no native key has its digest; 0 if it is not kept.
        var text: UInt32 = 0
        var workspace = Workspace.standard
        /// The range of the request's id in the bytes of the request.
        var id: Range<Int>
        /// The index of the key, plus one, if its digest was looked up in advance; 0 if not.
        var found: UInt32 = 0
        /// The index of its demand, plus one; 0 if it asks nothing of the key but its status.
        var demand: UInt32 = 0
        var furtherDigests = Places()
        /// The index of the allowance, plus one, if it was looked up in advance, for its prefetch only; 0 if not.
        var allowance: UInt32 = 0
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
    /// With `pepper`, which is the first.
    private let peppers: [Pepper]
    private let imports: ImportedFormats
    private var items: [Item] = []
    // For some items only: demands, names of workspaces that were written with escapes, and further digests if there are
    // retired peppers.
    private var demands: [VerificationDemand] = []
    private var decodedNames: [[UInt8]] = []
    private var furtherDigests: [Digest] = []
    private var texts = ForeignTexts()

    /// - Parameters:
    ///   - peppers: the peppers of the keys, the current one first.
    ///   - imports: the formats of the registry's imported keys.
    package init(peppers: PepperSet, imports: ImportedFormats) {
        pepper = peppers.current
        self.peppers = peppers.all
        self.imports = imports
    }

    package var count: Int { items.count }

    /// Adds a verification of a well-formed key in the default workspace that asks nothing else.
    package mutating func add(wellFormed key: UnsafeRawBufferPointer, id: Range<Int>) {
        var item = Item(id: id)
        digest(key, for: &item)
        items.append(item)
    }

    /// Adds the same of a text that can only be an imported key.
    package mutating func add(foreign text: UnsafeRawBufferPointer, id: Range<Int>) {
        var item = Item(id: id)
        digestForeign(text, for: &item)
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
        if KeyFormat.isWellFormed(key) {
            digest(key, for: &item)
        } else if !imports.isEmpty {
            digestForeign(key, for: &item)
        }
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
        texts.removeAll()
    }

    private mutating func digest(_ key: UnsafeRawBufferPointer, for item: inout Item) {
        (item.isKey, item.isSought) = (true, true)
        item.digest = pepper.digest(of: key)
        // Another host's key may have been imported. That is looked up only if this host has not made it.
        if !imports.isEmpty { item.text = texts.keep(key) }
        guard hasRetiredPeppers else { return }
        item.furtherDigests = Places(start: UInt32(furtherDigests.count), count: UInt32(peppers.count - 1))
        for pepper in peppers.dropFirst() { furtherDigests.append(pepper.digest(of: key)) }
    }

    /// A text that no daemon like this one has made can only be an imported key.
    @inline(never)
    private mutating func digestForeign(_ text: UnsafeRawBufferPointer, for item: inout Item) {
        item.furtherDigests.start = UInt32(furtherDigests.count)
        ForeignTexts.forEachDigest(of: text, as: imports.formats, under: peppers) { digest in
            if item.isSought { furtherDigests.append(digest) } else { (item.digest, item.isSought) = (digest, true) }
        }
        item.furtherDigests.count = UInt32(furtherDigests.count) - item.furtherDigests.start
    }

    // MARK: Under the registry's lock

    /// Prefetches the memory that the answers read, one step for all of them at a time.
    mutating func prefetch(from table: borrowing KeyTable, _ allowances: borrowing AllowanceTable) {
        var hasDetails = false
        for place in items.indices { table.prefetchEntry(for: items[place].digest) }
        for place in items.indices {
            guard let candidate = table.candidate(for: items[place].digest) else { continue }
            items[place].found = UInt32(candidate + 1)
            table.prefetchRecord(at: candidate)
        }
        for place in items.indices {
            guard let index = find(place, in: table) else {
                items[place].found = 0
                continue
            }
            items[place].found = UInt32(index + 1)
            table[index].prefetchReply()
            if table[index].hasDetails { hasDetails = true }
        }
        if hasDetails { prefetchAllowances(from: table, allowances) }
    }

    /// The same for what few keys have.
    @inline(never)
    private mutating func prefetchAllowances(from table: borrowing KeyTable, _ allowances: borrowing AllowanceTable) {
        items.withUnsafeMutableBufferPointer { items in
            for item in items where item.found > 0 { table[Int(item.found) - 1].prefetchDetails() }
            for place in items.indices where items[place].found > 0 {
                guard let allowance = table[Int(items[place].found) - 1].allowance else { continue }
                allowances.prefetch(allowance)
                items[place].allowance = UInt32(truncatingIfNeeded: allowance + 1)
            }
            for item in items where item.allowance > 0 { allowances.prefetchCounts(Int(item.allowance) - 1) }
        }
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
        guard items[place].isSought else { return nil }
        if let found = table.find(items[place].digest) { return found }
        for further in furtherDigests[items[place].furtherDigests.range] {
            if let found = table.find(further) { return found }
        }
        return items[place].text > 0 ? searchForeign(place, in: table) : nil
    }

    @inline(never)
    private func searchForeign(_ place: Int, in table: borrowing KeyTable) -> KeyTable.Index? {
        for digest in texts.digests(of: items[place].text, as: imports.formats, under: peppers) {
            if let found = table.find(digest) { return found }
        }
        return nil
    }

    /// The answer to a text that is no key of this host: the same whether or not it has imported keys.
    func codeIfUnknown(_ place: Int) -> Verdict.Code { items[place].isKey ? .notFound : .malformed }

    /// Whether a found key may have a digest under a retired pepper.
    var hasRetiredPeppers: Bool { peppers.count > 1 }

    /// The digest under the current pepper of the key that a verification presents; `nil` if `found` is that.
    ///
    /// - Parameter found: the digest of the key that was found.
    @inline(never)
    func currentDigest(_ place: Int, insteadOf found: Digest) -> Digest? {
        let item = items[place]
        if item.digest == found { return nil }
        let known = [item.digest] + furtherDigests[item.furtherDigests.range]
        let all =
            known.contains(found) || item.text == 0
            ? known : texts.digests(of: item.text, as: imports.formats, under: peppers)
        guard let position = all.firstIndex(of: found) else { return nil }
        // Each format, and a native key, has one digest for each pepper, the current one first.
        let current = all[position - position % peppers.count]
        return current == found ? nil : current
    }

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
