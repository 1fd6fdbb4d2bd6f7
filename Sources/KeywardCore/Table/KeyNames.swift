/// Finds keys by number, id, prefix and name. In each workspace a name has one holder.
struct KeyNames: ~Copyable {
    /// By number: the index plus one, 0 if there is none. Numbers are assigned in order and never reused.
    private var byNumber: [UInt32] = []
    private var byID = HashIndex()
    private var byPrefix = HashIndex()
    /// The key that a name means, by workspace.
    private var byName = HashIndex()

    /// One more than the greatest number that a key ever had.
    var endNumber: Int64 { Int64(byNumber.count) }

    func index(ofNumber number: Int64) -> KeyTable.Index? {
        guard number >= 0, number < byNumber.count, byNumber[Int(number)] != 0 else { return nil }
        return KeyTable.Index(byNumber[Int(number)]) - 1
    }

    func index(ofID id: String, in table: borrowing KeyTable) -> KeyTable.Index? {
        byID.find(Self.hashOfMade(id)) { table[$0].text?.id.elementsEqual(id.utf8) ?? false }
    }

    func index(ofPrefix prefix: String, in table: borrowing KeyTable) -> KeyTable.Index? {
        byPrefix.find(Self.hashOfMade(prefix)) { table[$0].text?.prefix.elementsEqual(prefix.utf8) ?? false }
    }

    func index(ofName name: String, inWorkspace workspace: Int64, in table: borrowing KeyTable) -> KeyTable.Index? {
        byName.find(HashIndex.hash(ofChosen: name, workspace)) { Self.bears(name, workspace, table[$0]) }
    }

    /// Adds a key by its number.
    mutating func addNumber(_ number: Int64, _ index: KeyTable.Index) {
        while number >= byNumber.count { byNumber.append(0) }
        byNumber[Int(number)] = UInt32(index + 1)
    }

    /// Reserves capacity for `count` keys, while there are none.
    mutating func reserve(_ count: Int, _ population: PagePopulation?) {
        byNumber.reserveCapacity(count + 1)
        byID.reserve(count, population)
        byPrefix.reserve(count, population)
        byName.reserve(count, population)
    }

    /// The hashes of a key's id, prefix and name.
    struct Hashes {
        fileprivate var id: Int
        fileprivate var prefix: Int
        fileprivate var name: Int
    }

    /// `nil` if it has no text.
    func hashes(of key: HotKey) -> Hashes? {
        guard let text = key.text else { return nil }
        return Hashes(
            id: Self.hashOfMade(text.id), prefix: Self.hashOfMade(text.prefix),
            name: HashIndex.hash(ofChosen: text.name, key.workspace))
    }

    /// Prefetches the entries at which the searches begin.
    func prefetchEntries(_ hashes: Hashes) {
        byID.prefetchEntry(hashes.id)
        byPrefix.prefetchEntry(hashes.prefix)
        byName.prefetchEntry(hashes.name)
    }

    /// Indexes the id and prefix of the key at `index`. Its name needs ``indexName(at:in:)``.
    mutating func addTexts(_ index: KeyTable.Index, _ hashes: Hashes, in table: borrowing KeyTable) {
        byID.put(index, hashes.id, replacing: { $0 == index }) { Self.hashOfMade(table[$0].text?.id) }
        byPrefix.put(index, hashes.prefix, replacing: { $0 == index }) { Self.hashOfMade(table[$0].text?.prefix) }
    }

    /// Makes the name of the key at `index` mean this key, unless it means one with precedence.
    ///
    /// Among keys of a name, one that is neither revoked nor replaced has precedence. Among several such, it is the one
    /// that ends last, because only one can be live. So the name means the same key after a restart.
    mutating func indexName(at index: KeyTable.Index, in table: borrowing KeyTable) {
        if let hashes = hashes(of: table[index]) { indexName(at: index, hashes, in: table) }
    }

    /// Indexes the name of a changed key. The other ends of its rotations may have precedence now.
    mutating func indexNames(of record: KeyRecord, at index: KeyTable.Index, in table: borrowing KeyTable) {
        indexName(at: index, in: table)
        for number in [record.successor, record.origin?.predecessor] {
            guard let end = number.flatMap({ self.index(ofNumber: $0) }) else { continue }
            if table[end].name == record.name { indexName(at: end, in: table) }
        }
    }

    /// The same for a key with known hashes.
    mutating func indexName(at index: KeyTable.Index, _ hashes: Hashes, in table: borrowing KeyTable) {
        guard let name = table[index].text?.name else { return }
        let holder = byName.find(hashes.name) { Self.bears(name, table[index].workspace, table[$0]) }
        if let holder, holder == index || precedence(at: holder, table) > precedence(at: index, table) { return }
        byName.put(index, hashes.name, replacing: { $0 == holder }) {
            HashIndex.hash(ofChosen: table[$0].text?.name, table[$0].workspace)
        }
    }

    /// Whether the key at `index` has a successor that is not revoked.
    func isReplaced(at index: KeyTable.Index, in table: borrowing KeyTable) -> Bool {
        guard let number = table[index].text?.links.successor else { return false }
        return self.index(ofNumber: number).map { !table[$0].isRevoked } ?? true
    }

    /// The precedence of the key at `index` among those of its name.
    private func precedence(at index: KeyTable.Index, _ table: borrowing KeyTable) -> NamePrecedence {
        let facts = table[index].facts
        return NamePrecedence(
            isCurrent: !facts.isRevoked && !(facts.hasSuccessor && isReplaced(at: index, in: table)),
            endsAt: facts.end.at, number: table[index].number)
    }

    /// Removes the name of the key at `index`, if it means this key.
    mutating func releaseName(_ name: String, inWorkspace workspace: Int64, of index: KeyTable.Index) {
        byName.remove(index, HashIndex.hash(ofChosen: name, workspace))
    }

    mutating func remove(_ index: KeyTable.Index, _ key: KeyRecord) {
        byNumber[Int(key.number)] = 0
        byID.remove(index, Self.hashOfMade(key.id))
        byPrefix.remove(index, Self.hashOfMade(key.prefix))
    }

    private static func bears(_ name: String, _ workspace: Int64, _ key: HotKey) -> Bool {
        key.workspace == workspace && key.text?.name.elementsEqual(name.utf8) ?? false
    }

    private static func bears(_ name: UnsafeRawBufferPointer, _ workspace: Int64, _ key: HotKey) -> Bool {
        guard key.workspace == workspace, let held = key.text?.name, held.count == name.count else { return false }
        return held.elementsEqual(name)
    }

    private static func hashOfMade(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { hashOfMade(UnsafeRawBufferPointer($0)) }
    }

    /// For ids and prefixes, which only the daemon chooses: their last eight characters are random.
    private static func hashOfMade(_ text: UnsafeRawBufferPointer?) -> Int {
        guard let text, text.count >= 8 else { return HashIndex.hash(ofChosen: text) }
        var word = text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self)
        word = (word ^ word >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: word ^ word >> 32)
    }
}

/// The precedence of a key among those of its name: the name means the one with the greatest.
private struct NamePrecedence: Comparable {
    /// Neither revoked nor replaced.
    var isCurrent: Bool
    var endsAt: Instant
    var number: Int64

    static func < (left: NamePrecedence, right: NamePrecedence) -> Bool {
        let (leftRank, rightRank) = (left.isCurrent ? 1 : 0, right.isCurrent ? 1 : 0)
        return (leftRank, left.endsAt, left.number) < (rightRank, right.endsAt, right.number)
    }
}
