extension Authority {
    /// A workspace with what its plan allows and how many keys have each status.
    package struct WorkspaceView: Sendable {
        package var record: WorkspaceRecord
        package var plan: Plan
        package var keys: [KeyStatus: Int]
    }

    /// Describes a workspace to one of its members.
    package func workspace(named name: String, for caller: Caller, at now: Instant) throws(Refusal) -> WorkspaceView {
        view(of: try directory.workspace(named: name, for: caller, roles, needs: .viewer).0, at: now)
    }

    /// Describes the workspaces in which the caller has a role, in the order of their creation.
    package func workspaces(for caller: Caller, at now: Instant) throws(Refusal) -> [WorkspaceView] {
        let records = try requireMember(caller).compactMap { directory.workspaces[$0] }
        let counts = statusCountsByWorkspace(at: now)
        return records.map { record in
            let keys = record.number < counts.count ? counts[Int(record.number)] : [:]
            return WorkspaceView(record: record, plan: directory.plan(of: record), keys: keys)
        }
    }

    /// The numbers of the workspaces in which the caller has a role, of which there is at least one.
    @discardableResult
    package func requireMember(_ caller: Caller) throws(Refusal) -> [Int64] {
        let memberships = roles.memberships(of: caller)
        guard caller.isOperator || !memberships.isEmpty else { throw Directory.noMember(caller) }
        return memberships
    }

    /// Refuses all but operators, and says how to become one.
    package static func requireOperator(_ caller: Caller, group: String) throws(Refusal) {
        guard caller.isOperator else {
            throw .permissionDenied("\(caller.title) is not an operator. \(Self.operatorRemedy(caller, group))")
        }
    }

    /// How an account becomes an operator: a command for root, if it can be pasted as it is.
    private static func operatorRemedy(_ caller: Caller, _ group: String) -> String {
        guard let user = caller.user, isPlainName(user), isPlainName(group) else {
            return "Operators are root and the members of group \(group)."
        }
        return "Root can change that; it holds from the next login. Run: "
            + "usermod --append --groups keyward,\(group) \(user)"
    }

    /// Whether a shell takes an account's name for itself: letters, digits, `.`, `_` and `-`, the last not first.
    private static func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "._-".utf8.contains(byte)
                }
            }
    }

    /// Lists who has a role.
    package func members(ofWorkspace name: String, for caller: Caller) throws(Refusal) -> [Grant] {
        let directory = directory
        return directory.grants(in: try directory.workspace(named: name, for: caller, roles, needs: .viewer).0.number)
    }

    /// Describes a workspace whose record is at hand.
    package func view(of record: WorkspaceRecord, at now: Instant) -> WorkspaceView {
        WorkspaceView(record: record, plan: directory.plan(of: record), keys: statusCounts(in: record.number, at: now))
    }
}
