package import KeywardBase

/// The target of an encoding: a buffer, borrowed from the caller for one call.
final class JSONWriter {
    var buffer: ByteBuffer
    let nulls: Bool

    init(taking buffer: inout ByteBuffer, nulls: Bool) {
        self.buffer = ByteBuffer(capacity: 16)
        self.nulls = nulls
        swap(&self.buffer, &buffer)
    }

    func giveBack(_ buffer: inout ByteBuffer) {
        swap(&self.buffer, &buffer)
    }

    /// Encodes a value; a type that encodes nothing becomes an empty object.
    func write<T: Encodable>(_ value: T, path: [any CodingKey]) throws {
        switch value {
        case let text as String: buffer.append(jsonString: text)
        case let flag as Bool: buffer.append(flag ? "true" : "false")
        case let number as Double: try write(number, path: path)
        case let number as Float: try write(Double(number), path: path)
        case let number as any FixedWidthInteger: buffer.append(utf8: String(number))
        case let text as JSONText: buffer.append(jsonText: text)
        default:
            let encoder = ValueEncoder(self, path: path)
            try value.encode(to: encoder)
            encoder.finish()
        }
    }

    private func write(_ number: Double, path: [any CodingKey]) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(
                number, EncodingError.Context(codingPath: path, debugDescription: "JSON has finite numbers only"))
        }
        buffer.append(utf8: "\(number)")
    }
}

extension ByteBuffer {
    /// Appends a string with its quotes, with no more escapes than RFC 8259 requires.
    package mutating func append(jsonString text: String) {
        var text = text
        text.withUTF8 { append(jsonString: UnsafeRawBufferPointer($0)) }
    }

    /// Appends a string, given as valid UTF-8, with its quotes.
    package mutating func append(jsonString bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { append(jsonString: $0) }
    }

    /// Appends a JSON text unchanged, except that a line break in white space becomes a space.
    package mutating func append(jsonText text: JSONText) {
        reserve(text.text.utf8.count)
        for byte in text.text.utf8 {
            append(byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? UInt8(ascii: " ") : byte)
        }
    }

    private mutating func append(jsonString bytes: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        var plain = 0
        for position in bytes.indices {
            let byte = bytes[position]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(UnsafeRawBufferPointer(rebasing: bytes[plain..<position]))
            appendEscape(byte)
            plain = position + 1
        }
        append(UnsafeRawBufferPointer(rebasing: bytes[plain...]))
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x00...0x1F:
            append("u00")
            append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let digit = byte & 0x0F
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        default: append(byte)
        }
    }
}
