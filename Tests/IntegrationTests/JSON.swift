import Foundation

/// A JSON value from Foundation's parser, which shares nothing with the parser under test.
struct JSON: CustomStringConvertible, Equatable {
    let value: Any

    init(_ text: String) throws {
        value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }

    private init(value: Any) { self.value = value }

    /// A member; null if there is none.
    subscript(name: String) -> JSON { JSON(value: (value as? [String: Any])?[name] ?? NSNull()) }

    /// An element; null if there is none.
    subscript(index: Int) -> JSON { JSON(value: elements.indices.contains(index) ? elements[index].value : NSNull()) }

    var elements: [JSON] { (value as? [Any])?.map { JSON(value: $0) } ?? [] }
    var names: [String] { (value as? [String: Any])?.keys.sorted() ?? [] }
    var string: String? { value as? String }
    var int: Int? { (value as? NSNumber)?.intValue }
    var bool: Bool? { value as? Bool }
    var isNull: Bool { value is NSNull }
    var strings: [String] { elements.compactMap(\.string) }
    var description: String { "\(value)" }

    /// Members may be in any order.
    static func == (one: JSON, other: JSON) -> Bool { (one.value as? NSObject)?.isEqual(other.value) == true }
}

/// A string as JSON text.
func quoted(_ text: String) -> String {
    let parts = text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\u{0}"..."\u{1F}":
            "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2)
                + String(scalar.value, radix: 16)
        default: String(scalar)
        }
    }
    return "\"" + parts.joined() + "\""
}
