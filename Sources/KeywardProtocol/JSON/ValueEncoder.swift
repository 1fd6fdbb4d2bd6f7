/// Writes one value: a scalar, or an object or array that it closes in ``finish()``.
final class ValueEncoder: Encoder {
    private enum Shape { case nothing, scalar, object, array }

    let writer: JSONWriter
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private var shape = Shape.nothing
    private(set) var count = 0
    /// A nested encoder that is still open; it ends when the next one begins.
    private var nested: ValueEncoder?

    init(_ writer: JSONWriter, path: [any CodingKey]) {
        self.writer = writer
        codingPath = path
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        open(.object, "{")
        return KeyedEncodingContainer(KeyedContainer(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        open(.array, "[")
        return UnkeyedContainer(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueContainer(encoder: self) }

    private func open(_ shape: Shape, _ bracket: StaticString) {
        guard self.shape == .nothing else { return }
        self.shape = shape
        writer.buffer.append(bracket)
    }

    /// Ends the value.
    func finish() {
        nested?.finish()
        nested = nil
        switch shape {
        case .nothing: writer.buffer.append("{}")
        case .scalar: break
        case .object: writer.buffer.append("}")
        case .array: writer.buffer.append("]")
        }
        shape = .scalar
    }

    /// Writes the separator before a member's value or an element.
    func separate(_ name: String? = nil) {
        nested?.finish()
        nested = nil
        if count > 0 { writer.buffer.append(UInt8(ascii: ",")) }
        count += 1
        guard let name else { return }
        writer.buffer.append(jsonString: name)
        writer.buffer.append(UInt8(ascii: ":"))
    }

    func nested(_ key: any CodingKey) -> ValueEncoder {
        let encoder = ValueEncoder(writer, path: codingPath + [key])
        nested = encoder
        return encoder
    }

    func scalar(_ body: () throws -> Void) rethrows {
        try body()
        shape = .scalar
    }
}

extension ValueEncoder {
    struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: ValueEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        func encodeNil(forKey key: Key) {
            encoder.separate(key.stringValue)
            encoder.writer.buffer.append("null")
        }

        func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
            encoder.separate(key.stringValue)
            try encoder.writer.write(value, path: codingPath + [key])
        }

        private func encodeOptional<T: Encodable>(_ value: T?, _ key: Key) throws {
            if let value {
                try encode(value, forKey: key)
            } else if encoder.writer.nulls {
                encodeNil(forKey: key)
            }
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            superEncoder(forKey: key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            superEncoder(forKey: key).unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            encoder.separate("super")
            return encoder.nested(PathKey(stringValue: "super"))
        }

        func superEncoder(forKey key: Key) -> any Encoder {
            encoder.separate(key.stringValue)
            return encoder.nested(key)
        }

        // The protocol's default implementations omit an absent value of any type; each must be overridden.
        func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: String?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try encodeOptional(value, key) }
        func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try encodeOptional(value, key) }
    }

    struct UnkeyedContainer: UnkeyedEncodingContainer {
        let encoder: ValueEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }
        var count: Int { encoder.count }

        func encodeNil() {
            encoder.separate()
            encoder.writer.buffer.append("null")
        }

        func encode<T: Encodable>(_ value: T) throws {
            let path = codingPath + [PathKey(count)]
            encoder.separate()
            try encoder.writer.write(value, path: path)
        }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            superEncoder().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

        func superEncoder() -> any Encoder {
            let key = PathKey(count)
            encoder.separate()
            return encoder.nested(key)
        }
    }

    struct ValueContainer: SingleValueEncodingContainer {
        let encoder: ValueEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        func encodeNil() { encoder.scalar { encoder.writer.buffer.append("null") } }

        func encode<T: Encodable>(_ value: T) throws {
            try encoder.scalar { try encoder.writer.write(value, path: codingPath) }
        }
    }
}
