/// The filter and the order of a list of keys.
package struct KeyQuery: Sendable {
    package enum Order: String, CaseIterable, Sendable { case created, name, lastUsed, usage, expires }

    package var statuses: Set<KeyStatus>?
    package var facts: Set<KeyStatus>?
    /// Text to find in name, prefix, owner or purpose, ignoring case.
    package var search: String?
    /// The start of the name or the prefix.
    package var start: String?
    /// Only keys with an earlier expiry date.
    package var expiresBefore: Instant?
    package var order: Order
    package var isDescending: Bool
    package var limit: Int
    package var cursor: Cursor?

    package init(
        statuses: Set<KeyStatus>? = nil, facts: Set<KeyStatus>? = nil, search: String? = nil,
        start: String? = nil, expiresBefore: Instant? = nil, order: Order = .created, isDescending: Bool = false,
        limit: Int = 100, cursor: Cursor? = nil
    ) {
        self.statuses = statuses
        self.facts = facts
        self.search = search
        self.start = start
        self.expiresBefore = expiresBefore
        self.order = order
        self.isDescending = isDescending
        self.limit = limit
        self.cursor = cursor
    }

    /// A position in the order: a key's rank, and its number for equal ranks. Keys that are added or removed meanwhile
    /// neither repeat nor hide others.
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
    /// The start of the next page; `nil` if this is the last.
    package var next: KeyQuery.Cursor?
    /// The workspace, its plan and the caller's role; `nil` for a list of all workspaces.
    package var place: (workspace: WorkspaceRecord, plan: Plan, role: Role)?
    /// `nil` unless requested.
    package var totals: KeyTotals?
}

/// Numbers of keys.
package struct KeyTotals: Hashable, Sendable {
    /// The number of keys that match the query, on all its pages.
    package var matching = 0
    /// The number of keys in the same workspace, or in all.
    package var all = 0
}

extension Authority {
    /// Lists keys of a workspace, or of all, a page at a time.
    ///
    /// The registry is held only briefly, many times, so that verifications run during a long list.
    ///
    /// - Parameters:
    ///   - counts: whether to count the keys, too, which examines every key.
    ///   - goesOn: asked between holds; false ends the list with `shuttingDown`.
    package func keys(
        inWorkspace name: String?, matching query: KeyQuery, counts: Bool = false, for caller: Caller, at now: Instant,
        while goesOn: () -> Bool = { true }
    ) throws(Refusal) -> KeyPage {
        let directory = directory
        var place: (workspace: WorkspaceRecord, plan: Plan, role: Role)?
        var role = Role.admin
        if name == Self.everyWorkspace {
            try caller.requireOperator(group: directory.policy.operatorGroup)
        } else {
            let found = try directory.workspace(named: name, for: caller, roles, needs: .viewer)
            place = (found.0, directory.plan(of: found.0), found.1)
            role = found.1
        }
        let filter = KeyFilter(for: query, inWorkspace: place?.workspace.number, at: now)
        var selection = KeySelection(for: query, filter)
        guard registry.readInSteps(while: goesOn, { selection.consider($0, within: &$1) }) else { throw .shuttingDown }
        let (page, isLast) = selection.page()
        guard let keys = views(of: page, role, at: now, while: goesOn) else { throw .shuttingDown }
        let totals = counts ? totals(of: filter, while: goesOn) : KeyTotals()
        guard let totals else { throw .shuttingDown }
        return KeyPage(keys: keys, next: isLast ? nil : page.last, place: place, totals: counts ? totals : nil)
    }

    /// The keys that still exist; `nil` if the list was ended.
    private func views(
        of page: [KeyQuery.Cursor], _ role: Role, at now: Instant, while goesOn: () -> Bool
    ) -> [KeyView]? {
        var views: [KeyView] = []
        var rest = page[...]
        let isAll = registry.readInSteps(while: goesOn) { state, budget in
            while let place = rest.popFirst() {
                guard let index = state.index(ofNumber: place.number) else { continue }
                views.append(state.view(at: index, now: now, role: role))
                // A record with those of its rotation.
                if budget.spend(HoldBudget.workOfRecord) { break }
            }
            return !rest.isEmpty
        }
        return isAll ? views : nil
    }

    /// `nil` if the list was ended.
    private func totals(of filter: KeyFilter, while goesOn: () -> Bool) -> KeyTotals? {
        var totals = KeyTotals()
        var next = 0
        let isAll = registry.readInSteps(while: goesOn) { state, budget in
            var work = 0
            while next < state.table.endIndex, !budget.spend(work) {
                let key = UnsafePointer(state.table.pointer(to: next))
                (work, next) = (1, next + 1)
                guard key.pointee.isPresent, filter.isInWorkspace(key) else { continue }
                totals.all += 1
                if filter.admits(key, state), filter.matchesTexts(of: key, &work) { totals.matching += 1 }
            }
            return next < state.table.endIndex
        }
        return isAll ? totals : nil
    }
}
