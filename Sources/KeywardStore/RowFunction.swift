import GRDB
import GRDBSQLite

/// Passes rows as the arguments of an SQL function: one call passes all values of a row. Reading them from the
/// statement takes SQLite one call each, with a check of the connection's state before and after.
///
/// For tables with many columns and many rows.
struct RowFunction {
    private let visit: (inout Columns) throws -> Void
    private var failure: (any Error)?

    /// Passes every row of `source`, a table with an order, to `visit`.
    static func forEach(
        _ columns: [String], of source: String, on database: Database, _ visit: (inout Columns) throws -> Void
    ) throws {
        try withoutActuallyEscaping(visit) { visit in
            var function = RowFunction(visit: visit)
            try withUnsafeMutablePointer(to: &function) { function in
                try define(function, columns.count, on: database)
                defer { try? define(nil, columns.count, on: database) }
                let sql = "SELECT \(name)(\(columns.joined(separator: ", "))) FROM \(source)"
                // Not a statement of the cache, because the function is removed.
                let statement = try PreparedStatement(once: sql, on: database)
                do { try statement.run() } catch { throw function.pointee.failure ?? error }
            }
        }
    }

    private static let name = "keyward_row"

    /// With `nil` the function is removed.
    private static func define(
        _ function: UnsafeMutablePointer<RowFunction>?, _ count: Int, on database: Database
    ) throws {
        let code = sqlite3_create_function_v2(
            database.sqliteConnection, name, Int32(count), SQLITE_UTF8 | SQLITE_DIRECTONLY, function,
            function == nil ? nil : call, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteFailure(code: code) }
    }

    private static let call: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
        context, _, values in
        guard let values, let function = sqlite3_user_data(context)?.assumingMemoryBound(to: RowFunction.self) else {
            return sqlite3_result_error_code(context, SQLITE_MISUSE)
        }
        var columns = Columns(values)
        do {
            try function.pointee.visit(&columns)
        } catch {
            function.pointee.failure = error
            sqlite3_result_error_code(context, SQLITE_ABORT)
        }
    }
}
