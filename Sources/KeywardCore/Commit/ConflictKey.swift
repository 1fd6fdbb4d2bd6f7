/// Something a change reads or writes that no other change of its group may use. If two changes share a conflict key,
/// the second is decided after the first is in force.
package enum ConflictKey: Hashable, Sendable {
    case key(Int64)
    case name(String, workspace: Int64)
    case prefix(String)
    /// The digest of an imported key: two imports may bring the same.
    case digest(Digest)
    case request(RequestLog.ID)
    case allowance(Int64)
    case budget(String, workspace: Int64)
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
            if key.imported != nil { keys.insert(.digest(key.digest)) }
            if let allowance = key.allowance { keys.insert(.allowance(allowance)) }
            let isCapped = directory.workspaces[key.workspace].map { directory.plan(of: $0).maxKeys != nil } ?? true
            if isCapped { keys.insert(.keyCount(workspace: key.workspace)) }
        }
        for allowance in changes.allowances {
            keys.insert(.allowance(allowance.number))
            if let name = allowance.name { keys.insert(.budget(name, workspace: allowance.workspace)) }
        }
        for allowance in changes.endedAllowances { keys.insert(.allowance(allowance)) }
        for request in changes.requests { keys.insert(.request(RequestLog.ID(request))) }
        return keys
    }
}
