import KeywardCore

// The text for people of each reason of a refusal: the problem, then what to do.

extension Refusal.InvalidParam {
    var param: String {
        switch self {
        case .principal: "principal"
        case .sweep: "sweep"
        }
    }

    var message: String {
        switch self {
        case .principal: "`principal` must be user:NAME, group:NAME, uid:N or gid:N."
        case .sweep: "`sweep` must be expiry, stale or retention."
        }
    }
}

extension Refusal.Missing {
    var message: String {
        switch self {
        case .key: "There is no such key in this workspace."
        case .member: "This workspace has no such member."
        case .workspace: "There is no such workspace."
        case .budget: "This workspace has no such budget."
        case .user: "There is no such user on this host."
        case .group: "There is no such group on this host."
        case .plan(let known): "There is no such plan. The plans are: \(known.joined(separator: ", "))."
        }
    }

    /// The arguments of the `keyward` command that helps.
    var remedy: [String]? {
        switch self {
        case .key: ["list"]
        case .member: ["member", "list"]
        case .workspace: ["workspace", "list"]
        case .budget: ["budget", "list"]
        case .user, .group, .plan: nil
        }
    }
}

extension Refusal.Conflict {
    /// The parameter whose value was used before.
    var param: String? {
        switch self {
        case .requestIDUsed: "requestId"
        case .keyNameTaken, .keyNameRepeated, .workspaceNameTaken, .workspaceNameAlike, .backupNameTaken,
            .backupUnderWay:
            "name"
        case .fileExists, .budgetInUse: nil
        }
    }

    var message: String {
        switch self {
        case .requestIDUsed:
            "This request ID was already used. If the secret of its key was lost, rotate that key."
        case .keyNameTaken(let prefix):
            "Name already in use by \(prefix). Choose another name, or rotate that key."
        case .keyNameRepeated: "An earlier row has this name. Choose another name."
        case .workspaceNameTaken: "There is already a workspace with this name. Choose another name."
        case .workspaceNameAlike:
            "A workspace has this name in another case; choose a name that differs by more."
        case .backupNameTaken: "There is a backup of that name already; choose another."
        case .backupUnderWay: "A backup of that name is being written; choose another."
        case .fileExists: "There is already a file with that name. Choose another name."
        case .budgetInUse(let keys):
            "\(keys == 1 ? "One key draws" : "\(keys) keys draw") on this budget. Give them another one first "
                + "(keyward update KEY --budget NAME, or --clear budget)."
        }
    }
}

extension Refusal.Limit {
    var number: Int {
        switch self {
        case .keys(let most), .subscriptions(let most): most
        }
    }

    var message: String {
        switch self {
        case .keys(let most):
            "The plan allows \(most == 1 ? "1 key" : "\(most) keys"), and this workspace has as many or more; "
                + "revoke one that is no longer needed."
        case .subscriptions: "This connection has the maximum number of subscriptions. Open another connection."
        }
    }
}

extension Refusal.StateFault {
    /// The keys that a name may mean, if that is the reason.
    var keys: [NamedKey]? {
        if case .twoLiveKeys(let keys) = self { keys } else { nil }
    }

    func message(_ status: KeyStatus) -> String {
        switch self {
        case .twoLiveKeys(let keys):
            let list = keys.map { "\($0.prefix) (\($0.status.rawValue))" }.joined(separator: " and ")
            return "Two live keys have this name, because it is being rotated: \(list). Name one by its prefix."
        case .isFinal: return "This key is \(status.rawValue), which is final. Create a new key instead."
        case .isDisabled: return "This key is disabled. Enable it first."
        case .isCanary: return "This key is a canary. It can be renamed and revoked, and nothing else."
        case .isBeingRotated:
            return "This key is already being rotated. Confirm or cancel that rotation first."
        case .isNotBeingRotated: return "This key is not being rotated."
        case .isReplaced: return "This key was already replaced. Rotate its successor."
        case .successorIsInUse: return "The new key is already in use. Confirm the rotation instead."
        }
    }
}

extension Refusal.ReadOnly {
    var message: String {
        switch self {
        case .database:
            "The database cannot be written, so nothing was changed. Keys are still verified. "
                + "Make room in the state folder, then try again."
        case .backup(let reason):
            "The backup found no room (\(reason)). The database is not affected. Make room on the file system of "
                + "the state folder, then try again."
        case .backupFolder(let reason): "The folder for backups cannot be made: \(reason)."
        }
    }
}

extension Refusal.Failure {
    var message: String {
        switch self {
        case .database: "The database failed. See the journal."
        case .auditHead: "The audit head cannot be read. See the journal."
        case .backup: "The backup could not be written; see the journal."
        case .backupStep(let step): "The backup could not be \(step); see the journal."
        }
    }
}

extension Dependency {
    /// The message to a caller that has waited for it.
    var message: String {
        switch self {
        case .nameService:
            "The name service of this host does not answer. Nothing was changed. Check it (getent passwd), then try "
                + "again."
        case .store:
            "The disk does not answer. Nothing was changed. Check the file system of the state folder, then try again."
        }
    }
}
