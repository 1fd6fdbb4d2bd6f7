import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// The length of the write-ahead log, and when its pages are copied into the database.
///
/// SQLite would do that automatically after a commit, but ignore every error. Pages that never reached the disk would
/// count as copied. The log would restart over the only good copy, and a power cut would lose it.
final class WriteAheadLog: Sendable {
    /// The number of pages before a copy: SQLite's default.
    static let longest: Int32 = 1_000
    /// The number of pages before new readers wait for a checkpoint: 16 MiB. A log that is always in use never
    /// restarts.
    static let longestBesideReaders: Int32 = 4_096
    /// How long a commit waits for current readers; the next commit waits again for a longer one.
    private static let patience = DispatchTimeInterval.milliseconds(250)

    private let snapshots: OpenSnapshots
    private let pages = Atomic<Int32>(0)

    /// Makes the writing connection of `pool` count the pages. To be called once, by an object that outlives the pool.
    ///
    /// - Parameter snapshots: counts the open reads of the pool.
    init(of pool: DatabasePool, readBy snapshots: OpenSnapshots) {
        self.snapshots = snapshots
        _ = pool.unsafeReentrantWrite { database in
            sqlite3_wal_hook(
                database.sqliteConnection,
                { context, _, _, pages in
                    guard let context else { return SQLITE_OK }
                    let log = Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                    log.pages.store(pages, ordering: .relaxed)
                    return SQLITE_OK
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    /// Copies the pages of a long log into the database, as far as readers allow. It waits for readers only if the log
    /// is so long that it must restart. Called after a commit, on the writing connection.
    func moveIfLong(of database: Database) throws {
        let pages = pages.load(ordering: .relaxed)
        if pages >= Self.longestBesideReaders {
            // Later readers find all pages in the database, so the next commit can restart the log.
            try snapshots.pause(atMost: Self.patience) { try move(of: database) }
        } else if pages >= Self.longest {
            try move(of: database)
        }
    }

    private func move(of database: Database) throws {
        let code = sqlite3_wal_checkpoint_v2(database.sqliteConnection, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if code == SQLITE_OK { return }
        // Pages that a reader still needs, or without space now, stay in the log until another commit.
        let failure = SQLiteFailure(code: code, on: database.sqliteConnection)
        guard failure.mayPass else { throw failure }
    }
}
