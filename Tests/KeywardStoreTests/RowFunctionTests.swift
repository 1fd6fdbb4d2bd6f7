import GRDB
import Testing

@testable import KeywardStore

/// Rows as the arguments of a function: all of them, in order, until one cannot be read.
struct RowFunctionTests {
    private struct Stop: Error {}

    private func withNumbers(_ body: (Database) throws -> Void) throws {
        try DatabaseQueue().write { database in
            try database.execute(
                sql: """
                    CREATE TABLE numbers (n INTEGER PRIMARY KEY, word TEXT);
                    INSERT INTO numbers VALUES (3, NULL), (1, 'one'), (2, '');
                    """)
            try body(database)
        }
    }

    @Test func everyRowComesOnceInOrderWithItsValues() throws {
        try withNumbers { database in
            for _ in 1...2 {
                var found: [String] = []
                try RowFunction.forEach(["n", "word"], of: "numbers ORDER BY n", on: database) { row in
                    found.append("\(row.int64()) \(row.optionalText() ?? "NULL")")
                }
                #expect(found == ["1 one", "2 ", "3 NULL"])
            }
        }
    }

    @Test func whatTheVisitorThrowsEndsItAndIsThrown() throws {
        try withNumbers { database in
            var count = 0
            #expect(throws: Stop.self) {
                try RowFunction.forEach(["n"], of: "numbers ORDER BY n", on: database) { row in
                    count += 1
                    if row.int64() == 2 { throw Stop() }
                }
            }
            #expect(count == 2)
        }
    }

    @Test func theFunctionIsGoneAfterwards() throws {
        try withNumbers { database in
            try RowFunction.forEach(["n"], of: "numbers", on: database) { _ in }
            #expect(throws: DatabaseError.self) { try database.execute(sql: "SELECT keyward_row(1)") }
        }
    }

    @Test func rowsMayBeReadWhileOthersAreVisited() throws {
        try withNumbers { database in
            var sum: Int64 = 0
            let other = try PreparedStatement("SELECT n FROM numbers ORDER BY n", on: database)
            try other.start()
            try RowFunction.forEach(["n"], of: "numbers ORDER BY n", on: database) { row in
                var beside = try #require(try other.next())
                sum += row.int64() * 10 + beside.int64()
            }
            other.finish()
            #expect(sum == 66)
        }
    }
}
