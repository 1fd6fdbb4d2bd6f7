/// Scopes as they stand in a column: a JSON array of strings.
enum ScopeText {
    static func encode(_ scopes: [String]) -> String {
        "[" + scopes.map(quote).joined(separator: ",") + "]"
    }

    /// Reads what ``encode(_:)`` wrote.
    static func decode(_ text: String) throws -> [String] {
        if text == "[]" { return [] }
        var reader = Reader(rest: Array(text.utf8)[...])
        guard reader.take("[") else { throw SQLiteFailure.damaged }
        var scopes: [String] = []
        repeat { scopes.append(try reader.string()) } while reader.take(",")
        guard reader.take("]"), reader.rest.isEmpty else { throw SQLiteFailure.damaged }
        return scopes
    }

    private static func quote(_ scope: String) -> String {
        var quoted = "\""
        for scalar in scope.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            case "\0"..<" ":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func string() throws -> String {
            guard take("\"") else { throw SQLiteFailure.damaged }
            var bytes: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"): bytes.append(try escaped())
                default: bytes.append(byte)
                }
            }
            throw SQLiteFailure.damaged
        }

        private mutating func escaped() throws -> UInt8 {
            switch rest.popFirst() {
            case UInt8(ascii: "u"):
                let digits = String(decoding: rest.prefix(4), as: UTF8.self)
                rest = rest.dropFirst(4)
                guard let byte = UInt8(digits, radix: 16) else { throw SQLiteFailure.damaged }
                return byte
            case let byte?: return byte
            case nil: throw SQLiteFailure.damaged
            }
        }
    }
}
