extension Authority {
    /// Describes one key, its predecessors, the newest first, and for admins the last addresses, if they are kept.
    package func key(
        _ reference: KeyReference, workspace: String?, for caller: Caller, at now: Instant
    ) throws(Refusal) -> (key: KeyView, predecessors: [NamedKey], lastAddresses: [AddressUse]?) {
        let key = try locator.locate(
            reference, workspace: workspace, for: caller, needs: .viewer, at: now, includesEnded: true)
        return try read(key) { state, index in
            let older = state.line(of: index).drop { $0 != index }.dropFirst()
            let maySeeAddresses = key.role == .admin && state.lastAddresses.areKept
            return (
                state.view(at: index, now: now, role: key.role), older.compactMap { state.named($0, now: now) },
                maySeeAddresses ? state.lastAddresses.uses(ofKey: state.table[index].number) : nil
            )
        }
    }

    /// The uses and refusals of a key.
    package struct KeyUsage: Sendable {
        /// The hours with any use, oldest first.
        package var hours: [HourUsage]
        /// The shares of peers, the greatest first.
        package var peers: [PeerShare]
        /// By hour, account and code, in this order.
        package var refusals: [RefusalHour]
        package var lastRefusal: LastRefusal?
        /// The keys with these uses.
        package var keys: [NamedKey]
    }

    /// The usage of a key; for a name, of all keys of its line.
    package func usage(
        of reference: KeyReference, workspace: String?, from: Instant, to: Instant, for caller: Caller,
        at now: Instant
    ) throws(Refusal) -> KeyUsage {
        let key = try locator.locate(
            reference, workspace: workspace, for: caller, needs: .viewer, at: now, includesEnded: true)
        let last = Instant(milliseconds: to.milliseconds - 1).hour
        let range = from < to ? from.hour..<last + 1 : 0..<0
        let line = try keys(meantBy: reference, key)
        var (hours, peers, refusals): ([HourUsage], [PeerShare], [RefusalHour]) = ([], [], [])
        var lastRefusal: LastRefusal?
        for index in line {
            let (number, shares, last) = registry.read { state in
                let number = state.table[index].number
                return (number, state.table[index].peers, state.usage.lastRefusal(ofKey: number))
            }
            hours += try self.hours(of: index, range)
            refusals += try self.refusals(ofKey: number, range)
            peers += shares
            if let last, lastRefusal.map({ $0.at < last.at }) ?? true { lastRefusal = last }
        }
        return KeyUsage(
            hours: Dictionary(hours.map { ($0.hour, $0) }) { $0.adding($1) }.values.sorted { $0.hour < $1.hour },
            peers: Dictionary(peers.map { ($0.uid, $0) }) { $0.adding($1) }.values
                .sorted { ($1.valid, $0.uid) < ($0.valid, $1.uid) },
            refusals: refusals.sorted { ($0.hour, $0.uid, $0.code.rawValue) < ($1.hour, $1.uid, $1.code.rawValue) },
            lastRefusal: lastRefusal,
            keys: registry.read { state in line.compactMap { state.named($0, now: now) } })
    }

    /// The stored refusals of a key, plus those counted in memory since. Refusals that are being stored meanwhile may
    /// be missing, or counted twice, for a moment.
    private func refusals(ofKey number: Int64, _ range: Range<Int64>) throws(Refusal) -> [RefusalHour] {
        let unstored = registry.read { $0.usage.unstoredRefusals(ofKey: number) }.filter { range.contains($0.hour) }
        var refusals: [RefusalHour]
        do { refusals = try store.refusals(ofKey: number, hours: range) } catch { throw Refusal(error) }
        for more in unstored {
            let known = refusals.firstIndex { ($0.hour, $0.uid, $0.code) == (more.hour, more.uid, more.code) }
            guard let known else {
                refusals.append(more)
                continue
            }
            refusals[known].count += more.count
            refusals[known].lastAt = max(refusals[known].lastAt, more.lastAt)
        }
        return refusals
    }

