/// A slow and simple parser of RFC 8259 with this protocol's limits, written from the grammar. It shares no code with
/// the scanner, which is compared with it.
package struct ReferenceJSON {
    package enum Verdict: String, Sendable { case accept, parseError, invalidRequest }

    /// The verdict about `bytes`.
    package static func verdict(
        on bytes: [UInt8], depth: Int = 32, members: Int = 256
    ) -> Verdict {
        var reader = ReferenceJSON(bytes: bytes, maxDepth: depth, maxMembers: members)
        do {
            try reader.text()
            return .accept
        } catch {
            return error.verdict
        }
    }

    private struct Refusal: Error {
        var verdict: Verdict
        static let broken = Refusal(verdict: .parseError)
        static let beyondBounds = Refusal(verdict: .invalidRequest)
    }

    private let bytes: [UInt8]
    private let maxDepth: Int
    private let maxMembers: Int
    private var position = 0
    private var depth = 0

    private init(bytes: [UInt8], maxDepth: Int, maxMembers: Int) {
        self.bytes = bytes
        self.maxDepth = maxDepth
        self.maxMembers = maxMembers
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) throws(Refusal) {
        guard byte == UInt8(ascii: character) else { throw .broken }
        position += 1
    }

    private mutating func text() throws(Refusal) {
        try value()
        guard position == bytes.count else { throw .broken }
    }

    /// `ws value ws`
    private mutating func value() throws(Refusal) {
        skipSpace()
        switch byte.map(Unicode.Scalar.init) {
        case "{": try object()
        case "[": try array()
        case "\"": _ = try string()
        case "t": for message in "true".unicodeScalars { try take(message) }
        case "f": for message in "false".unicodeScalars { try take(message) }
        case "n": for message in "null".unicodeScalars { try take(message) }
        default: try number()
        }
        skipSpace()
    }

    private mutating func enter() throws(Refusal) {
        depth += 1
        guard depth <= maxDepth else { throw .beyondBounds }
        position += 1
        skipSpace()
    }

    private mutating func object() throws(Refusal) {
        try enter()
        defer { depth -= 1 }
        var names: Set<[UInt8]> = []
        if byte == UInt8(ascii: "}") { return position += 1 }
        while true {
            skipSpace()
            guard byte == UInt8(ascii: "\"") else { throw .broken }
            guard names.count < maxMembers else { throw .beyondBounds }
            guard names.insert(try string()).inserted else { throw .broken }
            skipSpace()
            try take(":")
            try value()
            guard byte == UInt8(ascii: ",") else { return try take("}") }
            position += 1
        }
    }

    private mutating func array() throws(Refusal) {
        try enter()
        defer { depth -= 1 }
        if byte == UInt8(ascii: "]") { return position += 1 }
        while true {
            try value()
            guard byte == UInt8(ascii: ",") else { return try take("]") }
            position += 1
        }
    }

    /// `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?`
    private mutating func number() throws(Refusal) {
        if byte == UInt8(ascii: "-") { position += 1 }
        if byte == UInt8(ascii: "0") {
            position += 1
            if let byte, (0x30...0x39).contains(byte) { throw .broken }
        } else {
            try digits()
        }
        if byte == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(Refusal) {
        let start = position
        while let byte, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw .broken }
    }

    /// The string's decoded bytes.
    private mutating func string() throws(Refusal) -> [UInt8] {
        try take("\"")
        var units: [UInt16] = []
        var plain: [UInt8] = []
        var decoded: [UInt8] = []
        while let byte, byte != UInt8(ascii: "\"") {
            position += 1
            guard byte >= 0x20 else { throw .broken }
            if byte == UInt8(ascii: "\\"), self.byte == UInt8(ascii: "u") {
                try flush(&plain, to: &decoded)
                position += 1
                units.append(try codeUnit())
                continue
            }
            try flush(&units, to: &decoded)
            plain.append(byte == UInt8(ascii: "\\") ? try simpleEscape() : byte)
        }
        try flush(&plain, to: &decoded)
        try flush(&units, to: &decoded)
        try take("\"")
        return decoded
    }

    private mutating func simpleEscape() throws(Refusal) -> UInt8 {
        let meanings: [Character: UInt8] = [
            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 0x08, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09,
        ]
        guard let byte, let meaning = meanings[Character(Unicode.Scalar(byte))] else { throw .broken }
        position += 1
        return meaning
    }

    private mutating func codeUnit() throws(Refusal) -> UInt16 {
        guard position + 4 <= bytes.count else { throw .broken }
        let digits = bytes[position..<position + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .broken }
        position += 4
        return unit
    }

    private func flush(_ plain: inout [UInt8], to decoded: inout [UInt8]) throws(Refusal) {
        guard String(validating: plain, as: UTF8.self) != nil else { throw .broken }
        decoded += plain
        plain = []
    }

    private func flush(_ units: inout [UInt16], to decoded: inout [UInt8]) throws(Refusal) {
        guard let text = String(validating: units, as: UTF16.self) else { throw .broken }
        decoded += text.utf8
        units = []
    }
}
