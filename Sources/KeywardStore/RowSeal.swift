import GRDB
import GRDBSQLite
import KeywardCore
import Synchronization

/// A keyed checksum of each row of `keys`, stored in the row. After a disk error, or a change by another program, it no
/// longer matches.
///
/// It is an SQL function, so that SQLite seals and checks rows without passing their values on. The ledger slot is
/// omitted, because it is not part of the key.
final class RowSeal: Sendable {
    /// The sealed columns, with their positions among all, in the order of the function's arguments: the oldest first,
    /// so that a later column changes no earlier seal.
    private static let sealed = KeyColumn.all.enumerated().filter(\.element.isSealed)
        .sorted { ($0.element.version, $0.offset) < ($1.element.version, $1.offset) }
    /// The number of columns that the first seals covered.
    private static let firstCount = sealed.prefix { $0.element.version == 1 }.count
    static let columns = sealed.map(\.element.name)
    /// The seal of a statement's current row.
    static let expression = "\(name)(\(columns.joined(separator: ", ")))"
    /// The length of a seal in bytes.
    static let length = 16

    private static let name = "keyward_seal"
    private static let pepperColumn = columns.firstIndex(of: "pepper") ?? 0

    /// By the pepper of the row's key.
    private let keys = Mutex<[UInt32: KeyedDigest]>([:])
    private let removedPeppers = Mutex<Set<UInt32>>([])

    /// The peppers without a key: their rows are not sealed.
    var removed: Set<UInt32> { removedPeppers.withLock { $0 } }

    /// The seal of values bound as parameters, in the order of ``KeyTable/columns``.
    static var ofParameters: String { "\(name)(\(sealed.map { "?\($0.offset + 1)" }.joined(separator: ", ")))" }

    /// Seals and checks with these keys from now on; without keys, rows are not sealed.
    func use(_ keys: [PepperID: KeyedDigest], without removed: Set<PepperID>) {
        removedPeppers.withLock { $0 = Set(removed.map(\.rawValue)) }
        self.keys.withLock { held in
            held = Dictionary(uniqueKeysWithValues: keys.map { ($0.key.rawValue, $0.value) })
        }
    }

    /// Registers the function with a connection.
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
    /// did not cover counts only if it has a value, with its number: a row without one keeps its seal.
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
