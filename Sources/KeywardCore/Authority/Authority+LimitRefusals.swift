extension Authority {
    /// Verifications that a limit refused, since the start.
    package struct LimitRefusalCount: Hashable, Sendable {
        /// The workspace and the limit; `nil` for the sum of all others.
        package var source: Source?
        package var count: Int

        package struct Source: Hashable, Sendable {
            /// The names of the workspace and of the limit.
            package var workspace: String
            package var limit: String
        }
    }

    /// Refusals by limits: of the caller's workspaces by workspace and limit, sorted by these, and the sum of all others.
    package func limitRefusals(for caller: Caller) throws(Refusal) -> [LimitRefusalCount] {
        let visible = Set(try requireMember(caller))
        let workspaces = directory.workspaces
        var (named, others) = ([LimitRefusalCount](), 0)
        for (source, count) in registry.read({ $0.allowances.refusals.counts }) {
            if visible.contains(source.workspace), let limit = source.limit,
                let workspace = workspaces[source.workspace]?.name
            {
                named.append(
                    LimitRefusalCount(
                        source: LimitRefusalCount.Source(workspace: workspace, limit: limit), count: count))
            } else {
                others += count
            }
        }
        named.sort { ($0.source!.workspace, $0.source!.limit) < ($1.source!.workspace, $1.source!.limit) }
        return named + [LimitRefusalCount(source: nil, count: others)]
    }
}
