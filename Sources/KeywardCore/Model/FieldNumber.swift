/// A type of field that is stored as a number.
protocol FieldNumber {
    /// `nil` if there is no such value.
    init?(fieldNumber: Int64)
    var fieldNumber: Int64 { get }
}

extension Int64: FieldNumber {
    init?(fieldNumber: Int64) { self = fieldNumber }
    var fieldNumber: Int64 { self }
}

extension UInt32: FieldNumber {
    init?(fieldNumber: Int64) { self.init(exactly: fieldNumber) }
    var fieldNumber: Int64 { Int64(self) }
}

extension Bool: FieldNumber {
    init?(fieldNumber: Int64) { self = fieldNumber != 0 }
    var fieldNumber: Int64 { self ? 1 : 0 }
}

extension Instant: FieldNumber {
    init?(fieldNumber: Int64) { self.init(milliseconds: fieldNumber) }
    var fieldNumber: Int64 { milliseconds }
}

extension Instant.Span: FieldNumber {
    init?(fieldNumber: Int64) { self.init(milliseconds: fieldNumber) }
    var fieldNumber: Int64 { milliseconds }
}

extension PepperID: FieldNumber {
    init?(fieldNumber: Int64) {
        guard let rawValue = UInt32(exactly: fieldNumber) else { return nil }
        self.init(rawValue: rawValue)
    }
    var fieldNumber: Int64 { Int64(rawValue) }
}

extension SweepMarks: FieldNumber {
    init?(fieldNumber: Int64) { self.init(rawValue: Int(fieldNumber)) }
    var fieldNumber: Int64 { Int64(rawValue) }
}
