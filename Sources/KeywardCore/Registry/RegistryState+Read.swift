// Queries under one hold of the lock.
extension RegistryState {
    /// The records of the keys, by the same index as in `table`; `nil` where a key was purged.
    var records: KeyRecords { table.records }

    /// One more than the greatest number of a key.
    var endNumber: Int64 { names.endNumber }

    /// The number of live keys, according to their records.
    var liveCount: Int { counts.live(of: table.count) }

    func index(ofNumber number: Int64) -> KeyTable.Index? { names.index(ofNumber: number) }

    /// The index of the allowance that a key draws on.
    func allowance(ofKey number: Int64) -> Int? { index(ofNumber: number).flatMap { table[$0].allowance } }

    func record(number: Int64) -> KeyRecord? { index(ofNumber: number).flatMap { records[$0] } }

    /// The key that `reference` means; a name means the key that has it in `workspace`, or had it last.
    func index(of reference: KeyReference, workspace: Int64?) -> KeyTable.Index? {
        switch reference {
        case .id(let id): names.index(ofID: id, in: table)
        case .prefix(let prefix): names.index(ofPrefix: prefix, in: table)
        case .name(let name): workspace.flatMap { names.index(ofName: name, inWorkspace: $0, in: table) }
        }
    }

    func hasPrefix(_ prefix: String) -> Bool { names.index(ofPrefix: prefix, in: table) != nil }

    func context(ofWorkspace number: Int64) -> StatusContext { workspaces.context(of: number) }

    func status(at index: KeyTable.Index, now: Instant) -> KeyStatus {
        table[index].status(at: now, in: context(ofWorkspace: table[index].workspace))
    }

    /// The hours of a key that are not stored, or only in part.
    func unstoredHours(at index: KeyTable.Index) -> [HourUsage] { usage.unstoredHours(of: table[index]) }

    // MARK: Names

    /// The live keys that have a name: none, one, or the predecessor and the successor of an open rotation.
    func liveKeys(named name: String, inWorkspace workspace: Int64, now: Instant) -> [KeyTable.Index] {
        guard let holder = names.index(ofName: name, inWorkspace: workspace, in: table) else { return [] }
        let ends = rotationEnds(at: holder).map { [$0.predecessor, $0.successor] } ?? [holder]
        return ends.filter { !status(at: $0, now: now).isTerminal && table[$0].name == name }
    }

    /// Whether the key at `index` has this name in this workspace, also if it has ended.
    func isNamed(_ name: UnsafeRawBufferPointer, inWorkspace workspace: Int64, at index: KeyTable.Index) -> Bool {
        guard table[index].workspace == workspace, let held = table[index].text?.name, held.count == name.count else {
            return false
        }
        return held.elementsEqual(name)
    }

    // MARK: Rotations

    /// The ends of the rotation, unless cancelled, of the key at `index` and its successor, otherwise its predecessor.
    func rotationEnds(at index: KeyTable.Index) -> (predecessor: KeyTable.Index, successor: KeyTable.Index)? {
        guard let links = table[index].text?.links else { return nil }
        if let successor = links.successor.flatMap({ self.index(ofNumber: $0) }) { return (index, successor) }
        guard let predecessor = links.predecessor.flatMap({ self.index(ofNumber: $0) }),
            table[predecessor].text?.links.successor == table[index].number
        else { return nil }
        return (predecessor, index)
    }

    /// The open rotation that the key at `index` is an end of, as the indices of its two ends.
    func openRotation(
        at index: KeyTable.Index, now: Instant
    ) -> (predecessor: KeyTable.Index, successor: KeyTable.Index)? {
        guard let ends = rotationEnds(at: index) else { return nil }
        return status(at: ends.predecessor, now: now).isTerminal || table[ends.successor].isRevoked ? nil : ends
    }

    /// Whether the key at `index` has a successor that is not revoked.
    func isReplaced(at index: KeyTable.Index) -> Bool { names.isReplaced(at: index, in: table) }

    /// The keys that replaced one another in uncancelled rotations, the newest first, including the key at `index`.
    /// At most ``mostInLine``.
    func line(of index: KeyTable.Index) -> [KeyTable.Index] {
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

    /// The longest line that is followed: three months of a name that is rotated daily.
    static let mostInLine = 100
}
