import Foundation

/// A JSON value from another parser than Keyward's.
enum JSON: Decodable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(parsing text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([JSON].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// The member with this name; `null` if there is none.
    subscript(name: String) -> JSON {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    subscript(index: Int) -> JSON {
        items.indices.contains(index) ? items[index] : .null
    }

    var items: [JSON] {
        if case .array(let items) = self { items } else { [] }
    }

    var members: [String: JSON] {
        if case .object(let members) = self { members } else { [:] }
    }

    var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    var text: String { string ?? "" }

    var int: Int? {
        if case .number(let number) = self { Int(number) } else { nil }
    }
}
