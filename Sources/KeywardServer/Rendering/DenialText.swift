import KeywardCore

extension Refusal.Denial {
    /// The denied permission, and who can grant it.
    var message: String {
        switch self {
        case .notAMember(let caller):
            return "\(caller.title) is not a member of this workspace. One of its admins, or an operator, can change "
                + "that."
        case .readsOnly(let caller, _):
            return "\(caller.title) can read this workspace but not change it. One of its admins, or an operator, can "
                + "change that."
        case .notAnOperator(let caller, let group):
            return "\(caller.title) is not an operator. \(Self.remedy(for: caller, group))"
        }
    }

    /// The arguments of the `keyward` command that helps, for an admin or an operator.
    var remedy: [String]? {
        switch self {
        case .notAMember(let caller): ["member", "grant", caller.principal, "viewer"]
        case .readsOnly(let caller, let workspace):
            ["member", "grant", caller.principal, "admin", "--workspace=\(workspace)"]
        case .notAnOperator: nil
        }
    }

    /// How to make an account an operator: a command for root, if its names need no quotes.
    private static func remedy(for caller: Caller, _ group: String) -> String {
        guard let user = caller.user, isPlainName(user), isPlainName(group) else {
            return "Operators are root and the members of group \(group)."
        }
        return "Root can change that; it holds from the next login. Run: "
            + "usermod --append --groups keyward,\(group) \(user)"
    }

    /// Whether a shell needs no quotes for the name: letters, digits, `.`, `_` and `-`, the last not first.
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
}

extension Caller {
    /// The caller in a form for people.
    fileprivate var title: String { user.map { "\($0) (uid \(peer.uid))" } ?? "uid \(peer.uid)" }

    /// The caller in the form of a grant.
    fileprivate var principal: String { user.map { "user:\($0)" } ?? "uid:\(peer.uid)" }
}
