/// The reason why a database was not opened. Each determines the remedy; none contains a path.
package enum StoreOpenError: Error, Hashable, Sendable {
    /// A later version of Keyward has written it.
    case newer(found: Int, known: Int)
    /// The file is another program's database.
    case foreign
    /// The file is not an SQLite database.
    case notADatabase
    /// The database is damaged.
    case damaged(String)
    /// Others may write to its folder; with the folder's permissions.
    case unsafeFolder(mode: UInt32)
    /// The system refused an operation on a file or the folder; the call and its `errno`.
    case system(call: String, code: Int32)
    /// No space, no quota, or a read-only file system.
    case cannotWrite(String)
    /// The process or the system has no descriptor or no memory left.
    case exhausted(String)
    /// Another process has the database open and locked.
    case inUse
    /// Anything else.
    case failed(String)
}

extension StoreOpenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .newer(let found, let known):
            """
            The database has schema version \(found), this build knows versions up to \(known): install the version \
            of Keyward that last ran here, or restore a backup made before it did.
            """
        case .foreign:
            "The database belongs to another program: name another state directory, or move the file away."
        case .notADatabase:
            "The file is not a database: name another state directory, or restore a backup over it."
        case .damaged(let detail):
            "The database is damaged (\(detail)): keep a copy of the file and restore the latest backup."
        case .unsafeFolder(let mode):
            """
            The state directory can be written to by others (mode \(String(mode, radix: 8))): \
            make it private with chmod 700.
            """
        case .system(let call, let code):
            """
            \(call) was refused for the database (\(Self.words(for: code))): check that the state directory exists \
            and belongs to the daemon's user.
            """
        case .cannotWrite(let detail):
            "The database cannot be written (\(detail)): make room on its file system and start again."
        case .exhausted(let detail):
            """
            The database could not be opened for want of descriptors or memory (\(detail)): check LimitNOFILE= and \
            MemoryMax= of the service, or ulimit -n, and start again.
            """
        case .inUse:
            "Another process holds the database: stop it (or wait until it is done) and start again."
        case .failed(let detail):
            "The database could not be opened (\(detail)): check the disk, then restore the latest backup."
        }
    }
}
