/// Something a change reads or writes that no other change of its group may use. If two changes share a conflict key,
/// the second is decided after the first is in force.
package enum ConflictKey: Hashable, Sendable {
    case key(Int64)
    case name(String, workspace: Int64)
    case prefix(String)
    case request(RequestLog.ID)
    /// The number of keys that the plan of a workspace allows.
    case keyCount(workspace: Int64)
    /// No other change may be in the group.
    case everything
}

extension Transaction {
    /// The conflict keys of the change. They include the other ends of rotations: decisions about a key depend on them.
    var conflictKeys: Set<ConflictKey> {
        guard !changes.changesDirectory, !changes.acknowledgesTrail, changes.purged.isEmpty,
            changes.forgetRequestsBefore == nil, changes.clock == nil
        else {
            return [.everything]
        }
        var keys: Set<ConflictKey> = []
        for key in changes.keys {
            keys.insert(.key(key.number))
            if let other = key.successor { keys.insert(.key(other)) }
            if let other = key.origin?.predecessor { keys.insert(.key(other)) }
            keys.insert(.name(key.name, workspace: key.workspace))
            keys.insert(.prefix(key.prefix))
            let isCapped = directory.workspaces[key.workspace].map { directory.plan(of: $0).maxKeys != nil } ?? true
            if isCapped { keys.insert(.keyCount(workspace: key.workspace)) }
        }
        for request in changes.requests { keys.insert(.request(RequestLog.ID(request))) }
        return keys
    }
}
