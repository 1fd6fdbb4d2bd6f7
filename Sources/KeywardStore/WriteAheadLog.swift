import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// How long the write-ahead log is, and when its pages are moved into the database.
///
/// SQLite would do that by itself after a commit, and drop every error of it: pages that never reached the disk would
/// count as moved, the log would begin anew over the only good copy of them, and a power cut would lose them.
final class WriteAheadLog: Sendable {
    /// How many pages it may have before they are moved: SQLite's own default.
    static let longest: Int32 = 1_000
    /// How many pages it may have before new readers wait for a checkpoint: 16 MiB. A log that somebody reads at any
    /// time never begins again.
    static let longestBesideReaders: Int32 = 4_096
    /// How long a commit waits for the readers that are there; a longer one is waited for by the next commit too.
    private static let patience = DispatchTimeInterval.milliseconds(250)

    private let snapshots: OpenSnapshots
    private let pages = Atomic<Int32>(0)

    /// Has the writing connection of `pool` count the pages. To be called once, by what outlives the pool.
    ///
    /// - Parameter snapshots: counts what reads of the pool are open.
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

    /// Moves the pages of a long log into the database, as far as readers let it. It waits for them only if the log is
    /// so long that it has to begin again. Behind a commit, on the writing connection.
    func moveIfLong(of database: Database) throws {
        let pages = pages.load(ordering: .relaxed)
        if pages >= Self.longestBesideReaders {
            // Readers that come later find all pages in the database, and leave the log to the next commit.
            try snapshots.pause(atMost: Self.patience) { try move(of: database) }
        } else if pages >= Self.longest {
            try move(of: database)
        }
    }

    private func move(of database: Database) throws {
        let code = sqlite3_wal_checkpoint_v2(database.sqliteConnection, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if code == SQLITE_OK { return }
        // Pages that a reader still needs, or that find no room now, stay in the log until another commit.
        let failure = SQLiteFailure(code: code, on: database.sqliteConnection)
        guard failure.mayPass else { throw failure }
    }
}
