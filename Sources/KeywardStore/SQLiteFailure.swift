import GRDB
import GRDBSQLite
import KeywardCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A failure that SQLite reported, as numbers alone, without values, SQL or paths.
struct SQLiteFailure: Error, Hashable {
    /// The extended result code (sqlite.org/rescode.html).
    var code: Int32
    /// The `errno` of a failure of input or output, 0 for others.
    var systemError: Int32 = 0

    /// Stored data violates a rule of the schema, which no writer of it can have done.
    static let damaged = SQLiteFailure(code: SQLITE_CORRUPT)
    /// Data to be written violates a rule of the schema.
    static let refused = SQLiteFailure(code: SQLITE_CONSTRAINT)

    init(code: Int32, systemError: Int32 = 0) {
        self.code = code
        self.systemError = systemError
    }

    /// Reads the failure from the connection on which it has just happened.
    init(_ error: any Error, on database: Database) {
        switch error {
        case let failure as SQLiteFailure: self = failure
        case let error as DatabaseError:
            self.init(code: error.extendedResultCode.rawValue, on: database.sqliteConnection)
        default: self.init(code: SQLITE_ERROR)
        }
    }

    /// Reads the `errno` of `code` from the connection on which it has just happened.
    init(code: Int32, on connection: OpaquePointer?) {
        let found = code == Self.writeFailure ? Self.writeError(on: connection) : nil
        self.init(code: code, systemError: found ?? sqlite3_system_errno(connection))
    }

    /// The `errno` of the last failed write to the log, or to the database.
    ///
    /// SQLite does not pass it to `sqlite3_system_errno` if the commit fails, so it is read from the files.
    private static func writeError(on connection: OpaquePointer?) -> Int32? {
        var log: UnsafeMutablePointer<sqlite3_file>?
        var error: Int32 = 0
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log)
        if let log, let methods = log.pointee.pMethods {
            _ = methods.pointee.xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error)
        }
        if error == 0 { sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &error) }
        return error == 0 ? nil : error
    }

    /// The result code without its extension.
    var primaryCode: Int32 { code & 0xff }

    /// Whether waiting, or an operator who frees space, may fix it, and memory still matches the disk.
    ///
    /// A failed `fsync` is never among these, whatever its `errno`: it leaves the page cache unknown.
    var mayPass: Bool {
        switch primaryCode {
        case SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED: true
        case SQLITE_READONLY: code != SQLITE_READONLY | (4 << 8)  // SQLITE_READONLY_DBMOVED
        case SQLITE_CANTOPEN: Self.noSpaceErrors.contains(systemError)
        // The index of the log could not grow, but it can be rebuilt.
        case SQLITE_IOERR where code == Self.indexSizeFailure: true
        case SQLITE_IOERR: !Self.syncFailures.contains(code) && Self.noSpaceErrors.contains(systemError)
        default: false
        }
    }

    /// Whether stored data violates the rules of SQLite or of the schema.
    var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// No space, no quota, a limit on the file's size, a read-only file system.
    static let noSpaceErrors: Set<Int32> = [ENOSPC, EDQUOT, EFBIG, EROFS]
    /// SQLITE_IOERR_SHMSIZE.
    private static let indexSizeFailure: Int32 = SQLITE_IOERR | (19 << 8)
    /// SQLITE_IOERR_WRITE.
    private static let writeFailure: Int32 = SQLITE_IOERR | (3 << 8)
    /// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC.
    private static let syncFailures: Set<Int32> = [SQLITE_IOERR | (4 << 8), SQLITE_IOERR | (5 << 8)]
}

extension SQLiteFailure: CustomStringConvertible {
    /// SQLite's text for the code, which is constant, and the numbers.
    var description: String {
        let words = sqlite3_errstr(code).map { String(cString: $0) } ?? "unknown"
        return systemError == 0 || primaryCode != SQLITE_IOERR && primaryCode != SQLITE_CANTOPEN
            ? "\(words) (SQLite \(code))" : "\(words) (SQLite \(code), errno \(systemError))"
    }
}

extension StoreFault {
    /// Classifies the error; an unknown one counts as a failure.
    init(_ error: any Error) {
        switch error {
        case let fault as StoreFault: self = fault
        case let failure as PrivateFile.Failure:
            let passing = SQLiteFailure.noSpaceErrors.contains(failure.code) && failure.call != "fsync"
            let words = "\(failure.call): \(StoreOpenError.words(for: failure.code))"
            self = passing ? .cannotWrite(words) : .failed(words)
        case let failure as SQLiteFailure:
            self =
                failure.isDamage
                ? .damaged(failure.description)
                : failure.mayPass ? .cannotWrite(failure.description) : .failed(failure.description)
        case let error as DatabaseError:
            self.init(SQLiteFailure(code: error.extendedResultCode.rawValue))
        default: self = .failed("unexpected \(type(of: error))")
        }
    }
}
