/// Finds out which JSON a type decodes: runs its `init(from:)` and records the requests. So the description of the
/// protocol always matches the code.
final class SchemaRecorder {
    /// The reader of the type: a word is one of a fixed set for the daemon, and open for a client.
    enum Reader { case daemon, client }

    /// The named types found so far, in alphabetical order.
    private(set) var components: [String: JSONTree] = [:]

    struct Member {
        var name: String
        var isOptional: Bool
        var schema: JSONTree
    }

    /// The members of an object type, in the order of their declaration.
    func members(of type: any Decodable.Type, read reader: Reader) -> [Member] {
        let decoder = RecordingDecoder(self, reader)
        _ = decoder.sample(type)
        return decoder.members.map { Member(name: $0.name, isOptional: $0.isOptional, schema: $0.value.schema) }
    }

    /// The schema of a type; for a named object type, a reference to a component.
    func schema(of type: any Decodable.Type, read reader: Reader) -> JSONTree {
        let decoder = RecordingDecoder(self, reader)
        decoder.record(type)
        return decoder.schema
    }

    fileprivate func reference(to type: any Decodable.Type, _ decoder: RecordingDecoder) -> JSONTree {
        let name = String(describing: type)
        if name == "Result" || name == "Params" { return Self.object(decoder) }
        let schema = Self.object(decoder)
        precondition(components[name] == nil || components[name] == schema, "two types are called \(name)")
        components[name] = schema
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    /// An optional member of a component may be `null` or missing: a reply has `null`, a request omits it.
    private static func object(_ decoder: RecordingDecoder) -> JSONTree {
        let properties = decoder.members.map { member in
            JSONTree.Member(member.name, member.isOptional ? nullable(member.value.schema) : member.value.schema)
        }
        let required = decoder.members.filter { !$0.isOptional }.map { JSONTree.string($0.name) }
        var schema: [JSONTree.Member] = [.init("type", "object"), .init("properties", .object(properties))]
        if !required.isEmpty { schema.append(.init("required", .array(required))) }
        return .object(schema)
    }

    /// The schema that also allows `null`.
    static func nullable(_ schema: JSONTree) -> JSONTree {
        guard case .object(var members) = schema, let index = members.firstIndex(where: { $0.name == "type" }),
            case .string = members[index].value, schema["enum"] == nil
        else { return ["anyOf": [schema, ["type": "null"]]] }
        members[index].value = [members[index].value, "null"]
        return .object(members)
    }
}

/// A decoder that has every member, and records what is requested.
final class RecordingDecoder: Decoder {
    struct AskedMember {
        var name: String
        var isOptional: Bool
        var value: RecordingDecoder
    }

    let recorder: SchemaRecorder
    let reader: SchemaRecorder.Reader
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    fileprivate(set) var members: [AskedMember] = []
    fileprivate(set) var element: RecordingDecoder?
    fileprivate var isNullable = false
    /// The schema of a value that was recorded.
    private var recorded: JSONTree?

    init(_ recorder: SchemaRecorder, _ reader: SchemaRecorder.Reader) {
        self.recorder = recorder
        self.reader = reader
    }

    var schema: JSONTree {
        let plain = recorded ?? ["type": "object"]
        return isNullable ? SchemaRecorder.nullable(plain) : plain
    }

    /// Records that a `T` is decoded here, and returns one.
    @discardableResult func record<T: Decodable>(_ type: T.Type) -> T {
        if let (schema, value) = known(type) {
            recorded = schema
            return value
        }
        let decoder = RecordingDecoder(recorder, reader)
        let value = decoder.sample(type)
        recorded =
            decoder.element.map { ["type": "array", "items": $0.schema] } ?? recorder.reference(to: type, decoder)
        return value
    }

    /// Runs the type's own `init(from:)`.
    func sample<T: Decodable>(_ type: T.Type) -> T {
        do {
            return try type.init(from: self)
        } catch {
            // `known(_:)` must list every type of the protocol that validates its input; a test covers them all.
            preconditionFailure("\(type) cannot be recorded: \(error)")
        }
    }

    private func known<T: Decodable>(_ type: T.Type) -> (JSONTree, T)? {
        switch type {
        case is String.Type: (["type": "string"], "" as! T)
        case is Bool.Type: (["type": "boolean"], false as! T)
        case is Int.Type: (["type": "integer"], 0 as! T)
        case is UInt32.Type: (["type": "integer", "minimum": 0, "maximum": 4_294_967_295], UInt32(0) as! T)
        case is Timestamp.Type: (["type": "string", "format": "date-time"], Timestamp(milliseconds: 0) as! T)
        case is JSONText.Type: (["type": "object"], JSONText.emptyObject as! T)
        case is Tally.Type: (["type": "object", "additionalProperties": ["type": "integer"]], Tally() as! T)
        case let word as any Word.Type: (schema(of: word), word.init(rawValue: "") as! T)
        default: nil
        }
    }

    private func schema<W: Word>(of word: W.Type) -> JSONTree {
        let words = JSONTree.array(word.known.map { .string($0.rawValue) })
        return ["type": "string", reader == .daemon ? "enum" : "examples": words]
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Members(decoder: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        let element = RecordingDecoder(recorder, reader)
        self.element = element
        return Elements(element: element)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Value(decoder: self) }

    fileprivate func member(_ name: String, isOptional: Bool = false) -> RecordingDecoder {
        if let known = members.first(where: { $0.name == name }) { return known.value }
        let value = RecordingDecoder(recorder, reader)
        members.append(AskedMember(name: name, isOptional: isOptional, value: value))
        return value
    }
}

extension RecordingDecoder {
    fileprivate struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: RecordingDecoder
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        /// Types ask this only for optional members.
        func contains(_ key: Key) -> Bool {
            _ = decoder.member(key.stringValue, isOptional: true)
            return true
        }

        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) -> T {
            decoder.member(key.stringValue).record(type)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedDecodingContainer<Nested> {
            decoder.member(key.stringValue).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
            decoder.member(key.stringValue).unkeyedContainer()
        }

        func superDecoder() -> any Decoder { decoder.member("super") }
        func superDecoder(forKey key: Key) -> any Decoder { decoder.member(key.stringValue) }
    }

    /// An array with one element.
    fileprivate struct Elements: UnkeyedDecodingContainer {
        let element: RecordingDecoder
        var currentIndex = 0

        init(element: RecordingDecoder) { self.element = element }

        var codingPath: [any CodingKey] { [] }
        var count: Int? { 1 }
        var isAtEnd: Bool { currentIndex > 0 }

        mutating func decodeNil() -> Bool { false }

        mutating func decode<T: Decodable>(_ type: T.Type) -> T { next().record(type) }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedDecodingContainer<Nested> {
            next().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { next().unkeyedContainer() }
        mutating func superDecoder() -> any Decoder { next() }

        private mutating func next() -> RecordingDecoder {
            currentIndex += 1
            return element
        }
    }

    fileprivate struct Value: SingleValueDecodingContainer {
        let decoder: RecordingDecoder
        var codingPath: [any CodingKey] { [] }

        /// Only ``Change``, which gives `null` a meaning, asks this.
        func decodeNil() -> Bool {
            decoder.isNullable = true
            return false
        }

        func decode<T: Decodable>(_ type: T.Type) -> T { decoder.record(type) }
    }
}
