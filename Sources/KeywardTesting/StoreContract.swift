package import KeywardCore

/// A store under test, with access to what is behind it.
package protocol StoreFixture: Sendable {
    var store: any KeyStore { get }
    /// A folder for the files of the test.
    var folder: String { get }

    /// Opens the current content of the disk separately, as after a kill of the process.
    func afterKill() throws -> any KeyStore

    /// Opens a backup.
    func backup(atFile path: String) throws -> any KeyStore

    func tombstones() throws -> [Tombstone]
}

/// One requirement for every store.
package struct StoreContract: Sendable, CustomStringConvertible {
    package var description: String
    package var check: @Sendable (any StoreFixture) throws -> Void

    init(_ description: String, _ check: @escaping @Sendable (any StoreFixture) throws -> Void) {
        self.description = description
        self.check = check
    }

    /// All requirements.
    package static let all = records + changes + allowances + usage + audit + copies + histories
}

extension StoreContract {
    /// Changes that add `count` random keys to workspace 1.
    static func keys(_ count: Int, from records: inout RandomRecords) -> Changes {
        var changes = Changes(mark: Instant(milliseconds: 0))
        changes.workspaces = [records.workspace(1)]
        changes.keys = (0..<count).map { _ in records.key(in: 1) }
        return changes
    }

    static func keys(of store: any KeyStore) throws -> [KeyRecord] {
        var keys: [KeyRecord] = []
        try store.loadKeys { keys.append(KeyRecord($0.row)) }
        return keys
    }
}
