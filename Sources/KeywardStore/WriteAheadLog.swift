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

    private let pages = Atomic<Int32>(0)

    /// Has the writing connection of `pool` count the pages. To be called once, by what outlives the pool.
    init(of pool: DatabasePool) {
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

    /// Moves the pages of a long log into the database, as far as readers let it; waits for none. Behind a commit, on
    /// the writing connection.
    func moveIfLong(of database: Database) throws {
        guard pages.load(ordering: .relaxed) >= Self.longest else { return }
        let code = sqlite3_wal_checkpoint_v2(database.sqliteConnection, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if code == SQLITE_OK { return }
        // Pages that a reader still needs, or that find no room now, stay in the log until another commit.
        let failure = SQLiteFailure(code: code, on: database.sqliteConnection)
        guard failure.mayPass else { throw failure }
    }
}
