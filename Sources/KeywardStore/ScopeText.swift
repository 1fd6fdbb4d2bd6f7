/// Scopes as they stand in a column: a JSON array of strings.
enum ScopeText {
    static func encode(_ scopes: [String]) -> String {
        "[" + scopes.map(quote).joined(separator: ",") + "]"
    }

    /// Reads what ``encode(_:)`` wrote.
    static func decode(_ text: String) throws -> [String] {
        if text == "[]" { return [] }
        if let scopes = decodePlain(text) { return scopes }
        var reader = Reader(rest: Array(text.utf8)[...])
        guard reader.take("[") else { throw SQLiteFailure.damaged }
        var scopes: [String] = []
        repeat { scopes.append(try reader.string()) } while reader.take(",")
        guard reader.take("]"), reader.rest.isEmpty else { throw SQLiteFailure.damaged }
        return scopes
    }

    /// Of scopes without escapes, between quotes stands in turn what is none and what is one.
    private static func decodePlain(_ text: String) -> [String]? {
        let utf8 = text.utf8
        guard utf8.first == UInt8(ascii: "["), utf8.last == UInt8(ascii: "]"), !utf8.contains(UInt8(ascii: "\\"))
        else { return nil }
        let parts = utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        guard parts.count % 2 == 1, parts[0].count == 1, parts[parts.count - 1].count == 1 else { return nil }
        var scopes: [String] = []
        for place in stride(from: 1, to: parts.count, by: 2) {
            if place > 1, !parts[place - 1].elementsEqual(CollectionOfOne(UInt8(ascii: ","))) { return nil }
            scopes.append(String(Substring(parts[place])))
        }
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
