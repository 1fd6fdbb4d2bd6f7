/// Scopes in the format of their column: a JSON array of strings.
package enum ScopeText {
    package static func encode(_ scopes: [String]) -> String {
        "[" + scopes.map(quote).joined(separator: ",") + "]"
    }

    /// Parses the output of ``encode(_:)``; `nil` for anything else.
    package static func decode(_ text: UnsafeRawBufferPointer) -> [String]? {
        if text.elementsEqual("[]".utf8) { return [] }
        if isPlain(text) {
            // Split at quotes, every second part is a scope.
            return text.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String(decoding: $0.element, as: UTF8.self) }
        }
        var reader = Reader(rest: text[...])
        guard reader.take("[") else { return nil }
        var scopes: [String] = []
        repeat {
            guard let scope = reader.string() else { return nil }
            scopes.append(scope)
        } while reader.take(",")
        return reader.take("]") && reader.rest.isEmpty ? scopes : nil
    }

    /// Whether ``encode(_:)`` may have written it, and every scope is ASCII without escapes: then a reply has the same
    /// bytes.
    package static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= 2, text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") else { return false }
        if text.count == 2 { return true }
        // A quote opens at the start and after a comma, and closes before a comma and at the end.
        var isOpen = false
        var previous = UInt8(ascii: ",")
        for position in 1..<text.count - 1 {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                if !isOpen, previous != UInt8(ascii: ",") { return false }
                isOpen.toggle()
                previous = byte
            } else if isOpen {
                if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\\") { return false }
            } else {
                guard byte == UInt8(ascii: ","), previous == UInt8(ascii: "\"") else { return false }
                previous = byte
            }
        }
        return !isOpen && previous == UInt8(ascii: "\"")
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
        var rest: Slice<UnsafeRawBufferPointer>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func string() -> String? {
            guard take("\"") else { return nil }
            var bytes: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let byte = escaped() else { return nil }
                    bytes.append(byte)
                default: bytes.append(byte)
                }
            }
            return nil
        }

        private mutating func escaped() -> UInt8? {
            switch rest.popFirst() {
            case UInt8(ascii: "u"):
                let digits = String(decoding: rest.prefix(4), as: UTF8.self)
                rest = rest.dropFirst(4)
                return UInt8(digits, radix: 16)
            case let byte: return byte
            }
        }
    }
}
