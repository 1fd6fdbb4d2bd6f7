internal import KeywardBase

/// The values of identity headers: printable ASCII, everything else percent-encoded (RFC 3986, section 2.1).
enum HeaderValue {
    /// Stands in every header without a value: some proxies drop an empty one.
    static let empty: StaticString = "-"

    /// Appends bytes. A percent sign is encoded too, so that the encoding can be reversed.
    static func append(_ bytes: Span<UInt8>, to buffer: inout KeywardBase.ByteBuffer) {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
                buffer.append(byte)
            } else {
                buffer.append(UInt8(ascii: "%"))
                buffer.append(digit(byte >> 4))
                buffer.append(digit(byte & 15))
            }
        }
    }

    /// Appends bytes as a whole value.
    static func append(whole bytes: Span<UInt8>, to buffer: inout KeywardBase.ByteBuffer) {
        if bytes.isEmpty {
            buffer.append(empty)
        } else if bytes.count == 1, bytes[0] == UInt8(ascii: "-") {
            buffer.append("%2D")
        } else {
            append(bytes, to: &buffer)
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
