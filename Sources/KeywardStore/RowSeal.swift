import GRDB
import GRDBSQLite
import KeywardCore
import Synchronization

/// A keyed checksum of each row of `keys`, kept in the row: a bit that the disk turned, or a value that somebody changed
/// with another program, does not match it any more.
///
/// It is a function of SQL, so that a row is sealed and checked where its values are. The place in the ledger is left
/// out: it is no part of the key.
final class RowSeal: Sendable {
    /// The columns that are sealed, with their positions among all, in the order of the function's arguments: the oldest
    /// first, so that a column that comes later changes no seal before it.
    private static let sealed = KeyColumn.all.enumerated().filter(\.element.isSealed)
        .sorted { ($0.element.version, $0.offset) < ($1.element.version, $1.offset) }
    /// How many of them the first seals covered.
    private static let firstCount = sealed.prefix { $0.element.version == 1 }.count
    static let columns = sealed.map(\.element.name)
    /// The seal of the row that a statement is at.
    static let expression = "\(name)(\(columns.joined(separator: ", ")))"
    /// The length of a seal in bytes.
    static let length = 16

    private static let name = "keyward_seal"
    private static let pepperColumn = columns.firstIndex(of: "pepper") ?? 0

    /// By the pepper of the row's key.
    private let keys = Mutex<[UInt32: KeyedDigest]>([:])

    /// The seal of values that are bound as parameters, in the order of ``KeyTable/columns``.
    static var ofParameters: String { "\(name)(\(sealed.map { "?\($0.offset + 1)" }.joined(separator: ", ")))" }

    /// Seals and checks under these keys from now on; without any, rows are not sealed.
    func use(_ keys: [PepperID: KeyedDigest]) {
        self.keys.withLock { held in
            held = Dictionary(uniqueKeysWithValues: keys.map { ($0.key.rawValue, $0.value) })
        }
    }

    /// Makes the function known to a connection.
    func define(on database: Database) throws {
        let code = sqlite3_create_function_v2(
            database.sqliteConnection, Self.name, Int32(Self.columns.count), SQLITE_UTF8 | SQLITE_DIRECTONLY,
            Unmanaged.passRetained(self).toOpaque(), Self.call, nil, nil,
            { context in if let context { Unmanaged<RowSeal>.fromOpaque(context).release() } })
        guard code == SQLITE_OK else { throw SQLiteFailure(code: code) }
    }

    private static let call: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
        context, count, values in
        guard let values, let user = sqlite3_user_data(context) else { return sqlite3_result_null(context) }
        let seal = Unmanaged<RowSeal>.fromOpaque(user).takeUnretainedValue()
        let pepper = UInt32(truncatingIfNeeded: sqlite3_value_int64(values[pepperColumn]))
        guard let key = seal.keys.withLock({ $0[pepper] }) else { return sqlite3_result_null(context) }
        let bytes = key.digest(of: message(values, Int(count))).bytes
        // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
        sqlite3_result_blob(context, bytes, Int32(length), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }

    /// Each value with its type and its length, so that no two rows have the same bytes. A column that the first seals
    /// did not cover counts where it has a value, with its number: a row without one keeps its seal.
    private static func message(_ values: UnsafeMutablePointer<OpaquePointer?>, _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        func add(_ number: Int64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        for index in 0..<count {
            let value = values[index]
            let type = sqlite3_value_type(value)
            if index >= firstCount {
                if type == SQLITE_NULL { continue }
                add(Int64(index))
            }
            bytes.append(UInt8(truncatingIfNeeded: type))
            switch type {
            case SQLITE_NULL: break
            case SQLITE_INTEGER: add(sqlite3_value_int64(value))
            default:
                let start = sqlite3_value_blob(value)
                let length = Int(sqlite3_value_bytes(value))
                add(Int64(length))
                if let start { bytes += UnsafeRawBufferPointer(start: start, count: length) }
            }
        }
        return bytes
    }
}
