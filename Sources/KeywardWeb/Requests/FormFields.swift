/// The fields of a form or of a query (URL Standard, application/x-www-form-urlencoded).
package struct FormFields: Hashable, Sendable {
    private struct Field: Hashable, Sendable {
        var name: String
        var value: String
    }

    private var fields: [Field]

    /// The most fields of a form; more are refused.
    private static let most = 100

    /// Parses the encoded fields; `nil` if a text is not UTF-8, or if there are too many.
    package init?(encoded: some Collection<UInt8>) {
        fields = []
        for pair in encoded.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = Self.decoded(pair[..<equals]), let value = Self.decoded(pair[equals...].dropFirst()),
                fields.count < Self.most
            else { return nil }
            fields.append(Field(name: name, value: value))
        }
    }

    /// The first value of a field; `nil` if it is absent or empty.
    package subscript(name: String) -> String? {
        fields.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// All values of a field.
    func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        var plain: [UInt8] = []
        var index = bytes.startIndex
        while index != bytes.endIndex {
            let byte = bytes[index]
            bytes.formIndex(after: &index)
            switch byte {
            case UInt8(ascii: "+"): plain.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = bytes[index...].prefix(2)
                guard digits.count == 2, let number = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                    return nil
                }
                plain.append(number)
                index = bytes.index(index, offsetBy: 2)
            default: plain.append(byte)
            }
        }
        return String(validating: plain, as: UTF8.self)
    }
}

/// Encodes texts for addresses (RFC 3986, 2.1).
enum PercentEncoding {
    /// The text with everything but unreserved characters encoded: for a segment of a path and a value of a query.
    static func text(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
