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
        var selection = KeySelection(for: query, inWorkspace: workspace.number, at: now)
        while !selection.isDone {
            ring.withState { selection.consider($0) }
        }
        let (page, isLast) = selection.page()
        let views = ring.withState { state in
            page.compactMap { place in
                state.index(ofNumber: place.number).flatMap { state.view(at: $0, now: now, role: role) }
            }
        }
        return KeyPage(
            keys: views, next: isLast ? nil : page.last, workspace: workspace, plan: directory.plan(of: workspace))
    }
}
