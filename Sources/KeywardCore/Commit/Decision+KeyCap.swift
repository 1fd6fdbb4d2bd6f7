// The cap of a plan on the number of keys. It refuses changes that add a key or extend its life. Changes that end or
// stop a key, and the passing of time, may leave more keys than the cap.
extension Decision {
    /// Refuses a change after which more keys would count than the plan allows.
    ///
    /// - Parameter adding: the number of additional keys.
    func requireKeyCapacity(
        in workspace: WorkspaceRecord, _ plan: Plan, adding: Int = 0
    ) throws(Refusal) {
        guard let most = plan.maxKeys else { return }
        // Far from the cap no key needs to be examined.
        if registry.read({ $0.counts.mostCapped(inWorkspace: workspace.number) }) + adding <= most { return }
        if cappedKeys(in: workspace.number) + adding > most {
            throw .limitExceeded(.keys(most))
        }
    }

    /// How many more keys the plan allows; `nil` if it allows at least `wanted`.
    func keyCapacity(in workspace: WorkspaceRecord, _ plan: Plan, for wanted: Int) -> Int? {
        guard let most = plan.maxKeys else { return nil }
        if registry.read({ $0.counts.mostCapped(inWorkspace: workspace.number) }) + wanted <= most { return nil }
        return max(0, most - cappedKeys(in: workspace.number))
    }

    /// The keys that count towards a plan's cap.
    private func cappedKeys(in workspace: Int64) -> Int {
        var count = 0
        registry.forEachKey { state, index in
            if state.table[index].workspace == workspace, state.isCapped(at: index, now: now) { count += 1 }
        }
        return count
    }
}

extension RegistryState {
    /// Whether the key at `index` counts towards its plan's cap: it is live, no canary, and no successor of it verifies.
    func isCapped(at index: KeyTable.Index, now: Instant) -> Bool {
        if status(at: index, now: now).isTerminal || table[index].isCanary { return false }
        guard table[index].hasSuccessor, let number = table[index].text?.links.successor,
            let successor = self.index(ofNumber: number)
        else { return true }
        return !table[successor].facts.verifies(at: now)
    }
}