    /// The keys whose history a caller asks for: for a name all keys of its line, the newest first; otherwise one.
    private func keys(meantBy reference: KeyReference, _ key: LocatedKey) throws(Refusal) -> [KeyTable.Index] {
        try read(key) { state, index in
            if case .name = reference { state.line(of: index) } else { [index] }
        }
    }

    /// Reads a located key, unless it was deleted since.
    private func read<R: Sendable>(
        _ key: LocatedKey, _ look: (borrowing RegistryState, KeyTable.Index) -> R
    ) throws(Refusal) -> R {
        let seen = registry.read { state in state.index(ofNumber: key.record.number).map { look(state, $0) } }
        guard let seen else { throw .notFound(.key) }
        return seen
    }

    /// The stored hours of a key, plus the counts in memory since.
    func hours(of index: KeyTable.Index, _ range: Range<Int64>) throws(Refusal) -> [HourUsage] {
        // Memory first: usage that is stored meanwhile is then in at least one of the two.
        let (number, unstored) = registry.read { state in
            (state.table[index].number, state.unstoredHours(at: index))
        }
        do {
            return HourUsage.hours(range, stored: try store.usage(ofKey: number, hours: range), unstored)
        } catch {
            throw Refusal(error)
        }
    }

    /// Audit entries that the caller may see.
    ///
    /// - Parameter page: the entries and their order, before the filters for workspace and key.
    package func auditEntries(
        workspace: String?, key reference: KeyReference?, _ page: AuditQuery, for caller: Caller, at now: Instant
    ) throws(Refusal) -> [AuditRecord] {
        var query = page
        if let reference {
            let key = try locator.locate(
                reference, workspace: workspace, for: caller, needs: .viewer, at: now, includesEnded: true)
            let ids = try keys(meantBy: reference, key).compactMap { index in
                registry.read { $0.table[index].text.map { String(decoding: $0.id, as: UTF8.self) } }
            }
            return try entries(ofKeys: ids, query)
        } else if workspace != nil && workspace != Self.everyWorkspace || !caller.isOperator {
            query.workspace = try directory.workspace(named: workspace, for: caller, roles, needs: .viewer).0.name
        }
        do {
            return try store.auditEntries(matching: query)
        } catch {
            throw Refusal(error)
        }
    }

    /// The entries about some keys, in the order of the query: few keys, each with an index to its entries.
    private func entries(ofKeys ids: [String], _ query: AuditQuery) throws(Refusal) -> [AuditRecord] {
        var entries: [AuditRecord] = []
        do {
            for id in ids {
                var query = query
                query.keyID = id
                entries += try store.auditEntries(matching: query)
            }
        } catch {
            throw Refusal(error)
        }
        entries.sort { query.isNewestFirst ? $0.seq > $1.seq : $0.seq < $1.seq }
        return Array(entries.prefix(max(0, query.limit)))
    }

    /// The result of a check of the whole audit chain.
    package struct AuditVerdict: Sendable {
        package var entries: Int64
        package var head: AuditHead
        /// The problem; `nil` if there is none.
        package var problem: AuditProblem?
    }

    /// Recomputes the audit chain and compares its end with the one that is stored outside. Operators only.
    ///
    /// - Parameter goesOn: asked between entries; false ends the check with `shuttingDown`.
    package func checkAudit(
        by caller: Caller, while goesOn: () -> Bool = { true }
    ) throws(Refusal) -> AuditVerdict {
        try caller.requireOperator(group: directory.policy.operatorGroup)
        // Read first: the chain may grow while it is read, but never shrinks.
        let kept: KeptEnd
        do { kept = try headStorage.readEnd() } catch {
            throw .failed(.auditHead, cause: "reading the audit head: \(error)")
        }
        var verifier = AuditVerifier(keys: auditKeys)
        var (keptIsInChain, isCutShort) = (kept == .found(.start), false)
        do {
            try store.visitAudit { record in
                guard goesOn() else {
                    isCutShort = true
                    return false
                }
                let isSound = verifier.visit(record)
                keptIsInChain = keptIsInChain || kept == .found(verifier.head)
                return isSound
            }
        } catch {
            throw Refusal(error)
        }
        guard !isCutShort else { throw .shuttingDown }
        return AuditVerdict(
            entries: verifier.head.seq, head: verifier.head,
            problem: verifier.problem ?? Self.problem(kept, isInChain: keptIsInChain)
                ?? (verifier.recordsLoss ? .lossRecorded : nil))
    }

