// Which key a name means. In each workspace a name has one holder; what else it may mean follows from the rotation
// that the holder is in.
extension RegistryState {
    /// The live keys that have a name: none, one, or the predecessor and the successor of an open rotation.
    package func liveKeys(named name: String, inWorkspace workspace: Int64, now: Instant) -> [KeyTable.Index] {
        guard let holder = names.index(ofName: name, inWorkspace: workspace, in: table) else { return [] }
        let ends = rotationEnds(at: holder).map { [$0.predecessor, $0.successor] } ?? [holder]
        return ends.filter { !status(at: $0, now: now).isTerminal && table[$0].name == name }
    }

    /// Whether the key at `index` has this name in this workspace, whatever became of it.
    func isNamed(_ name: UnsafeRawBufferPointer, inWorkspace workspace: Int64, at index: KeyTable.Index) -> Bool {
        guard table[index].workspace == workspace, let held = table[index].text?.name, held.count == name.count else {
            return false
        }
        return held.elementsEqual(name)
    }

    /// The keys that took over from one another by rotations that stand, the newest first: the key at `index` is one
    /// of them. At most ``mostInLine``.
    package func line(of index: KeyTable.Index) -> [KeyTable.Index] {
        var newest = index
        for _ in 0..<Self.mostInLine {
            guard let next = table[newest].text?.links.successor.flatMap({ self.index(ofNumber: $0) }) else { break }
            newest = next
        }
        var line = [newest]
        while line.count < Self.mostInLine,
            let number = table[line[line.count - 1]].text?.links.predecessor, let older = self.index(ofNumber: number)
        {
            line.append(older)
        }
        return line
    }

    /// How many keys a line is followed over: a name that is rotated daily has three months in it.
    package static let mostInLine = 100

    // MARK: Claims

    /// Of the keys that have a name it means the one that was neither revoked nor replaced; of several such, the one
    /// that lives longest, for only one can be live; so it is the same key after a restart.
    mutating func indexName(at index: KeyTable.Index) {
        if let hashes = names.hashes(of: table[index]) { indexName(at: index, hashes) }
    }

    mutating func indexName(at index: KeyTable.Index, _ hashes: KeyNames.Hashes) {
        let holder = names.holder(ofNameAt: index, hashes, in: table)
        if let holder, holder == index || precedence(at: holder) > precedence(at: index) { return }
        names.putName(at: index, hashes, replacing: holder, in: table)
    }

    /// Claims the names of a key that was put. The other ends of its rotations may have the better claim now.
    mutating func indexNames(_ record: KeyRecord, at index: KeyTable.Index) {
        indexName(at: index)
        for number in [record.successor, record.origin?.predecessor] {
            guard let end = number.flatMap({ self.index(ofNumber: $0) }) else { continue }
            if table[end].name == record.name { indexName(at: end) }
        }
    }

    mutating func releaseName(of record: KeyRecord, at index: KeyTable.Index) {
        names.releaseName(record.name, inWorkspace: record.workspace, of: index)
    }

    /// How strong the claim of the key at `index` to its name is.
    private func precedence(at index: KeyTable.Index) -> NamePrecedence {
        let facts = table[index].facts
        return NamePrecedence(
            isCurrent: !facts.isRevoked && !(facts.hasSuccessor && isReplaced(at: index)), endsAt: facts.end.at,
            number: table[index].number)
    }

    /// Whether the key at `index` has a successor that was not revoked.
    func isReplaced(at index: KeyTable.Index) -> Bool {
        guard let number = records[index]?.successor else { return false }
        return self.index(ofNumber: number).map { !table[$0].isRevoked } ?? true
    }
}

/// How strong a key's claim to its name is; the greater one wins.
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
