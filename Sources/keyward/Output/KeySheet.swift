internal import KeywardClient
internal import KeywardDisplay
internal import KeywardProtocol

extension FactSheet {
    /// The details of a key.
    init(_ key: Key, predecessors: [KeyState] = [], lastAddresses: [LastAddress] = [], now: Timestamp) {
        self.init()
        let cells = KeyCells(key: KeyRow(key), now: now)
        add("Name", "name", Cell(key.name, .strong))
        add("Prefix", "prefix", Cell(key.prefix))
        add("Id", "id", Cell(key.id))
        add("Foreign prefix", "foreignPrefix", key.foreignPrefix.map { Cell($0) })
        add("Imported as", "importFormat", key.importFormat.map { Cell($0) })
        add("Workspace", "workspace", Cell(key.workspace))
        add("Status", "status", cells.status)
        add("Conditions", "facts", Cell.list(key.facts.filter { $0 != key.status }.map(\.rawValue)))
        add("Used", "usageCount", Cell(screen: CountText.grouped(key.usageCount), exact: String(key.usageCount)))
        add(
            "Refused", "refusedCount",
            Cell(screen: CountText.grouped(key.refusedCount), exact: String(key.refusedCount)))
        add("Last used", "lastUsedAt", cells.lastUsed)
        addExact("lastUsedBy", key.lastUsedBy)
        addLastRefusal(of: key, now)
        add(lastAddresses, now)
        add("Expires", "expiresAt", key.expiresAt.map { .end($0, now) } ?? Cell("never"))
        add("Created", "createdAt", .point(key.createdAt, now, by: key.createdBy))
        addExact("createdBy", key.createdBy)
        addOwner(key.owner)
        add("Purpose", "purpose", key.purpose.map { Cell($0) })
        add("Scopes", "scopes", Cell.list(key.scopes))
        add("Addresses", "addresses", key.addresses.flatMap { Cell.list($0) })
        add("Metadata", "metadata", key.metadata == .emptyObject ? nil : Cell(key.metadata.text))
        add("Budget", "budget", key.budget.map { Cell($0) })
        addAllowance(key.limits ?? [], key.credits, now: now)
        if let rotation = key.rotation { addRotation(rotation, of: key, now) }
        add("Replaced", "predecessors", Cell.list(predecessors.map { "\($0.prefix) (\($0.status))" }))
        if let revoked = key.revoked { addRevocation(revoked, now) }
        add("Actions", "actions", Cell.list(key.actions.map(\.rawValue)))
    }

    private mutating func addLastRefusal(of key: Key, _ now: Timestamp) {
        guard let at = key.lastRefusedAt else { return }
        let point = Cell.point(at, now, by: key.lastRefusedBy)
        let code = key.lastRefusedCode?.rawValue
        add(
            "Last refused", "lastRefusedAt",
            Cell(screen: [point.screen, code].compactMap { $0 }.joined(separator: ": "), exact: point.exact))
        addExact("lastRefusedBy", key.lastRefusedBy)
        addExact("lastRefusedCode", code)
    }

    private mutating func add(_ addresses: [LastAddress], _ now: Timestamp) {
        guard !addresses.isEmpty else { return }
        let words = addresses.map { "\($0.address) (\(RelativeTime.text($0.since, now: now)))" }
        let exact = addresses.map { "\($0.address) \($0.since)" }
        add(
            "Last addresses", "lastAddresses",
            Cell(screen: words.joined(separator: ", "), exact: exact.joined(separator: ", ")))
    }

    private mutating func addExact(_ name: String, _ account: Account?) {
        addExact("\(name).uid", account.map { String($0.uid) })
        addExact("\(name).user", account?.user)
    }

    private mutating func addOwner(_ owner: Owner?) {
        add("Owner", "owner.name", owner?.name.map { Cell($0) })
        add("Contact", "owner.contact", owner?.contact.map { Cell($0) })
        add("Confirmed by", "owner.principal", owner?.principal.map { Cell($0) })
    }

    private mutating func addRotation(_ rotation: Key.Rotation, of key: Key, _ now: Timestamp) {
        let isPredecessor = rotation.predecessor == key.id
        if isPredecessor {
            add("Replaced by", "rotation.successor", Cell(rotation.successor))
        } else {
            add("Replaces", "rotation.predecessor", Cell(rotation.predecessor))
        }
        add("Rotated", "rotation.startedAt", .point(rotation.startedAt, now))
        let firstUse = rotation.firstUsedAt.map { Cell.point($0, now) } ?? Cell("not yet")
        add(isPredecessor ? "Its first use" : "First use", "rotation.firstUsedAt", firstUse)
        add("Grace ends", "rotation.graceEndsAt", rotation.graceEndsAt.map { .end($0, now) })
    }

    private mutating func addRevocation(_ revoked: Key.Revocation, _ now: Timestamp) {
        add("Revoked", "revoked.at", .point(revoked.at, now, by: revoked.by))
        addExact("revoked.by", revoked.by)
        add("Reason", "revoked.reason", Cell(revoked.reason.rawValue))
        add("Note", "revoked.note", revoked.note.map { Cell($0) })
    }
}

extension Cell {
    /// Words separated by spaces; `nil` for none.
    static func list(_ words: [String]) -> Cell? {
        words.isEmpty ? nil : Cell(words.joined(separator: " "))
    }

    /// `21 Nov 2026, 09:30 (2 days ago) by anna`.
    static func point(_ instant: Timestamp, _ now: Timestamp, by account: Account? = nil) -> Cell {
        let who = account.map { " by \($0.shown)" } ?? ""
        let screen = "\(LocalTime.dayAndMinute(instant)) (\(RelativeTime.text(instant, now: now)))\(who)"
        return Cell(screen: screen, exact: instant.description)
    }

    /// `at the end of 31 Dec 2026 (in 38 days)`.
    static func end(_ instant: Timestamp, _ now: Timestamp) -> Cell {
        let screen = "\(LocalTime.end(instant)) (\(RelativeTime.text(instant, now: now)))"
        return Cell(screen: screen, exact: instant.description)
    }
}
