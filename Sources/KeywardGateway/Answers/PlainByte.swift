/// The bytes that need no escape in JSON strings and in Strings of header fields (RFC 9651, section 3.3.3).
enum PlainByte {
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