    private static func problem(_ kept: KeptEnd, isInChain: Bool) -> AuditProblem? {
        switch kept {
        case .missing: .headMissing
        case .damaged: .headDamaged
        case .found: isInChain ? nil : .endMissing
        }
    }

    /// Writes a copy of the database to a file that does not exist yet.
    ///
    /// - Parameter goesOn: asked between steps; false ends the copy with `shuttingDown`, and leaves no file behind.
    package func backUp(toFile path: String, while goesOn: () -> Bool = { true }) throws(Refusal) {
        let isWhole: Bool
        do { isWhole = try store.backUp(toFile: path, while: goesOn) } catch { throw Self.refusal(ofBackup: error) }
        guard isWhole else { throw .shuttingDown }
    }

    /// The refusal after a failed copy: the database itself is not affected.
    private static func refusal(ofBackup fault: StoreFault) -> Refusal {
        switch fault {
        case .exists: .conflict(.backupUnderWay)
        case .cannotWrite(let reason): .readOnly(.backup(reason))
        case .failed(let reason), .damaged(let reason): .failed(.backup, cause: reason)
        }
    }

    /// The number of keys by status, in one workspace or in all.
    package func statusCounts(in workspace: Int64? = nil, at now: Instant) -> [KeyStatus: Int] {
        var counts = StatusCounts()
        registry.forEachKey { state, index in
            guard workspace == nil || state.table[index].workspace == workspace else { return }
            counts.add(state.status(at: index, now: now))
        }
        return counts.byStatus
    }

    /// The number of keys that have not ended, by pepper.
    package func liveKeysByPepper(at now: Instant) -> [PepperID: Int] {
        var counts: [PepperID: Int] = [:]
        registry.forEachKey { state, index in
            guard !state.status(at: index, now: now).isTerminal, let text = state.table[index].text else { return }
            counts[text.pepper, default: 0] += 1
        }
        return counts
    }

    /// The views of keys for a caller with a role in their workspace, by the keys' numbers; without those that are gone.
    package func views(ofKeys numbers: [Int64], role: Role, at now: Instant) -> [Int64: KeyView] {
        var views: [Int64: KeyView] = [:]
        var next = 0
        registry.readInSteps { state, budget in
            while next < numbers.count {
                if let index = state.index(ofNumber: numbers[next]) {
                    views[numbers[next]] = state.view(at: index, now: now, role: role)
                }
                next += 1
                if budget.spend(HoldBudget.workOfRecord) { break }
            }
            return next < numbers.count
        }
        return views
    }

    /// The number of keys by status, by the number of their workspace, up to the last workspace with keys.
    func statusCountsByWorkspace(at now: Instant) -> [[KeyStatus: Int]] {
        var counts: [StatusCounts] = []
        registry.forEachKey { state, index in
            let workspace = Int(state.table[index].workspace)
            while counts.count <= workspace { counts.append(StatusCounts()) }
            counts[workspace].add(state.status(at: index, now: now))
        }
        return counts.map(\.byStatus)
    }
}

extension HourUsage {
    /// The sum with the same hour of another key.
    fileprivate func adding(_ other: HourUsage) -> HourUsage {
        HourUsage(key: key, hour: hour, valid: valid + other.valid, refused: refused + other.refused)
    }
}

extension PeerShare {
    /// The sum with the same peer's share of another key.
    fileprivate func adding(_ other: PeerShare) -> PeerShare {
        PeerShare(
            key: key, uid: uid, valid: valid + other.valid, lastUsedAt: max(lastUsedAt, other.lastUsedAt))
    }
}
