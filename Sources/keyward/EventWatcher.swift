internal import Glibc
internal import KeywardClient

/// Follows events until the reader closes the output. It reconnects after restarts of the daemon, and shows what it
/// missed.
struct EventWatcher {
    typealias Show = (Answer<Event>) throws -> Void

    private static let patience = Duration.seconds(30)

    let session: Session
    let types: [Event.Kind]
    let workspace: String?

    /// Shows events until the reader closes the output. It throws when the first connection fails, and when the daemon
    /// refuses.
    func run(_ show: Show) throws {
        var random = SystemRandomNumberGenerator()
        var backoff = Backoff()
        /// The last audit entry that was handled; `nil` before the first connection.
        var seen: Int?
        while true {
            do {
                let connection = try session.connect()
                let begun = try connection.call(
                    Subscribe.self, Subscribe.Params(types: types.isEmpty ? nil : types, workspace: workspace),
                    within: Self.patience
                ).value
                if let last = seen {
                    session.console.report("Connected again.", .faint)
                    for event in try missed(after: last, upTo: begun.seq, begun.subscription) {
                        try show(event)
                        seen = event.value.seq
                    }
                }
                seen = begun.seq
                backoff.reset()
                while true {
                    let event = try connection.nextEvent(watching: session.console.output)
                    try show(event)
                    seen = event.value.seq
                }
            } catch let error as KeywardError {
                if error == .closed { return }
                guard seen != nil, error.mayPass else { throw error }
                let wait = backoff.next(using: &random)
                if backoff.isFirst { session.console.report("Connection lost. Trying again.", .notice) }
                if hasHungUp(within: wait) { return }
            }
        }
    }

    /// Waits. Returns whether the reader closed the output meanwhile.
    private func hasHungUp(within wait: Duration) -> Bool {
        var entry = pollfd(fd: session.console.output, events: 0, revents: 0)
        let milliseconds = wait.components.seconds * 1_000 + wait.components.attoseconds / 1_000_000_000_000_000
        return poll(&entry, 1, Int32(milliseconds)) > 0
    }

    // MARK: Missed events

    private func missed(after last: Int, upTo newest: Int, _ subscription: String) throws -> [Answer<Event>] {
        try entries(after: last, upTo: newest).compactMap { entry in
            guard let event = Event(entry, subscription: subscription), types.isEmpty || types.contains(event.type)
            else { return nil }
            return Answer(value: event, text: JSONText(try JSONCoding.string(of: event)))
        }
    }

    /// The audit entries of all watched workspaces, oldest first.
    private func entries(after last: Int, upTo newest: Int) throws -> [AuditEntry] {
        guard last < newest else { return [] }
        if let workspace { return try entries(of: workspace, after: last, upTo: newest) }
        // Operators get all entries; other callers those of the workspace `default`, if they are members of it.
        let all = try entries(of: nil, after: last, upTo: newest)
        if all.count == newest - last { return all }
        var found = Dictionary(all.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
        for workspace in try session.call(ListWorkspaces.self, ListWorkspaces.Params(counts: false)).value.workspaces {
            for entry in try entries(of: workspace.name, after: last, upTo: newest) { found[entry.seq] = entry }
        }
        return found.values.sorted { $0.seq < $1.seq }
    }

    private func entries(of workspace: String?, after last: Int, upTo newest: Int) throws -> [AuditEntry] {
        let pageSize = 500
        var entries: [AuditEntry] = []
        while true {
            let after = entries.last?.seq ?? last
            let params = ListAudit.Params(workspace: workspace, after: after, limit: pageSize)
            let page: [AuditEntry]
            do {
                page = try session.call(ListAudit.self, params).value.entries
            } catch {
                // A caller who is not a member of a workspace misses no events of it.
                guard case .rejected(let refusal) = error, refusal.code == .permissionDenied else { throw error }
                return entries
            }
            entries += page.prefix { $0.seq <= newest }
            if page.count < pageSize || page.last.map({ $0.seq >= newest }) ?? true { return entries }
        }
    }
}

extension KeywardError {
    /// Whether another attempt may succeed without a change on this host.
    fileprivate var mayPass: Bool {
        switch self {
        case .unreachable(let unreachable): unreachable.mayPass
        case .timedOut, .connectionLost: true
        case .rejected(let error): error.code == .shuttingDown || error.code == .limitExceeded
        case .protocolViolation, .requestTooLong, .cancelled, .closed, .forked: false
        }
    }
}
