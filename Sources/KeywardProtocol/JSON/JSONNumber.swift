/// JSON numbers (RFC 8259, §6).
enum JSONNumber {
    /// Finds the end of the number that starts at `start` with a digit or a minus sign.
    @inline(__always)
    static func scan(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int
    ) throws(JSONFault) -> (end: Int, isInteger: Bool) {
        func digit(_ position: Int) -> Bool {
            position < end && base.load(fromByteOffset: position, as: UInt8.self) &- 0x30 < 10
        }
        func byte(_ position: Int) -> UInt8 {
            position < end ? base.load(fromByteOffset: position, as: UInt8.self) : 0
        }
        func digits(_ position: inout Int) throws(JSONFault) {
            guard digit(position) else { throw JSONFault(.malformedNumber, at: position) }
            while digit(position) { position += 1 }
        }
        var position = byte(start) == UInt8(ascii: "-") ? start + 1 : start
        if byte(position) == UInt8(ascii: "0"), digit(position + 1) {
            throw JSONFault(.malformedNumber, at: position)
        }
        try digits(&position)
        var isInteger = true
        if byte(position) == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits(&position)
        }
        if byte(position) | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if byte(position) == UInt8(ascii: "+") || byte(position) == UInt8(ascii: "-") { position += 1 }
            try digits(&position)
        }
        return (position, isInteger)
    }

    /// The value of an integer; `nil` if `Number` cannot hold it.
    static func integer<Number: FixedWidthInteger>(_ digits: UnsafeRawBufferPointer, as: Number.Type) -> Number? {
        let isNegative = digits.first == UInt8(ascii: "-")
        var value: Number = 0
        for byte in digits.dropFirst(isNegative ? 1 : 0) {
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let digit = Number(byte - 0x30)
            let (sum, exceeded) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflowed, !exceeded else { return nil }
            value = sum
        }
        return value
    }
}
