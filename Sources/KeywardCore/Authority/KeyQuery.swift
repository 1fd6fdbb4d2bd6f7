/// Which keys of a workspace a list shows, and in what order.
package struct KeyQuery: Sendable {
    package enum Order: String, CaseIterable, Sendable { case created, name, lastUsed, usage, expires }

    package var statuses: Set<KeyStatus>?
    package var facts: Set<KeyStatus>?
    /// Text to find in name, prefix, owner or purpose, in any case.
    package var search: String?
    package var order: Order
    package var isDescending: Bool
    package var limit: Int
    package var cursor: Cursor?

    package init(
        statuses: Set<KeyStatus>? = nil, facts: Set<KeyStatus>? = nil, search: String? = nil,
        order: Order = .created, isDescending: Bool = false, limit: Int = 100, cursor: Cursor? = nil
    ) {
        self.statuses = statuses
        self.facts = facts
        self.search = search
        self.order = order
        self.isDescending = isDescending
        self.limit = limit
        self.cursor = cursor
    }

    /// A place in the order: a key's rank, and its number where ranks are equal. Keys that come and go meanwhile
    /// neither repeat nor hide the others.
    package struct Cursor: Hashable, Comparable, Sendable {
        package var text: String
        package var value: Int64
        package var number: Int64

        package init(text: String, value: Int64, number: Int64) {
            self.text = text
            self.value = value
            self.number = number
        }

        package static func < (left: Cursor, right: Cursor) -> Bool {
            (left.text, left.value, left.number) < (right.text, right.value, right.number)
        }
    }
}

/// A page of a list.
package struct KeyPage: Sendable {
    package var keys: [KeyView]
    /// Where the next page begins; `nil` if this is the last.
    package var next: KeyQuery.Cursor?
    package var workspace: WorkspaceRecord
    package var plan: Plan
}

extension Authority {
    /// Lists keys of a workspace, a page at a time.
    ///
    /// The ring is held for a thousand keys at a time, so that verifications go on beside a long list.
    package func keys(
        inWorkspace name: String?, matching query: KeyQuery, for caller: Caller, at now: Instant
    ) throws(Refusal) -> KeyPage {
        let directory = directory
        let (workspace, role) = try directory.workspace(named: name, for: caller, roles, needs: .viewer)
        let search = query.search?.lowercased()
        var places: [(place: KeyQuery.Cursor, index: KeyTable.Index)] = []
        // To search texts takes longer than to compare numbers.
        ring.forEachKey(atOnce: search == nil ? 1_000 : 100) { state, index in
            guard state.table[index].workspace == workspace.number,
                let place = state.place(at: index, query, state.context(ofWorkspace: workspace.number), now),
                search == nil || state.records[index].map({ Self.matches($0, search) }) ?? false
            else { return }
            places.append((place, index))
        }
        let ordered = places.filter { place in
            query.cursor.map { query.isDescending ? place.place < $0 : $0 < place.place } ?? true
        }.sorted { query.isDescending ? $1.place < $0.place : $0.place < $1.place }
        let page = ordered.prefix(query.limit)
        let views = ring.withState { state in
            page.compactMap { item in
                state.index(ofNumber: item.place.number) == item.index
                    ? state.view(at: item.index, now: now, role: role) : nil
            }
        }
        return KeyPage(
            keys: views, next: ordered.count > page.count ? page.last?.place : nil, workspace: workspace,
            plan: directory.plan(of: workspace))
    }

    private static func matches(_ record: KeyRecord, _ search: String?) -> Bool {
        guard let search else { return true }
        let texts = [record.name, record.prefix, record.owner?.name, record.owner?.contact, record.purpose]
        return texts.contains { $0?.lowercased().contains(search) ?? false }
    }
}

extension RingState {
    /// The place of a key in the order of `query`; `nil` if it does not match.
    fileprivate func place(
        at index: KeyTable.Index, _ query: KeyQuery, _ context: StatusContext, _ now: Instant
    ) -> KeyQuery.Cursor? {
        let facts = table[index].facts
        if let wanted = query.statuses, !wanted.contains(facts.status(at: now, in: context)) { return nil }
        if let wanted = query.facts, wanted.isDisjoint(with: facts.facts(at: now, in: context)) { return nil }
        var place = KeyQuery.Cursor(text: "", value: 0, number: table[index].number)
        switch query.order {
        case .created: break
        case .name: place.text = table[index].name
        case .lastUsed: place.value = facts.lastUsedAt.milliseconds
        case .usage: place.value = table[index].valid
        case .expires: place.value = facts.expiresAt.milliseconds
        }
        return place
    }
}
