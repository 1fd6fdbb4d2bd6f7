import KeywardCore
import Synchronization

/// Accounts that a test defines.
package final class FixedAccounts: AccountDirectory {
    private struct Table {
        var users: [String: UInt32]
        var groups: [String: UInt32]
        var people: [String]
    }

    private let table: Mutex<Table>

    package init(users: [String: UInt32] = [:], groups: [String: UInt32] = [:], people: [String] = []) {
        table = Mutex(Table(users: users, groups: groups, people: people))
    }

    /// Gives a login another number, or removes it.
    package func setUser(_ name: String, to id: UInt32?) { table.withLock { $0.users[name] = id } }

    /// Gives a group another number, or removes it.
    package func setGroup(_ name: String, to id: UInt32?) { table.withLock { $0.groups[name] = id } }

    package func userName(of uid: UInt32) -> String? {
        table.withLock { table in table.users.first { $0.value == uid }?.key }
    }

    package func currentUserName(of uid: UInt32) -> String? { userName(of: uid) }

    package func userID(named name: String) -> UInt32? { table.withLock { $0.users[name] } }

    package func groupID(named name: String) -> UInt32? { table.withLock { $0.groups[name] } }

    package func hasGroup(_ gid: UInt32) -> Bool { table.withLock { $0.groups.values.contains(gid) } }

    package func humanNames() -> [String] { table.withLock { $0.people } }
}
