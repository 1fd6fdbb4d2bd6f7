/// A member of an update: absent keeps the value, `null` clears it, a value replaces it.
package enum Change<Value: Codable & Sendable>: Sendable {
    case keep
    case clear
    case set(Value)

    /// The value after the update.
    package func applied(to current: Value?) -> Value? {
        switch self {
        case .keep: current
        case .clear: nil
        case .set(let value): value
        }
    }

    /// Whether the member was given.
    package var isGiven: Bool {
        if case .keep = self { false } else { true }
    }
}

extension Change: Codable {
    /// Decodes a member that is present: `null` or a value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = container.decodeNil() ? .clear : .set(try container.decode(Value.self))
    }

    /// Writes the value, or `null`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .keep, .clear: try container.encodeNil()
        case .set(let value): try container.encode(value)
        }
    }
}

// Synthesized coding picks these overloads, which handle an absent member.
extension KeyedDecodingContainer {
    package func decode<Value>(_ type: Change<Value>.Type, forKey key: Key) throws -> Change<Value> {
        try decodeIfPresentOrNull(type, forKey: key) ?? .keep
    }

    private func decodeIfPresentOrNull<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        contains(key) ? try T(from: superDecoder(forKey: key)) : nil
    }
}

extension KeyedEncodingContainer {
    package mutating func encode<Value>(_ value: Change<Value>, forKey key: Key) throws {
        guard value.isGiven else { return }
        try value.encode(to: superEncoder(forKey: key))
    }
}
