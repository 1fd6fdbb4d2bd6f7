/// Well-formed UTF-8 beyond ASCII (The Unicode Standard, table 3-7).
enum UTF8Sequence {
    /// The position after the character whose first byte, 0x80 or more, is at `start`.
    @inline(never)
    static func end(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) throws(JSONFault) -> Int {
        func isContinuation(_ position: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
            guard position < end else { return false }
            let byte = base.load(fromByteOffset: position, as: UInt8.self)
            return low <= byte && byte <= high
        }
        let first = base.load(fromByteOffset: start, as: UInt8.self)
        let (length, low, high): (Int, UInt8, UInt8) =
            switch first {
            case 0xC2...0xDF: (2, 0x80, 0xBF)
            case 0xE0: (3, 0xA0, 0xBF)
            case 0xE1...0xEC, 0xEE, 0xEF: (3, 0x80, 0xBF)
            case 0xED: (3, 0x80, 0x9F)
            case 0xF0: (4, 0x90, 0xBF)
            case 0xF1...0xF3: (4, 0x80, 0xBF)
            case 0xF4: (4, 0x80, 0x8F)
            default: (0, 0, 0)
            }
        guard length > 0, isContinuation(start + 1, low, high) else { throw JSONFault(.malformedUTF8, at: start) }
        for position in start + 2..<max(start + length, start + 2) {
            guard isContinuation(position) else { throw JSONFault(.malformedUTF8, at: start) }
        }
        return start + length
    }
}
