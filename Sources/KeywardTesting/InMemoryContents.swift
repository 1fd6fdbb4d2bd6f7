package import KeywardCore

/// The tombstone of a purged key.
package struct Tombstone: Hashable, Sendable {
    package var id: String
    package var digest: Digest
    package var reason: String
    package var purgedAt: Instant

    package init(id: String, digest: Digest, reason: String, purgedAt: Instant) {
        self.id = id
        self.digest = digest
        self.reason = reason
        self.purgedAt = purgedAt
    }
}

/// The contents of a store, as plain values: the meaning of ``Changes`` and ``UsageFlush`` in its simplest form.
package struct InMemoryContents: Sendable {
    package internal(set) var databaseID: [UInt8]
    package internal(set) var mark = Instant.distantPast
    package internal(set) var generation: Int64 = 0
    package internal(set) var clock: ClockRecord?
    package internal(set) var lastKeyNumber: Int64 = 0
    package internal(set) var keys: [Int64: KeyRecord] = [:]
    package internal(set) var audit: [AuditRecord] = []
    package internal(set) var tombstones: [Tombstone] = []
    var workspaces: [Int64: WorkspaceRecord] = [:]
    var grants: [OwnedText: Grant] = [:]
    var allowances: [Int64: AllowanceRecord] = [:]
    var requests: [OwnedText: RequestRecord] = [:]
    var peppers: [PepperID: PepperRecord] = [:]
    package private(set) var totals: [Int64: UsageTotals] = [:]
    var hours: [Int64: [Int64: HourUsage]] = [:]
    var peers: [Int64: [UInt32: PeerShare]] = [:]
    var refusals: [Int64: [RefusalHour]] = [:]

    private var holders: [Unique: Int64] = [:]

    /// The number of stored valid uses of each key, in the order of the keys' numbers.
    package var validUses: [Int64] { keys.keys.sorted().map { totals[$0]?.valid ?? 0 } }

    package init(databaseID: [UInt8]) {
        self.databaseID = databaseID
    }

    /// Applies `changes`, or throws with a partial result; the caller then uses the value from before.
    package mutating func apply(_ changes: Changes) throws(StoreFault) {
        for workspace in changes.workspaces {
            // By bytes, like SQLite.
            try require(
                !workspaces.values.contains {
                    $0.name.utf8.elementsEqual(workspace.name.utf8) && $0.number != workspace.number
                })
            workspaces[workspace.number] = workspace
        }
        for grant in changes.removed { grants[OwnedText(grant)] = nil }
        for grant in changes.granted {
            try require(workspaces[grant.workspace] != nil)
            grants[OwnedText(grant)] = grant
        }
        for pepper in changes.peppers { peppers[pepper.id] = pepper }
        for allowance in changes.allowances { try put(allowance) }
        for key in changes.keys { try put(key) }
        for place in changes.places { keys[place.key]?.ledger = place.place }
        for request in changes.requests { requests[OwnedText(request)] = request }
        for number in changes.purged { purge(number, at: changes.mark) }
        for number in changes.endedAllowances { allowances[number] = nil }
        if let instant = changes.forgetRequestsBefore { requests = requests.filter { $0.value.at >= instant } }
        for entry in changes.audit {
            try require(entry.seq == Int64(audit.count) + 1)
            audit.append(entry)
        }
        if let clock = changes.clock { self.clock = clock }
        if changes.setsBack { setBack(to: changes.mark) } else { mark = max(mark, changes.mark) }
    }

    /// Sets the mark, and moves later times back to it.
    private mutating func setBack(to instant: Instant) {
        mark = instant
        for number in workspaces.keys { workspaces[number]!.createdAt = min(workspaces[number]!.createdAt, instant) }
        for grant in grants.keys { grants[grant]!.grantedAt = min(grants[grant]!.grantedAt, instant) }
        for request in requests.keys { requests[request]!.at = min(requests[request]!.at, instant) }
        for place in tombstones.indices { tombstones[place].purgedAt = min(tombstones[place].purgedAt, instant) }
        for number in allowances.keys where allowances[number]!.credits?.refilledOn ?? 0 > instant.day {
            allowances[number]!.credits!.refilledOn = instant.day
        }
        for key in totals.keys { totals[key]!.lastUsedAt = totals[key]!.lastUsedAt.map { min($0, instant) } }
        for (key, shares) in peers {
            for uid in shares.keys { peers[key]![uid]!.lastUsedAt = min(shares[uid]!.lastUsedAt, instant) }
        }
        for (key, usage) in hours {
            for later in usage.values where later.hour > instant.hour {
                let none = HourUsage(key: key, hour: instant.hour, valid: 0, refused: 0)
                hours[key]![later.hour] = nil
                hours[key]![instant.hour, default: none].valid += later.valid
                hours[key]![instant.hour, default: none].refused += later.refused
            }
        }
    }

    /// Applies `usage`, except that of missing keys.
    package mutating func apply(_ usage: UsageFlush) {
        for total in usage.totals where keys[total.key] != nil { totals[total.key] = total }
        for hour in usage.hours where keys[hour.key] != nil { hours[hour.key, default: [:]][hour.hour] = hour }
        for peer in usage.peers where keys[peer.key] != nil { peers[peer.key, default: [:]][peer.uid] = peer }
        for refusal in usage.refusals where keys[refusal.key] != nil { add(refusal) }
        for totals in usage.credits where allowances[totals.allowance]?.revision == totals.revision {
            guard var stored = allowances[totals.allowance]?.credits else { continue }
            (stored.granted, stored.spent) = (totals.credits.granted, totals.credits.spent)
            (stored.full, stored.refilledOn) = (totals.credits.full, totals.credits.refilledOn)
            allowances[totals.allowance]?.credits = stored
        }
        mark = max(mark, usage.mark)
    }

    private mutating func add(_ refusal: RefusalHour) {
        var known = refusals[refusal.key] ?? []
        let index = known.firstIndex { ($0.hour, $0.uid, $0.code) == (refusal.hour, refusal.uid, refusal.code) }
        if let index {
            known[index].count += refusal.count
            known[index].lastAt = max(known[index].lastAt, refusal.lastAt)
        } else {
            known.append(refusal)
        }
        refusals[refusal.key] = known.sorted { ($0.hour, $0.uid, "\($0.code)") < ($1.hour, $1.uid, "\($1.code)") }
    }

    package func refusals(ofKey number: Int64, hours range: Range<Int64>) -> [RefusalHour] {
        (refusals[number] ?? []).filter { range.contains($0.hour) }
    }

    /// Deletes at most `limit` hours before `hour`; returns their number.
    package mutating func forgetUsage(before hour: Int64, limit: Int) -> Int {
        let old = hours.values.joined().map(\.value).filter { $0.hour < hour }.prefix(limit)
        for usage in old { hours[usage.key]?[usage.hour] = nil }
        let oldRefusals = refusals.values.joined().filter { $0.hour < hour }.prefix(limit)
        for refusal in oldRefusals { refusals[refusal.key]?.removeAll { $0 == refusal } }
        return max(old.count, oldRefusals.count)
    }

    package var state: StoredState {
        let open = hours.values.joined().map(\.value).filter { $0.hour >= mark.hour }
        return StoredState(
            databaseID: databaseID, mark: mark, workspaces: workspaces.values.sorted { $0.number < $1.number },
            grants: grants.sorted { $0.key < $1.key }.map(\.value),
            allowances: allowances.values.sorted { $0.number < $1.number },
            requests: requests.sorted { $0.key < $1.key }.map(\.value),
            peppers: peppers.values.sorted { $0.id.rawValue < $1.id.rawValue }, auditHead: audit.last,
            lastKeyNumber: lastKeyNumber, openHours: open,
            generation: generation,
            hasLoss: audit.last { AuditNote.isOfLoss($0.action) }?.action == AuditNote.Action.auditTailMissing.rawValue,
            lastRefusals: refusals.values.compactMap { $0.max { $0.lastAt < $1.lastAt } }
                .sorted { $0.lastAt < $1.lastAt },
            clock: clock)
    }

    package func entries(matching query: AuditQuery) -> [AuditRecord] {
        let matching = audit.lazy.filter { entry in
            entry.seq > query.after && entry.seq < query.before
                && (query.workspace == nil || entry.workspace == query.workspace)
                && (query.keyID == nil || entry.keyID == query.keyID)
        }
        let limit = max(0, query.limit)
        return query.isNewestFirst ? Array(matching.reversed().prefix(limit)) : Array(matching.prefix(limit))
    }

    package func usage(ofKey number: Int64, hours range: Range<Int64>) -> [HourUsage] {
        (hours[number] ?? [:]).values.filter { range.contains($0.hour) }.sorted { $0.hour < $1.hour }
    }

    private mutating func put(_ allowance: AllowanceRecord) throws(StoreFault) {
        try require(allowance.number > 0 && workspaces[allowance.workspace] != nil)
        try require(
            allowance.name == nil
                || !allowances.values.contains {
                    $0.name == allowance.name && $0.workspace == allowance.workspace && $0.number != allowance.number
                })
        var allowance = allowance
        let spent = allowances[allowance.number]?.credits?.spent ?? 0
        if let new = allowance.credits?.spent { allowance.credits?.spent = max(spent, new) }
        allowances[allowance.number] = allowance
    }

    private mutating func put(_ key: KeyRecord) throws(StoreFault) {
        try require(key.number > 0 && workspaces[key.workspace] != nil)
        for part in Unique.parts(of: key) {
            let holder = holders[part]
            try require(holder == nil || holder == key.number)
        }
        release(keys[key.number])
        for part in Unique.parts(of: key) { holders[part] = key.number }
        keys[key.number] = key
        lastKeyNumber = max(lastKeyNumber, key.number)
    }

    private mutating func purge(_ number: Int64, at now: Instant) {
        guard let key = keys.removeValue(forKey: number) else { return }
        release(key)
        let superseded = key.graceEndsAt.map { end in key.expiresAt.map { end < $0 } ?? true } ?? false
        let reason = key.revocation?.reason ?? (superseded ? "superseded" : "expired")
        tombstones.append(Tombstone(id: key.id, digest: key.digest, reason: reason, purgedAt: now))
        totals[number] = nil
        hours[number] = nil
        peers[number] = nil
        refusals[number] = nil
        requests = requests.filter { $0.value.key != number }
    }

    private mutating func release(_ key: KeyRecord?) {
        guard let key else { return }
        for part in Unique.parts(of: key) { holders[part] = nil }
    }

    private func require(_ holds: Bool) throws(StoreFault) {
        guard holds else { throw .failed("constraint failed") }
    }

    /// Values that no two keys may share.
    private enum Unique: Hashable {
        case id(String), prefix(String), digest(Digest)

        static func parts(of key: KeyRecord) -> [Unique] {
            [.id(key.id), .prefix(key.prefix), .digest(key.digest)]
        }
    }

    /// A text within a workspace, compared by its bytes, like in a database.
    struct OwnedText: Hashable, Comparable {
        var workspace: Int64
        var bytes: [UInt8]

        init(_ grant: Grant) {
            workspace = grant.workspace
            bytes = Array(grant.principal.text.utf8)
        }

        init(_ request: RequestRecord) {
            workspace = request.workspace
            bytes = Array(request.requestID.utf8)
        }

        static func < (left: OwnedText, right: OwnedText) -> Bool {
            left.workspace == right.workspace
                ? left.bytes.lexicographicallyPrecedes(right.bytes) : left.workspace < right.workspace
        }
    }
}
